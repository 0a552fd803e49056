"""Programmes as data: programmes/<id>/*.yaml, read, checked and explained.

`Programmes.load(folder)` reads every programme or raises `ProgrammeError`, whose text has one
line per mistake: file:line: field path: what was expected.
"""

from shared.programmes.faults import Fault, ProgrammeError
from shared.programmes.files import (
    Branding,
    Certification,
    Exam,
    FormerName,
    Kit,
    LevelPolicy,
    Named,
    NumberSeries,
    Policy,
    Price,
    Scope,
    StatusTexts,
)
from shared.programmes.period import Period
from shared.programmes.programme import Programme, Programmes
from shared.programmes.requirements import (
    ActiveRequirement,
    AllOf,
    AnyOf,
    AtLeast,
    ExamRequirement,
    ExamsRequirement,
    Requirement,
)

__all__ = [
    "ActiveRequirement",
    "AllOf",
    "AnyOf",
    "AtLeast",
    "Branding",
    "Certification",
    "Exam",
    "ExamRequirement",
    "ExamsRequirement",
    "Fault",
    "FormerName",
    "Kit",
    "LevelPolicy",
    "Named",
    "NumberSeries",
    "Period",
    "Policy",
    "Price",
    "Programme",
    "ProgrammeError",
    "Programmes",
    "Requirement",
    "Scope",
    "StatusTexts",
]
