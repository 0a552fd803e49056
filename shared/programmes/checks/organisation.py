"""What programme.yaml and kits.yaml say."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.programmes.checks.inspection import Inspection
from shared.programmes.checks.requirements import check_requirement
from shared.programmes.faults import Place
from shared.programmes.honours import Group
from shared.programmes.organisation import Agreement

FILE = "programme.yaml"


def check_organisation(look: Inspection) -> None:
    """The folder's name, the time zone, and names used twice or unknown."""
    programme = look.files.programme
    folder = look.documents[FILE].file.parent.name
    if programme.id != folder:
        look.say(FILE, ("id",), f"expected {folder!r}, the name of the folder")
    try:
        ZoneInfo(programme.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        look.say(
            FILE,
            ("timezone",),
            f"unknown time zone {programme.timezone!r}; "
            "expected an IANA name such as America/Los_Angeles",
        )
    look.ids_once(FILE, "levels", programme.levels, "id", "level")
    look.ids_once(FILE, "tracks", programme.tracks, "id", "track")
    look.ids_once(FILE, "number_series", programme.number_series, "id", "number series")
    look.ids_once(FILE, "agreements", programme.agreements, "id", "agreement")
    look.ids_once(FILE, "fees", programme.fees, "id", "fee")
    look.ids_once(FILE, "approvals", programme.approvals, "id", "approval")
    look.ids_once(FILE, "achievements", programme.achievements, "id", "achievement")
    for at, agreement in enumerate(programme.agreements):
        _check_agreement(look, ("agreements", at, "versions"), agreement)
    for at, achievement in enumerate(programme.achievements):
        _check_group(look, ("achievements", at), achievement)
    for at, rule in enumerate(programme.emeritus):
        _check_group(look, ("emeritus", at), rule)
        check_requirement(look, FILE, ("emeritus", at, "requires"), rule.requires)
        if rule.back is not None:
            place = ("emeritus", at, "return", "requires")
            check_requirement(look, FILE, place, rule.back.requires)


def _check_agreement(look: Inspection, place: Place, agreement: Agreement) -> None:
    versions = agreement.versions
    named = (((*place, at, "version"), one.version) for at, one in enumerate(versions))
    look.once(FILE, named, "agreement version")
    if agreement.required and versions and versions[-1].text is None:
        look.say(
            FILE,
            (*place, len(versions) - 1, "text"),
            "this text is missing; expected what candidates are to accept, because the agreement "
            "is required",
        )
    for at in range(1, len(versions)):
        before = versions[at - 1].effective_from
        if versions[at].effective_from <= before:
            look.say(
                FILE,
                (*place, at, "effective_from"),
                f"expected a day after {before}, when the version before it begins",
            )


def _check_group(look: Inspection, place: Place, group: Group) -> None:
    look.knows_all(FILE, (*place, "levels"), "level", group.levels)
    look.knows_all(FILE, (*place, "certifications"), "certification", group.certifications)


def check_kits(look: Inspection) -> None:
    """Every level has one initial kit at most."""
    file = "kits.yaml"
    kits = look.files.kits.kits
    look.ids_once(file, "kits", kits, "code", "kit code")
    taken: list[tuple[Place, str]] = []
    for at, kit in enumerate(kits):
        look.knows_all(file, ("kits", at, "levels"), "level", kit.levels)
        taken += [(("kits", at, "levels", n), level) for n, level in enumerate(kit.levels)]
    look.once(file, taken, "the initial kit of level")
