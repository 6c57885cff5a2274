"""The command line: a command parses its arguments, makes one call and prints."""

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

# The source imports plainly from its root: the checkout, or kuberewind/ where it is installed.
sys.path.insert(0, str(Path(__file__).resolve().parent))

import typer

app = typer.Typer(
    help="A flight recorder and time machine for Kubernetes clusters.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kuberewind {version('kuberewind')}")
        raise typer.Exit


@app.callback()
def _options(
    show_version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """A flight recorder and time machine for Kubernetes clusters."""


def main() -> None:
    """Entry point of `kuberewind` and `kubectl-rewind`."""
    app()


if __name__ == "__main__":
    main()
