"""What exams holds about a person, table by table."""

from typing import Any

from sqlalchemy import ColumnElement, Table, select, tuple_

from services.exams.models import NATURAL_KEY, Base, TestingId
from shared.my_data.register import (
    KERNEL_TABLES,
    Held,
    Nobody,
    Person,
    Register,
    either,
    numbered_like,
    of,
    through,
)

_STATED = "registration_number exam_code testing_id named_candidate_id received_at changed_at"
_STAMPS = "programme vendor content_stamp version"


def _tested(_register: Register, table: Table, person: Person) -> ColumnElement[bool]:
    """What waits under a testing id of the person, linked to nobody yet."""
    theirs = select(TestingId.vendor, TestingId.testing_id).where(
        TestingId.programme == person.programme, TestingId.candidate_id.in_(person.ids)
    )
    columns: tuple[Any, ...] = (table.c.vendor, table.c.testing_id)
    return (
        (table.c.programme == person.programme)
        & table.c.candidate_id.is_(None)
        & tuple_(*columns).in_(theirs)
    )


_WHOEVER_IT_NAMES = either(of("candidate_id", "named_candidate_id"), _tested)

REGISTER = Register(
    Base.metadata,
    {
        "flags": Held(
            says="What a check found about one of your results, and what staff said of it.",
            rows=either(of("candidate_id"), through("result_id", "results")),
            key="id result_id candidate_id",
            personal="check_name action message raised_at closed_at closed_by note",
            plain="programme",
        ),
        "changes": Held(
            says="Everything that was said later of your registrations and results.",
            rows=numbered_like("registrations", "results", key=NATURAL_KEY),
            key="id",
            personal="registration_number kind data said_by channel received_at",
            plain="programme vendor subject stamp digest",
        ),
        "completion_notes": Held(
            says="The steps in the review of the courses that you handed in.",
            rows=through("completion_id", "completions"),
            key="id completion_id",
            personal="action by at text",
        ),
        "completions": Held(
            says="The courses that you handed in; the certificates are among the documents.",
            rows=of("candidate_id"),
            key="id candidate_id",
            personal="course completed_on notes state file_name file_type file_bytes file_digest "
            "submitted_at updated_at decided_by decided_at reason",
            secret={"file_key": "where the certificate lies; the certificate itself is here"},
            plain="programme version",
        ),
        "results": Held(
            says="The exams that you have taken, as the testing vendors say.",
            rows=_WHOEVER_IT_NAMES,
            key="id candidate_id",
            personal=f"{_STATED} last_name exam_name grade score passing_score sections exam_date "
            "taken_at centre vendor_held revoked review reason state",
            plain=f"{_STAMPS} vendor_held_stamp revoked_stamp",
        ),
        "registrations": Held(
            says="The exams that you have booked.",
            rows=_WHOEVER_IT_NAMES,
            key="id candidate_id",
            personal=f"{_STATED} contact_digest appointment authorization_id centre cancelled "
            "no_show",
            plain=f"{_STAMPS} appointment_stamp cancelled_stamp no_show_stamp",
        ),
        "credits": Held(
            says="Continuing education that providers have stated for you.",
            rows=_WHOEVER_IT_NAMES,
            key="id candidate_id",
            personal="external_id testing_id named_candidate_id activity item category provider "
            "points active_on expires_on review withdrawn reason source received_at updated_at",
            plain="programme vendor stamp version",
        ),
        "acceptances": Held(
            says="The agreements that you have accepted.",
            rows=of("candidate_id"),
            key="id candidate_id",
            personal="agreement agreement_version text_digest accepted_at source",
            plain="programme",
        ),
        "authorizations": Held(
            says="The exams that you may book, and what a vendor answered to that.",
            rows=of("candidate_id"),
            key="id candidate_id",
            personal="number exam_code attempts first_day last_day accommodations state "
            "vendor_number message sent_in sent_at created_by updated_at",
            plain="programme vendor version",
        ),
        "candidate_exports": Held(
            says="What testing vendors were last told of you.",
            rows=of("candidate_id"),
            key="candidate_id",
            personal="digest state vendor_number message sent_in sent_at",
            plain="programme vendor",
        ),
        "testing_ids": Held(
            says="The ids under which testing vendors know you.",
            rows=of("candidate_id"),
            key="candidate_id",
            personal="testing_id",
            plain="programme vendor",
        ),
        "candidates": Held(
            says="Your name and address, as testing vendors are told them.",
            rows=of("candidate_id"),
            key="candidate_id",
            personal="given_name family_name email family_name_key email_key",
            plain="programme version",
        ),
        "import_chunks": Held(
            says="Rows about you in files that were uploaded, as they came.",
            rows=None,
            swept=True,
            key="import_id first",
            personal="rows",
            plain="outcomes",
        ),
        "import_errors": Held(
            says="Rows about you in files that were uploaded and could not be taken in.",
            rows=None,
            swept=True,
            key="import_id row_number",
            personal="faults cells",
        ),
        "calls": Held(
            says="Requests of testing vendors' machines that name you or one of your exams.",
            rows=None,
            swept=True,
            key="id",
            personal="path",
            plain="at vendor client programmes channel method status items accepted duplicates "
            "rejected bytes milliseconds address request_id",
        ),
        "idempotency_keys": Held(
            says="Answers to testing vendors' machines about your exams, kept for a day.",
            rows=None,
            swept=True,
            key="client key",
            personal="body",
            plain="digest created_at status media_type",
        ),
        "imports": Nobody("files as a whole: who uploaded them, and how many rows they have"),
        **KERNEL_TABLES,
    },
)
