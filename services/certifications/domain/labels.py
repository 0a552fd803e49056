"""How a status is called in public: the programme's own word, with the days that belong to it."""

from services.certifications.domain.state import Standing
from services.certifications.domain.wording import written
from shared.programmes import Programme


def status_text(programme: Programme, standing: Standing) -> str:
    """The programme's word for a status: Active, In grace period."""
    text: str = getattr(programme.statuses, standing.status)
    return text


def standing_text(programme: Programme, standing: Standing) -> str:
    """The status with its days, for anybody to read; reasons of staff are not part of it."""
    word = status_text(programme, standing)
    last = standing.expires_on
    grace = standing.grace_until
    match standing.status:
        case "active" | "emeritus" if last is not None:
            return f"{word} through {written(last)}"
        case "in_grace" | "suspended" if last is not None and grace is not None:
            return f"{word} through {written(grace)}; its last day was {written(last)}"
        case "suspended" | "revoked" if standing.since is not None:
            return f"{word} since {written(standing.since)}"
        case "expired" if last is not None:
            return f"{word}: its last day was {written(last)}"
        case "replaced":
            return _replaced(programme, standing, word)
    return word


def _replaced(programme: Programme, standing: Standing, word: str) -> str:
    succession = programme.certifications[standing.certification].succeeded_by
    if succession is None:
        return word
    successor = programme.certifications[succession.certification].name
    return f"{word} by {successor} on {written(succession.on)}"
