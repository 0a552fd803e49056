"""Cross references: what no single field can tell about a programme."""

from shared.programmes.checks.cases import check_cases
from shared.programmes.checks.certifications import check_certifications
from shared.programmes.checks.exams import check_education, check_exams
from shared.programmes.checks.feeds import check_feeds
from shared.programmes.checks.help import check_help
from shared.programmes.checks.inspection import Inspection
from shared.programmes.checks.organisation import check_kits, check_organisation
from shared.programmes.checks.policies import check_policies
from shared.programmes.checks.profile import check_profile
from shared.programmes.checks.sign_in import check_sign_in
from shared.programmes.document import Document
from shared.programmes.faults import Fault
from shared.programmes.folder import Files

__all__ = ["mistakes"]


def mistakes(documents: dict[str, Document], files: Files) -> list[Fault]:
    """What is wrong between the files of one programme, which are each well formed."""
    look = Inspection(documents, files)
    check_organisation(look)
    check_exams(look)
    check_education(look)
    policies = check_policies(look)
    check_certifications(look, policies)
    check_kits(look)
    check_feeds(look)
    check_sign_in(look)
    check_profile(look)
    check_help(look)
    check_cases(look)
    return look.faults
