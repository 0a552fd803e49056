"""The demonstration's ways in, printed."""

from services.identity.demonstration import SIGN_INS


def sign_ins() -> list[str]:
    """Lines that show them; everybody may know these secrets, and production refuses them."""
    rows = [f"  {one.who:<16} {one.login:<22} {one.secret}" for one in SIGN_INS]
    return ["Sign-ins of the demonstration:", *rows, ""]
