"""Programmes as data: programmes/<id>/*.yaml, read, checked and explained.

`Programmes.load(folder)` reads every programme or raises `ProgrammeError`, whose text has one
line per mistake: file:line: field path: what was expected.
"""

from shared.programmes.cases import CannedAnswer, CasesFile
from shared.programmes.certifications import Certification, Succession
from shared.programmes.credit_rules import CreditRules, ExamCredits, Rollover
from shared.programmes.education import Course, Education
from shared.programmes.evidence import CourseSelection, CreditSelection, Pace
from shared.programmes.exams import Exam
from shared.programmes.faults import Fault, ProgrammeError
from shared.programmes.feeds import Mapping as FeedMapping
from shared.programmes.feeds import ResultCheck, Vendor
from shared.programmes.fields import DayOfYear, FormerName, Named, Price
from shared.programmes.help import Article, HelpFile, Topic
from shared.programmes.honours import AchievementRule, EmeritusRule, Return
from shared.programmes.kits import Kit
from shared.programmes.logo import Logo
from shared.programmes.organisation import (
    Agreement,
    AgreementVersion,
    ApprovalKind,
    Branding,
    Fee,
    NumberSeries,
    StatusTexts,
)
from shared.programmes.overrides import Override, Stretch
from shared.programmes.period import Period
from shared.programmes.policies import CertificationPolicy, LevelPolicy, Policy, Scope
from shared.programmes.profile import Attribute, ProfileFile, Question
from shared.programmes.programme import Programme, Programmes
from shared.programmes.renewals import Anchor, Grace, RenewalOption, RenewalTerms
from shared.programmes.requirements import (
    ActiveRequirement,
    AgreementRequirement,
    AllOf,
    AnyOf,
    ApprovalRequirement,
    AtLeast,
    CoursesRequirement,
    CreditsRequirement,
    ExamRequirement,
    ExamSelection,
    ExamsRequirement,
    FeeRequirement,
    Requirement,
    parts_of,
)
from shared.programmes.retakes import MostAttempts, Retake
from shared.programmes.sign_in import IdentityProvider

__all__ = [
    "AchievementRule",
    "ActiveRequirement",
    "Agreement",
    "AgreementRequirement",
    "AgreementVersion",
    "AllOf",
    "Anchor",
    "AnyOf",
    "ApprovalKind",
    "ApprovalRequirement",
    "Article",
    "AtLeast",
    "Attribute",
    "Branding",
    "CannedAnswer",
    "CasesFile",
    "Certification",
    "CertificationPolicy",
    "Course",
    "CourseSelection",
    "CoursesRequirement",
    "CreditRules",
    "CreditSelection",
    "CreditsRequirement",
    "DayOfYear",
    "Education",
    "EmeritusRule",
    "Exam",
    "ExamCredits",
    "ExamRequirement",
    "ExamSelection",
    "ExamsRequirement",
    "Fault",
    "Fee",
    "FeeRequirement",
    "FeedMapping",
    "FormerName",
    "Grace",
    "HelpFile",
    "IdentityProvider",
    "Kit",
    "LevelPolicy",
    "Logo",
    "MostAttempts",
    "Named",
    "NumberSeries",
    "Override",
    "Pace",
    "Period",
    "Policy",
    "Price",
    "ProfileFile",
    "Programme",
    "ProgrammeError",
    "Programmes",
    "Question",
    "RenewalOption",
    "RenewalTerms",
    "Requirement",
    "ResultCheck",
    "Retake",
    "Return",
    "Rollover",
    "Scope",
    "StatusTexts",
    "Stretch",
    "Succession",
    "Topic",
    "Vendor",
    "parts_of",
]
