"""Lives under the rich programme, and what is said of them."""

from services.certifications.domain import Explained, Explanation
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day, told

ONE = "pass A on 2018-05-15"
TWO = ("pass A on 2016-01-01", "pass B on 2016-02-01")
CYCLE = (
    "pass D on 2020-01-01",
    "agreement secrecy V2 on 2020-01-01",
    "approval board on 2020-02-01",
    "5 credits on 2020-06-01",
    "5 credits on 2021-06-01",
    "10 credits on 2022-06-01",
)


def explained(
    programme: Programme, on: str, certification: str, *sentences: str
) -> dict[str, Explanation]:
    found = Explained(programme, told(*sentences), day(on)).detail(certification)
    return {one.subject: one for one in found.explanations}
