"""The command that serves the web form. It loads the server alone: the server's processes load the
application.
"""

import click

from intake.cli.group import PORT, explain_error, main
from intake.listening import addresses_to_listen_on, without_brackets
from intake.server import processes


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=PORT, default=8000, show_default=True, help="Port to listen on.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    help="Number of web processes.",
)
def serve(host: str, port: int, workers: int) -> None:
    """Run the web form. Of a name with several addresses the first is listened on."""
    address = addresses_to_listen_on(host, port)[0].rpartition(":")[0]
    given = {"host": without_brackets(host)}
    refusal = processes.serve(
        without_brackets(address), port, workers=workers, given=given, explain=explain_error
    )
    if refusal:
        raise click.ClickException(refusal)
