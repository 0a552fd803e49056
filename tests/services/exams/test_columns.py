"""The columns that a mapping of `feeds.yaml` may fill are fields of what the API takes."""

import pytest
from pydantic import BaseModel

from services.exams.domain.credits import CreditItem
from services.exams.domain.items import ChangeItem, Person, RegistrationItem, ResultItem
from shared.programmes.feeds import OUR_COLUMNS, FeedKind

ITEMS: dict[FeedKind, tuple[type[BaseModel], ...]] = {
    "results": (ResultItem,),
    "registrations": (RegistrationItem, Person),
    "changes": (ChangeItem,),
    "no_shows": (ChangeItem,),
    "credits": (CreditItem,),
}


@pytest.mark.parametrize("kind", OUR_COLUMNS)
def test_every_column_is_a_field(kind: FeedKind) -> None:
    fields = {field for item in ITEMS[kind] for field in item.model_fields}
    assert OUR_COLUMNS[kind] <= fields
