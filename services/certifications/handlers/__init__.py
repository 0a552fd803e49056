"""What certifications does: keep facts, evaluate, write and publish the difference."""

from services.certifications.handlers.actions import Author, Order, record, undo
from services.certifications.handlers.candidates import keep_candidates, lock
from services.certifications.handlers.clock import postpone, take_due
from services.certifications.handlers.facts import take_facts
from services.certifications.handlers.merges import regroup
from services.certifications.handlers.review import review

__all__ = [
    "Author",
    "Order",
    "keep_candidates",
    "lock",
    "postpone",
    "record",
    "regroup",
    "review",
    "take_due",
    "take_facts",
    "undo",
]
