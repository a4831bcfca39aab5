"""The patient's door: the form, the rule that takes a request, the confirmation."""
