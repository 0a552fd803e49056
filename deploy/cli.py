"""The command line: `certtrack`."""

import typer

from deploy.commands import events, parked, people, programmes
from deploy.commands.demo import demo
from deploy.commands.documents import docs
from deploy.commands.migrate import migrate
from deploy.commands.run import run
from deploy.commands.run_distributed import run_distributed
from deploy.commands.serve import serve

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Certtrack: tracks professional certifications for the organisations that award them.",
)
app.command()(run)
app.command("run-distributed")(run_distributed)
app.command()(demo)
app.command()(serve)
app.command()(migrate)
app.command()(docs)
app.add_typer(programmes.app, name="programmes")
app.add_typer(people.clients, name="clients")
app.add_typer(people.staff, name="staff")
app.add_typer(events.app, name="events")
app.add_typer(parked.app, name="parked")

if __name__ == "__main__":
    app()
