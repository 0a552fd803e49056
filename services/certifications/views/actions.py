"""What staff did by hand, in words."""

from services.certifications.fact_texts import certified, fact_text
from services.certifications.facts import ACTIONS, fact_of
from services.certifications.models import StaffAction
from services.certifications.schemas.actions import ActionView
from shared.programmes import Programme


def action_view(programme: Programme, action: StaffAction) -> ActionView:
    """Return one action, undone or not."""
    code = action.certification
    return ActionView(
        id=action.id,
        action=action.action,
        certification=code,
        name=None if code is None else certified(programme, code),
        text=action_text(programme, action),
        day=action.day,
        data=action.data,
        author=action.author,
        reason=action.reason,
        recorded_at=action.recorded_at,
        undone_by=action.undone_by,
        undone_at=action.undone_at,
        undo_reason=action.undo_reason,
    )


def action_text(programme: Programme, action: StaffAction) -> str:
    """Return an action in words, as it was recorded."""
    fact = fact_of(ACTIONS[action.action], str(action.id), action.day, action.data)
    return action.action if fact is None else fact_text(programme, fact)
