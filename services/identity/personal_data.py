"""What identity holds about a person, table by table."""

from typing import Any

from sqlalchemy import ColumnElement, Table, case, null, select, tuple_
from sqlalchemy.sql.expression import literal

from services.identity.domain.logins import email_key
from services.identity.handlers.attempts import account_key
from services.identity.models import AuditEntry, Base, EmailAddress, ExternalIdentity
from shared.my_data.register import (
    KERNEL_TABLES,
    Held,
    Nobody,
    Person,
    Register,
    either,
    of,
    through,
    where_also,
)

_PROOF = "what proves that you are you is worth nothing once it is copied"
_TOKEN = "a link or a step that works once; only a digest of it is held"  # noqa: S105 - in words
_ACCOUNT = where_also(of("subject"), kind="candidate")
_BY_CANDIDATE = AuditEntry.by_kind == "candidate"


def _known(_register: Register, table: Table, person: Person) -> ColumnElement[bool]:
    """Network addresses are kept under a digest of whose they are."""
    logins = (*person.ids, *person.also)
    keys = [account_key("candidate", person.programme, email_key(one)) for one in logins]
    return table.c.account.in_(keys)


def _asked(_register: Register, table: Table, person: Person) -> ColumnElement[bool]:
    """What was typed on the sign-in page and waits for an answer: found by the address."""
    addresses = select(EmailAddress.email_key).where(EmailAddress.candidate_id.in_(person.ids))
    return (table.c.programme == person.programme) & table.c.email_key.in_(addresses)


def _reported(_register: Register, table: Table, person: Person) -> ColumnElement[bool]:
    """What was typed from a score report: found by the number."""
    numbers = Base.metadata.tables["registration_numbers"]
    theirs = select(numbers.c.number_key).where(
        numbers.c.programme == person.programme, numbers.c.candidate_id.in_(person.ids)
    )
    return (table.c.programme == person.programme) & table.c.number_key.in_(theirs)


def _pending(_register: Register, table: Table, person: Person) -> ColumnElement[bool]:
    """Accounts elsewhere that are to be connected, or are connected by now."""
    linked = select(ExternalIdentity.issuer, ExternalIdentity.subject).where(
        ExternalIdentity.programme == person.programme,
        ExternalIdentity.candidate_id.in_(person.ids),
    )
    columns: tuple[Any, ...] = (table.c.issuer, table.c.subject)
    same = (table.c.programme == person.programme) & tuple_(*columns).in_(linked)
    return table.c.candidate_id.in_(person.ids) | same


REGISTER = Register(
    Base.metadata,
    {
        "link_requests": Held(
            says="That a link was asked for with your address, until it is answered.",
            rows=_asked,
            key="id",
            personal="email_key requested_at answered_at",
            plain="programme",
        ),
        "score_report_requests": Held(
            says="What was entered from one of your score reports, until it is answered.",
            rows=_reported,
            key="id",
            personal="family_name number_key email requested_at answered_at",
            plain="programme",
        ),
        "duplicate_addresses": Held(
            says="That an address of yours is an address of other accounts too.",
            rows=_asked,
            personal="email_key told_at case_number",
            plain="programme",
        ),
        "address_proofs": Held(
            says="Links that were mailed to prove an address.",
            rows=of("candidate_id"),
            key="id candidate_id",
            personal="purpose email email_key details created_at expires_at used_at void_at",
            plain="programme",
            secret={"token_hash": _TOKEN},
        ),
        "email_addresses": Held(
            says="Your e-mail addresses.",
            rows=of("candidate_id"),
            key="candidate_id",
            personal="email_key email is_primary added_at verified_at",
            plain="programme",
        ),
        "registration_numbers": Held(
            says="The numbers on your score reports.",
            rows=of("candidate_id"),
            key="candidate_id",
            personal="number_key",
            plain="programme vendor",
        ),
        "credentials": Held(
            says="That you have a password, and since when.",
            rows=of("candidate_id"),
            key="candidate_id",
            personal="set_at",
            secret={"password_hash": _PROOF},
        ),
        "sign_in_links": Held(
            says="Links that were mailed to you.",
            rows=of("candidate_id"),
            key="id candidate_id",
            personal="purpose email_key created_at expires_at used_at void_at",
            secret={"token_hash": _TOKEN},
        ),
        "refresh_tokens": Held(
            says="When your sessions were last used.",
            rows=through("session_id", "sessions"),
            key="session_id",
            personal="issued_at expires_at used_at",
            secret={"token_hash": _TOKEN},
        ),
        "sessions": Held(
            says="Where and when you signed in, with what, and on which device.",
            rows=_ACCOUNT,
            key="id subject",
            personal="address device created_at authenticated_at methods seen_at seen_from "
            "expires_at ended_at ended_why",
            plain="kind programme",
        ),
        "known_addresses": Held(
            says="Network addresses from which you have signed in.",
            rows=_known,
            key="account",
            personal="address seen_at",
        ),
        "passkeys": Held(
            says="Your passkeys.",
            rows=_ACCOUNT,
            key="id subject",
            personal="sign_count transports synced name created_at last_used_at",
            plain="kind",
            secret={"credential_id": _PROOF, "public_key": _PROOF, "user_handle": _PROOF},
        ),
        "code_apps": Held(
            says="That an app makes codes for you.",
            rows=_ACCOUNT,
            key="id subject",
            personal="confirmed_at created_at last_used_at",
            plain="kind",
            secret={"secret_jwe": _PROOF, "pending_jwe": _PROOF, "last_step": _PROOF},
        ),
        "recovery_codes": Held(
            says="When your recovery codes were made and used.",
            rows=_ACCOUNT,
            key="id subject",
            personal="created_at used_at",
            plain="kind",
            secret={"code_hash": _PROOF},
        ),
        "challenges": Held(
            says="Steps of signing in that you were in the middle of.",
            rows=_ACCOUNT,
            key="id subject",
            personal="purpose methods created_at expires_at used_at",
            plain="kind programme",
            secret={"token_hash": _TOKEN, "value": _TOKEN},
        ),
        "pending_identities": Held(
            says="Accounts elsewhere that you were about to connect.",
            rows=_pending,
            key="id candidate_id",
            personal="provider issuer subject label given_name family_name email created_at "
            "expires_at used_at",
            plain="programme",
            secret={"token_hash": _TOKEN},
        ),
        "federated_flows": Held(
            says="That you went to another provider to connect an account.",
            rows=of("candidate_id"),
            key="candidate_id",
            personal="provider expires_at used_at",
            plain="programme",
            secret={"state_hash": _TOKEN},
        ),
        "external_identities": Held(
            says="Accounts elsewhere that sign you in.",
            rows=of("candidate_id"),
            key="id candidate_id",
            personal="provider issuer subject label linked_at last_used_at",
            plain="programme",
        ),
        "answers": Held(
            says="What you have answered to the programme's questions, and to which wording.",
            rows=of("candidate_id"),
            key="id candidate_id",
            personal="question version value given_at replaced_at",
        ),
        "confirmations": Held(
            says="When you last confirmed your settings.",
            rows=of("candidate_id"),
            key="candidate_id",
            personal="confirmed_at",
        ),
        "attribute_values": Held(
            says="Your attributes, such as a job title.",
            rows=of("candidate_id"),
            key="candidate_id",
            personal="attribute value changed_at",
        ),
        "postal_addresses": Held(
            says="Your postal addresses.",
            rows=of("candidate_id"),
            key="candidate_id",
            personal="script country given_name family_name company line1 line2 city region "
            "postal_code phone changed_at",
        ),
        "name_changes": Held(
            says="Changes of your name that you asked for, and what was decided.",
            rows=of("candidate_id"),
            key="id candidate_id case_id",
            personal="small state given_name_before family_name_before given_name family_name "
            "reason decision revision asked_at decided_at decided_by",
            plain="programme version",
        ),
        "case_files": Held(
            says="Files in your support cases; they are among the documents.",
            rows=through("case_id", "cases"),
            key="id case_id entry_id",
            personal="purpose name type bytes kept_at unwanted_at deleted_at",
            secret={"key": "where the file lies; the file itself is here"},
        ),
        "case_entries": Held(
            says="What you and staff wrote in your support cases, and notes of staff about them.",
            rows=through("case_id", "cases"),
            key="id case_id",
            personal="action author written_by text internal at",
        ),
        "cases": Held(
            says="Your support cases.",
            rows=of("candidate_id"),
            key="id candidate_id",
            personal="number kind subject state opened_by assigned_to details outcome opened_at "
            "updated_at resolved_at",
            plain="programme version",
        ),
        "merges": Held(
            says="Whether you and the owner of another candidate id were taken for one person.",
            rows=of("first_id", "second_id"),
            key="id first_id second_id survivor merged_away",
            personal="state reasons proposed_by proposed_at decided_by decided_by_name decided_at "
            "decision undo_until undone_by undone_by_name undone_at undo_reason changed",
            plain="programme",
        ),
        "account_imports": Nobody("files of accounts: how many rows, and who handed them in"),
        "account_import_rows": Held(
            says="That your account came by file, or was looked for in one.",
            rows=of("candidate_id"),
            key="import_id candidate_id",
            plain="row outcome faults",
        ),
        "audit_entries": Held(
            says="What was done to your account, by whom and when.",
            rows=either(of("subject"), where_also(of("by_id"), by_kind="candidate")),
            key="id subject by_id",
            personal="by_name details request_id",
            plain="programme at action by_kind",
            leaves={
                "by_name": case((_BY_CANDIDATE, null()), else_=AuditEntry.by_name),
                "details": literal({}, AuditEntry.__table__.c.details.type),
                "request_id": None,
            },
            if_kept="audit",
        ),
        "data_answers": Held(
            says="Which service has done its part of what you asked for.",
            rows=through("request_id", "data_requests"),
            key="request_id service candidate_id",
            plain="file_bytes file_digest at",
            secret={"file_key": "where a part lay until the copy was made"},
            leaves={"file_key": None},
        ),
        "data_requests": Held(
            says="Copies and erasures of your data that were asked for. They stay as the proof "
            "that they were made, without reasons and names.",
            rows=of("candidate_id"),
            key="id candidate_id candidate_ids",
            personal="asked_by_name reason file_digest",
            plain="programme kind state asked_by_kind asked_by asked_at due_at settled_at "
            "file_bytes fetched_at late_at",
            secret={"file_key": "where the copy lies"},
            leaves={"asked_by_name": None, "reason": None, "file_digest": None, "file_key": None},
        ),
        "testing_ids": Held(
            says="The ids under which testing vendors know you.",
            rows=of("candidate_id"),
            key="candidate_id",
            personal="testing_id linked_at",
            plain="programme vendor",
        ),
        "candidates": Held(
            says="Who you are in this programme.",
            rows=of("candidate_id"),
            key="candidate_id",
            personal="given_name family_name name_revision email email_key locale disclosure "
            "registered_at",
            plain="programme version",
        ),
        "article_votes": Nobody("whether a help page was of use; voters are keyed digests"),
        "throttles": Nobody("failed attempts, under digests of what was tried; gone in two days"),
        "id_series": Nobody("the next candidate number"),
        "signing_keys": Nobody("the keys that sign access tokens"),
        "api_clients": Nobody("the machines of testing vendors"),
        "api_client_secrets": Nobody("the machines of testing vendors"),
        "staff": Nobody("people who work for a programme, who are no candidates here"),
        "staff_roles": Nobody("people who work for a programme"),
        "staff_links": Nobody("people who work for a programme"),
        "staff_link_requests": Nobody("people who work for a programme"),
        **KERNEL_TABLES,
    },
)
