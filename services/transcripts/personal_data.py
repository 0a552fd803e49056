"""What transcripts holds about a person, table by table."""

from services.transcripts.models import Base
from shared.my_data.register import KERNEL_TABLES, Held, Register, of

REGISTER = Register(
    Base.metadata,
    {
        "transcripts": Held(
            says="The transcripts that you have made: whom they are for, and how often they were "
            "read.",
            rows=of("candidate_id"),
            key="id candidate_id",
            personal="code description valid_through all_new certifications show_dates "
            "private_notes remarks disabled views last_viewed_at created_at updated_at",
            plain="programme",
        ),
        "holdings": Held(
            says="Your certifications, as your transcripts show them.",
            rows=of("candidate_id"),
            key="candidate_id",
            personal="certification name level active_on expires_on status status_text "
            "grace_until expired_on",
            plain="programme version expired_version",
        ),
        "holders": Held(
            says="Your name, and whether you let it be shown.",
            rows=of("candidate_id"),
            key="candidate_id",
            personal="given_name family_name disclosure",
            plain="programme version",
        ),
        **KERNEL_TABLES,
    },
)
