"""Pearson VUE's files and layouts kept as data, row by row: the adapters without the importer."""

import csv
import io
import unicodedata
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.exams.domain.format import Format
from services.exams.domain.mapped import mapped_format
from services.exams.domain.pearson_exports import (
    COLUMNS,
    Permission,
    Person,
    Unwritable,
    cdd_line,
    ead_line,
    file_name,
    write_file,
)
from services.exams.domain.pearson_files import pearson_formats
from shared.programmes.feeds import Mapping
from tests.services.exams.feeds.samples import sample

AT = datetime(2026, 10, 1, 12, 5, tzinfo=UTC)
FORMATS = {one.name: one for one in pearson_formats("America/Los_Angeles")}
MAPPING = Mapping.model_validate(
    {
        "id": "landesbank",
        "kind": "results",
        "encoding": "cp1252",
        "delimiter": ";",
        "columns": {
            "Prüfungsnummer": "registration_number",
            "Kunde": "candidate_id",
            "Nachname": "last_name",
            "Prüfung": "exam_code",
            "Ergebnis": "grade",
            "Punkte": "score",
            "Datum": "exam_date",
        },
        "ignored": ("Ort",),
        "values": {"grade": {"bestanden": "pass", "nicht bestanden": "fail"}},
        "dates": {"exam_date": "%d.%m.%Y"},
    }
)


def rows(format: Format, name: str) -> list[dict[str, Any]]:
    """The rows of a sample as the importer hands them to the format."""
    text = sample(name).decode(format.encoding)
    file = io.StringIO(text)
    if format.quoted:
        header, *lines = csv.reader(file, delimiter=format.delimiter)
    else:
        header, *lines = csv.reader(file, delimiter=format.delimiter, quoting=csv.QUOTE_NONE)
    named = [column.casefold() for column in header]
    assert set(named) <= set(format.columns) | format.ignored
    assert format.translate is not None
    return [
        format.translate(
            {
                format.columns[column]: cell
                for column, cell in zip(named, line, strict=True)
                if cell and column in format.columns
            }
        )
        for line in lines
    ]


def test_a_results_file() -> None:
    first, second, third = rows(FORMATS["pearson-results"], "results-20261113-020000.dat")
    assert first == {
        "candidate_id": "CSCO10000001",
        "testing_id": "VUE771",
        "last_name": "Roe",
        "registration_number": "412345678",
        "exam_code": "200-301",
        "exam_name": "Cisco Certified Network Associate",
        "centre": "76001",
        "exam_date": "2026-11-12",
        "taken_at": "2026-11-12T14:30:00+00:00",
        "score": "865",
        "passing_score": "825",
        "grade": "pass",
        "stated_at": "2026-11-12T17:02:11+00:00",
    }
    assert (second["last_name"], second["grade"], second["exam_date"]) == (
        "Núñez",
        "fail",
        "2026-11-12",
    )
    assert (third["last_name"], third["grade"]) == ("O’Neill", "pass")


def test_a_no_show_file() -> None:
    (only,) = rows(FORMATS["pearson-no-shows"], "noshow-20261113-020000.dat")
    assert only == {
        "subject": "registration",
        "kind": "no_show",
        "candidate_id": "CSCO10000004",
        "testing_id": "VUE774",
        "registration_number": "412345681",
        "exam_code": "200-301",
        "centre": "76001",
        "stated_at": "2026-11-12T18:00:00+00:00",
    }


def test_answers_about_candidates_and_authorizations() -> None:
    accepted, error = rows(FORMATS["pearson-vcdc"], "vcdc-2026-10-02-0001.dat")
    assert accepted == {
        "about": "candidate",
        "our_number": "CSCO10000001",
        "vendor_number": "VUE771",
        "status": "accepted",
        "stated_at": "2026-10-02T03:15:00+00:00",
    }
    assert (error["status"], error["message"]) == ("error", 'Country is "invalid"')
    accepted, error = rows(FORMATS["pearson-eac"], "eac-2026-10-02-0001.dat")
    assert (accepted["about"], accepted["our_number"]) == ("authorization", "900001")
    assert error["message"] == "Unknown exam series"


@pytest.mark.parametrize(
    ("name", "cells", "message"),
    [
        ("pearson-results", {"exam_date": "12/11/2026"}, "exam_date: must be a day or a time"),
        ("pearson-results", {"exam_date": "2026/11/12", "grade": "?"}, "grade: must be pass or f"),
        ("pearson-results", {"exam_date": "2026/11/12"}, "grade: is required, unless"),
        ("pearson-results", {"stated_at": "now"}, "stated_at: must be a time"),
        ("pearson-no-shows", {"no_show": "perhaps"}, "no_show: must be Y or N"),
        ("pearson-no-shows", {}, "no_show: must be Y or N"),
        ("pearson-vcdc", {"status": "Pending"}, "status: must be Accepted or Error"),
        ("pearson-eac", {}, "status: must be Accepted or Error"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(
    name: str, cells: dict[str, str], message: str
) -> None:
    translate = FORMATS[name].translate
    assert translate is not None
    with pytest.raises(ValueError, match=message.replace("?", r"\?")):
        translate(cells)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("pearson-results", "results-20261113-020000.dat"),
        ("pearson-no-shows", "noshow-20261113-020000.dat"),
        ("pearson-no-shows", "NOSHOWS-20261113.DAT"),
        ("pearson-vcdc", "vcdc-2026-10-02-0001.dat"),
        ("pearson-eac", "eac-20261002-031600.dat"),
    ],
)
def test_a_file_is_known_by_its_name(name: str, file: str) -> None:
    matching = [one.name for one in FORMATS.values() if one.names and one.names.fullmatch(file)]
    assert matching == [name]


def test_a_mapping_is_a_format() -> None:
    format = mapped_format(MAPPING, "landesbank")
    assert (format.encoding, format.delimiter, format.vendor) == ("cp1252", ";", "landesbank")
    first, second = rows(format, "landesbank-2026-11.csv")
    assert first == {
        "registration_number": "LB-1",
        "candidate_id": "CSCO10000001",
        "last_name": "Müller",
        "exam_code": "200-301",
        "grade": "pass",
        "score": "865",
        "exam_date": "2026-11-20",
    }
    assert second["grade"] == "fail"


def test_a_value_or_a_date_that_the_mapping_does_not_know_is_named() -> None:
    translate = mapped_format(MAPPING, "landesbank").translate
    assert translate is not None
    with pytest.raises(ValueError, match="grade: 'unklar' is none of bestanden, nicht bestanden"):
        translate({"grade": "unklar"})
    with pytest.raises(ValueError, match=r"exam_date: '2026-11-20' is not written as %d\.%m\.%Y"):
        translate({"exam_date": "2026-11-20"})


def test_a_mapping_of_no_shows_says_what_its_rows_are() -> None:
    mapping = Mapping.model_validate(
        {
            "id": "absent",
            "kind": "no_shows",
            "columns": {"Booking": "registration_number", "When": "stated_at"},
            "dates": {"stated_at": "%d/%m/%Y %H:%M"},
            "timezone": "Europe/Berlin",
        }
    )
    translate = mapped_format(mapping, "landesbank").translate
    assert translate is not None
    assert translate({"registration_number": "1", "stated_at": "20/11/2026 09:00"}) == {
        "registration_number": "1",
        "stated_at": "2026-11-20T09:00:00+01:00",
        "subject": "registration",
        "kind": "no_show",
    }


def person(**changes: Any) -> Person:
    given = {
        "candidate_id": "CSCO10000001",
        "given_name": "Jane",
        "family_name": "Roe",
        "email": "jane.roe@example.com",
        **changes,
    }
    return Person(**given)


def test_the_candidate_file_has_the_documented_columns_in_their_order() -> None:
    written = write_file("cdd", [cdd_line(person(), AT)]).decode("cp1252").split("\n")
    assert written[0].replace("\t", " ") == (
        "ClientCandidateID FirstName LastName MiddleName Suffix Salutation Email Address1 Address2 "
        "Address3 City State PostalCode Country Phone Extension PhoneCountryCode FAX "
        "FAXCountryCode CompanyName LastUpdate"
    )
    cells = dict(zip(written[0].split("\t"), written[1].split("\t"), strict=True))
    assert {name: cell for name, cell in cells.items() if cell} == {
        "ClientCandidateID": "CSCO10000001",
        "FirstName": "Jane",
        "LastName": "Roe",
        "Email": "jane.roe@example.com",
        "LastUpdate": "2026/10/01 12:05:00",
    }
    assert written[2:] == [""]


def test_the_authorization_file_is_the_samples() -> None:
    permission = Permission(
        number="900002",
        vendor_number=None,
        candidate_id="CSCO10000002",
        exam_code="350-401",
        attempts=1,
        first_day=date(2026, 10, 2),
        last_day=date(2027, 10, 2),
        accommodations="ET01HR",
        withdrawn=False,
        updated_at=AT,
    )
    assert write_file("ead", [ead_line(permission)]).decode() == (
        "AuthorizationTransactionType\tAuthorizationID\tClientAuthorizationID\tClientCandidateID\t"
        "ExamAuthorizationCount\tExamSeriesCode\tAccommodations\tEligibilityApptDateFirst\t"
        "EligibilityApptDateLast\tLastUpdate\n"
        "Add\t\t900002\tCSCO10000002\t1\t350-401\tET01HR\t2026/10/02\t2027/10/02\t"
        "2026/10/01 12:05:00\n"
    )


def test_file_names() -> None:
    assert file_name("cdd", AT) == "cdd-20261001-120500.dat"
    assert file_name("ead", AT) == "ead-20261001-120500.dat"


@pytest.mark.parametrize("name", ["José", "O’Neill", "Zoe\u0308", "Šimek", "Œuvray"])
def test_names_that_the_file_can_hold_are_written_as_they_are(name: str) -> None:
    line = cdd_line(person(family_name=name), AT)
    assert unicodedata.normalize("NFC", name) in write_file("cdd", [line]).decode("cp1252")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"family_name": "山田"}, r"LastName holds 山 \(U\+5C71\)"),
        ({"given_name": "Łukasz"}, r"FirstName holds Ł \(U\+0141\)"),
        ({"given_name": "J" * 31}, "FirstName has 31 characters where the vendor takes 30"),
        ({"family_name": "R" * 51}, "LastName has 51 characters where the vendor takes 50"),
        ({"email": "a" * 250 + "@b.com"}, "Email has 256 characters where the vendor takes 255"),
        ({"given_name": "Ja\tne"}, r"FirstName holds the unprintable character U\+0009"),
        ({"given_name": "Ja\x81ne"}, r"FirstName holds the unprintable character U\+0081"),
        ({"family_name": " "}, "the family name is not known here"),
    ],
)
def test_a_name_that_the_file_cannot_hold_is_never_mangled(
    changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(Unwritable, match=message):
        cdd_line(person(**changes), AT)


def test_something_new_to_tell_changes_the_fingerprint() -> None:
    assert person().digest == person().digest
    for changes in ({"given_name": "Joan"}, {"family_name": "Doe"}, {"email": None}):
        assert person(**changes).digest != person().digest


def test_every_limit_that_is_documented_is_kept() -> None:
    limits = {c.name: c.limit for kind in COLUMNS.values() for c in kind if c.limit}
    assert limits == {
        "ClientCandidateID": 50,
        "FirstName": 30,
        "LastName": 50,
        "Email": 255,
        "Address1": 40,
        "City": 32,
        "Country": 3,
        "Phone": 20,
        "ClientAuthorizationID": 25,
        "ExamSeriesCode": 20,
    }
