"""Rows of a file of accounts: what they may say, and what is wrong with one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from services.identity.domain.logins import email_key, is_email
from services.identity.domain.names import Name, cleaned, fault_of
from shared.cells import armed

REQUIRED = ("email",)
COLUMNS = ("given_name", "family_name", "email", "locale", "vendor", "testing_id")
# What our own file of errors has before them; taken as if it was not there.
IGNORED = ("row", "field", "message", "outcome", "candidate_id")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_VENDOR = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_TESTING_ID = re.compile(r"[^\x00-\x1f\x7f]{1,80}")
_LONGEST_LOCALE = 35


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing that is wrong in a row, without what stood there."""

    field: str
    message: str


@dataclass(slots=True)
class AccountRow:
    """One account that is to be there."""

    row: int
    name: Name
    email: str
    locale: str = "en"
    vendor: str = ""
    testing_id: str = ""
    faults: list[RowFault] = field(default_factory=list)

    @property
    def email_key(self) -> str:
        """The form under which its address is compared."""
        return email_key(self.email)


def header_faults(names: Sequence[str]) -> list[RowFault]:
    """Return what is wrong with the names of the columns."""
    folded = [name.strip().casefold() for name in names]
    known = {*COLUMNS, *IGNORED}
    faults = [
        RowFault(name[:40], f"unknown column; known are {', '.join(COLUMNS)}")
        for name in folded
        if name not in known
    ]
    faults += [
        RowFault(name, "is there more than once")
        for name in sorted({name for name in folded if folded.count(name) > 1})
    ]
    faults += [RowFault(name, "the column is missing") for name in REQUIRED if name not in folded]
    if not {"given_name", "family_name"} & set(folded):
        faults.append(RowFault("family_name", "the column is missing"))
    return faults


def read_row(number: int, names: Sequence[str], cells: Sequence[str]) -> AccountRow:
    """Return a row with everything that is wrong in it; number: as a spreadsheet shows it."""
    values = {
        name.strip().casefold(): armed(cell).strip()
        for name, cell in zip(names, cells, strict=False)
    }
    row = AccountRow(
        number,
        Name(cleaned(values.get("given_name", "")), cleaned(values.get("family_name", ""))),
        values.get("email", ""),
        values.get("locale") or "en",
        values.get("vendor", ""),
        values.get("testing_id", ""),
    )
    row.faults = list(_faults(row))
    if len(cells) != len(names):
        message = f"has {len(cells)} columns where the header has {len(names)}"
        row.faults.insert(0, RowFault("row", message))
    return row


def _faults(row: AccountRow) -> list[RowFault]:
    found = []
    if not row.name.full:
        found.append(RowFault("family_name", "a given or a family name is needed"))
    for column, text in (("given_name", row.name.given), ("family_name", row.name.family)):
        if (fault := fault_of(text)) is not None:
            found.append(RowFault(column, fault))
    if not row.email:
        found.append(RowFault("email", "is needed: nobody can sign in without one"))
    elif not is_email(row.email):
        found.append(RowFault("email", "is not an e-mail address"))
    if len(row.locale) > _LONGEST_LOCALE or not _LOCALE.fullmatch(row.locale):
        found.append(RowFault("locale", "is not a language such as en or pt-BR"))
    if bool(row.vendor) != bool(row.testing_id):
        missing = "testing_id" if row.vendor else "vendor"
        found.append(RowFault(missing, "vendor and testing id stand together or not at all"))
    elif row.vendor and not _VENDOR.fullmatch(row.vendor):
        found.append(RowFault("vendor", "is not the short name of a vendor"))
    elif row.testing_id and not _TESTING_ID.fullmatch(row.testing_id):
        found.append(RowFault("testing_id", "has at most 80 letters and digits"))
    return found
