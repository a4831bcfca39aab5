"""What commands print, whole or with a sentence that says why not.

A terminal may know fewer characters than a patient's name has, a pipe may be closed by who reads it
(`| head`), and the disk behind `> file` may be full. Each shows when something is written, or only
when the last of it is flushed.
"""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

import click


def prepare_output() -> None:
    """Have standard output and error show a character that their encoding lacks as `\\u2019`, and
    never fail at it.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextmanager
def file_for_others() -> Iterator[TextIO]:
    """Standard output for a file that programs read: in UTF-8 whatever the terminal has, as nothing
    may be replaced.

    It is flushed at the end of the block: when the process ends, nobody could say any more that
    this failed.
    """
    stream = sys.stdout
    if stream is None:
        raise click.ClickException(
            "There is no standard output to write to; redirect it to a file."
        )
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="strict")
    yield stream
    stream.flush()


def explained(error: OSError) -> click.ClickException:
    """Return the sentence for an *error* that no command explained: of a file by its name, else of
    the output.

    click itself ends quietly where the reader closed the pipe.
    """
    if error.filename is not None:
        return click.ClickException(
            f"{error.filename}: {error.strerror}. Correct the path, or who may use it."
        )
    _drop_the_rest()
    return click.ClickException(
        f"The output could not be written in full ({error.strerror}); what came is not whole."
    )


def _drop_the_rest() -> None:
    """Python flushes once more at its end, and would fail once more, with a traceback."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
