"""`python -m intake.demo.sandbox --port 8001 --data FOLDER`: run the sandbox until it is told to
stop.
"""

import argparse
import signal
import threading
from pathlib import Path

from intake.demo.sandbox.access import prepare
from intake.demo.sandbox.server import listen
from intake.listening import CannotListen, addresses_to_listen_on

LAST_PORT = 65535


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is no port; give a number from 1 to {LAST_PORT}")
    return int(text)


def main() -> None:
    """Serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(
        prog="python -m intake.demo.sandbox", description="A local stand-in for Google Sheets."
    )
    parser.add_argument("--port", type=_port, default=8001)
    parser.add_argument("--data", type=Path, required=True, help="folder for key and workbook")
    parser.add_argument(
        "--mail", type=Path, help="folder whose mails the page /mailbox shows; default: in DATA"
    )
    options = parser.parse_args()
    try:
        addresses_to_listen_on("127.0.0.1", options.port)
    except CannotListen as problem:
        parser.error(str(problem))
    prepare(options.data, options.port)
    server = listen(options.data, options.port, options.mail)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever(poll_interval=0.1)


if __name__ == "__main__":
    main()
