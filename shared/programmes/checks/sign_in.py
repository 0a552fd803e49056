"""What sign_in.yaml says."""

from shared.programmes.checks.inspection import Inspection
from shared.programmes.faults import Place

FILE = "sign_in.yaml"


def check_sign_in(look: Inspection) -> None:
    """Providers of one name, or of one issuer, which could not be told apart."""
    providers = look.files.sign_in.providers
    look.ids_once(FILE, "providers", providers, "id", "provider")
    issuers: list[tuple[Place, str]] = [
        (("providers", at, "issuer"), one.issuer) for at, one in enumerate(providers)
    ]
    look.once(FILE, issuers, "issuer")
