"""`certtrack demo`: the main job in one minute."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from deploy.commands.console import give_up, say
from deploy.commands.run import DATA, PORT
from deploy.demonstration.product import Product, Refused
from deploy.demonstration.story import Story


def demo(
    url: Annotated[
        str, typer.Option(help="Address of a running product; started there when none runs.")
    ] = f"http://127.0.0.1:{PORT}",
    data: Annotated[Path, typer.Option(help="Data folder, when it has to be started.")] = DATA,
) -> None:
    """Post a vendor's files to the running product and say what happened.

    Speaks HTTP as the demonstration's vendor and staff. The people are made up.
    """
    product = Product(url.rstrip("/"))
    try:
        with _running(product, data):
            say(f"Certtrack's main job, at {product.url}")
            Story(product, say).run()
    except Refused as refusal:
        give_up(f"The demonstration stops here: {refusal}")
    finally:
        product.close()
    say("")
    say(f"Look at it: {product.url}/cisco/ (start it with `make run` if it is not running).")


@contextlib.contextmanager
def _running(product: Product, data: Path) -> Iterator[None]:
    if product.is_there():
        yield
        return
    # Only here, because a plain installation has no private servers (certtrack[local]).
    from deploy.embedded.process import EmbeddedProcess
    from deploy.local.processes import ServerUnavailableError

    parts = urlsplit(product.url)
    if parts.hostname not in ("127.0.0.1", "localhost"):
        give_up(f"Nothing answers at {product.url}, and it cannot be started elsewhere.")
    say("No product is running there: starting one, for as long as this takes.")
    process = EmbeddedProcess(data.parent, port=parts.port or PORT, data=data)
    try:
        process.start()
    except ServerUnavailableError as reason:
        give_up(str(reason))
    try:
        yield
    finally:
        process.stop()
