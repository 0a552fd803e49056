"""What can be refused about a programme's files and what runs over all its candidates."""

from shared.errors import Conflict, FieldError, NotFound, Unprocessable
from shared.programmes import ProgrammeError

MOST_FAULTS = 100


class UnknownProgramme(NotFound):
    """There is no such programme here."""

    slug, title = "unknown-programme", "There is no such programme"


class UnknownPolicy(NotFound):
    """The programme has no such version of its policy."""


class UnusableProgramme(Unprocessable):
    """Files that are no programme; every mistake is named with its file and line."""

    slug, title = "unusable-programme", "These files cannot be used as a programme"

    @classmethod
    def of(cls, error: ProgrammeError) -> "UnusableProgramme":
        """Make the problem of what is wrong with some files."""
        faults = [
            {
                "file": fault.file.name,
                "line": fault.line,
                "field": fault.path or None,
                "message": fault.message,
            }
            for fault in error.faults[:MOST_FAULTS]
        ]
        count = len(error.faults)
        mistakes = "There is a mistake" if count == 1 else f"There are {count} mistakes"
        first = "the first is" if count > 1 else "it is"
        one = faults[0]
        return cls(
            f"{mistakes} in the files; {first} in {one['file']}, line {one['line']}.",
            errors=[
                FieldError(
                    field=f"{fault.file.name}: {fault.path}" if fault.path else fault.file.name,
                    line=fault.line,
                    message=fault.message,
                )
                for fault in error.faults[:MOST_FAULTS]
            ],
            faults=faults,
        )


class RunUnderWay(Conflict):
    """A run over all candidates is under way, and another has to wait for its end."""

    slug, title = "run-under-way", "A run over all candidates is under way"
