"""What fulfillment holds about a person, table by table."""

from services.fulfillment.models import Base
from shared.my_data.register import KERNEL_TABLES, Held, Register, of

REGISTER = Register(
    Base.metadata,
    {
        "entitlements": Held(
            says="The kits and plaques that your certifications entitle you to.",
            rows=of("candidate_id"),
            key="id candidate_id",
            personal="certification kind kit name earned_on state created_at",
            plain="programme version",
        ),
        **KERNEL_TABLES,
    },
)
