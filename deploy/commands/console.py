"""What the commands say, and how they end when something is wrong."""

from typing import NoReturn

import typer

WRONG_INPUT = 2
NOT_POSSIBLE = 1


def say(text: str = "") -> None:
    """Print a line."""
    typer.echo(text)


def give_up(text: str, code: int = NOT_POSSIBLE) -> NoReturn:
    """Say why it cannot be done, on standard error, and end the command."""
    typer.echo(text, err=True)
    raise typer.Exit(code)
