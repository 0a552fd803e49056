"""What notifications holds about a person, table by table."""

from sqlalchemy import ColumnElement, Table, or_, select

from services.notifications.domain import LAST_WORD
from services.notifications.models import Base, Contact, Email
from shared.my_data.register import KERNEL_TABLES, Held, Person, Register, of


def _letters(_register: Register, table: Table, person: Person) -> ColumnElement[bool]:
    """Letters to the person, letters to staff about the person, and those to an address alone."""
    mine = table.c.candidate_id.in_(person.ids)
    about = table.c.data["candidate_id"].as_string().in_(person.ids)
    address = select(Contact.email).where(
        Contact.programme == person.programme, Contact.candidate_id.in_(person.ids)
    )
    addressed = (
        table.c.candidate_id.is_(None)
        & (table.c.template != LAST_WORD)
        & table.c.to_address.in_(address)
    )
    return (table.c.programme == person.programme) & or_(mine, about, addressed)


def _delivered(register: Register, table: Table, person: Person) -> ColumnElement[bool]:
    """What lies in the demonstration's mailbox under an address of the person's letters."""
    emails = register.metadata.tables["emails"]
    address = select(Contact.email).where(
        Contact.programme == person.programme, Contact.candidate_id.in_(person.ids)
    )
    used = select(Email.to_address).where(
        register.where(emails, person), Email.candidate_id.is_not(None)
    )
    return table.c.to_address.in_(address) | table.c.to_address.in_(used)


REGISTER = Register(
    Base.metadata,
    {
        "mailbox": Held(
            says="E-mails as they were delivered to the mailbox page of a demonstration.",
            rows=_delivered,
            key="id",
            personal="to_address subject text html sent_at",
        ),
        "emails": Held(
            says="E-mails to you, and to staff about you, with what became of each.",
            rows=_letters,
            key="id candidate_id natural_key message_id",
            personal="template data to_address subject error created_at sent_at",
            secret={"secret": "a link that signs in, until the e-mail is out"},
            plain="programme state priority attempts next_attempt_at leased_until",
        ),
        "contacts": Held(
            says="How to reach and address you.",
            rows=of("candidate_id"),
            key="candidate_id",
            personal="email given_name family_name locale",
            plain="programme version",
        ),
        **KERNEL_TABLES,
    },
)
