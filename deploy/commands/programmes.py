"""`certtrack programmes`: what the awarding organisations wrote."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.commands.console import WRONG_INPUT, give_up, say
from deploy.commands.rule_runs import dry_run, reevaluate
from shared.programmes import ProgrammeError, Programmes

app = typer.Typer(no_args_is_help=True, help="Programmes: rules, exams, kits and texts as data.")
Folder = Annotated[
    Path, typer.Option(envvar="CERTTRACK_PROGRAMMES_FOLDER", help="Where the programmes are.")
]


def load(folder: Path) -> Programmes:
    """Read the programmes, or end with every mistake as file:line: field: reason."""
    try:
        return Programmes.load(folder)
    except ProgrammeError as error:
        count = len(error.faults)
        mistakes = "a mistake" if count == 1 else f"{count} mistakes"
        give_up(f"{error}\nThe programmes cannot be used: {mistakes}, see above.", WRONG_INPUT)


@app.command()
def check(folder: Folder = Path("programmes")) -> None:
    """Read every programme file and say what is wrong, with file and line."""
    for programme in load(folder).values():
        say(
            f"{programme.id}: {programme.name}, {len(programme.exams)} exams,"
            f" {len(programme.certifications)} certifications, {len(programme.kits)} kits"
        )


app.command("dry-run")(dry_run)
app.command()(reevaluate)
