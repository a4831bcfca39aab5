from intake.app import from_environ

app = from_environ()
