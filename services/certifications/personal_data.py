"""What certifications holds about a person, table by table."""

from services.certifications.models import Base
from services.certifications.run_models import DryRunLine
from shared.my_data.register import KERNEL_TABLES, Held, Nobody, Register, of

REGISTER = Register(
    Base.metadata,
    {
        "actions": Held(
            says="What staff did by hand about your certifications, and why.",
            rows=of("candidate_id"),
            key="id candidate_id",
            personal="action certification day data author author_id reason recorded_at undone_by "
            "undone_by_id undone_at undo_reason",
            plain="programme",
        ),
        DryRunLine.__tablename__: Held(
            says="What a planned change of rules would have meant for you.",
            rows=of("candidate_id"),
            key="dry_run_id candidate_id",
            personal="certification change before_status before_active_on before_expires_on "
            "after_status after_active_on after_expires_on sentence",
        ),
        "achievements": Held(
            says="Your anniversaries.",
            rows=of("candidate_id"),
            key="candidate_id",
            personal="achievement reached_on",
            plain="programme",
        ),
        "certifications": Held(
            says="What you have earned.",
            rows=of("candidate_id"),
            # The code on a certificate goes on proving that it was earned, and no longer by whom.
            key="candidate_id code verification_code",
            personal="number",
            plain="programme cycle started_on active_on expires_on withdrawn version status "
            "grace_until name reminded_on",
            leaves={"number": None},
            if_kept="certifications",
        ),
        "facts": Held(
            says="What counts for or against your certifications, and for the rules.",
            rows=of("candidate_id"),
            key="candidate_id key",
            personal="kind occurred_on data",
            plain="programme version",
        ),
        "candidates": Held(
            says="Your name, and whether you let it be shown.",
            rows=of("candidate_id"),
            key="candidate_id",
            personal="given_name family_name name_revision disclosure",
            plain="programme version due_on reviewed_on",
        ),
        "dry_runs": Nobody("rules that were tried; its cursor is the candidate it has come to"),
        "reevaluations": Nobody("rules that were put in force; its cursor likewise"),
        "programme_versions": Nobody("the programmes' own files"),
        "number_series": Nobody("the next numbers"),
        **KERNEL_TABLES,
    },
)
