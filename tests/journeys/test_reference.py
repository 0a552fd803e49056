"""The running gateway's own description of its API is that of the code behind it."""

from deploy.members import SERVICES, member
from deploy.reference.http import document
from tests.journeys.product import MEDIA_PROBLEM, Json, Product


def declared(described: Json) -> set[tuple[str, str, str, str | None]]:
    """Every operation with whom it is for."""
    return {
        (method, path, operation["x-audience"], operation.get("x-scope"))
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }


def test_the_gateways_document_holds_every_operation_and_its_audience(product: Product) -> None:
    running = product.public.get("openapi.json")
    present = document({name: member(name).factory()() for name in SERVICES})
    assert declared(running) == declared(present)
    assert {path.split("/")[2] for path in running["paths"]} == set(SERVICES)


def test_every_closed_operation_asks_for_a_token_at_the_gateway(product: Product) -> None:
    running = product.public.get("openapi.json")
    for method, path, audience, _ in sorted(declared(running), key=str):
        if audience == "public":
            continue
        address = path.removeprefix("/api/").replace("{", "").replace("}", "")
        answer = product.public.ask(method.upper(), address)
        assert answer.status_code == 401, f"{method} {path}: {answer.status_code}"
        assert answer.headers["content-type"] == MEDIA_PROBLEM
