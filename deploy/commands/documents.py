"""`certtrack docs`: what is generated under docs/."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.commands.console import say
from deploy.embedded.app import create_app
from deploy.offline import settings_for
from deploy.reference import events, http
from shared.programmes.schemas import write_schemas


def docs(
    folder: Annotated[Path, typer.Option(help="Where the documents are.")] = Path("docs"),
) -> None:
    """Write the API and event reference again from the code."""
    app = create_app(settings_for(None))
    written = [
        *events.write(folder),
        *http.write(folder, app.state.services),
        *write_schemas(folder / "programmes"),
    ]
    for path in written:
        say(str(path))
