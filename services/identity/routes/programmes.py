"""Programmes as a web site needs them: names, words and colours."""

from fastapi import APIRouter, Response

from services.identity.errors import UnknownProgramme
from services.identity.schemas import BrandingOut, ProgrammeOut
from shared.auth import anyone
from shared.programmes import Programme
from shared.web import Here

router = APIRouter(prefix="/programmes", tags=["programmes"])
_FRESH = "public, max-age=60"


@router.get("", dependencies=[anyone()])
async def list_programmes(here: Here, response: Response) -> list[ProgrammeOut]:
    """Return all programmes."""
    response.headers["Cache-Control"] = _FRESH
    return [_out(programme) for programme in here.programmes.values()]


@router.get("/{programme_id}", dependencies=[anyone()])
async def show_programme(programme_id: str, here: Here, response: Response) -> ProgrammeOut:
    """Return one programme."""
    programme = here.programmes.get(programme_id)
    if programme is None:
        raise UnknownProgramme(f"There is no programme {programme_id!r}.")
    response.headers["Cache-Control"] = _FRESH
    return _out(programme)


def _out(programme: Programme) -> ProgrammeOut:
    branding = programme.branding
    return ProgrammeOut(
        id=programme.id,
        name=programme.name,
        certification_word=programme.certification_word,
        candidate_prefix=programme.candidate_prefix,
        timezone=programme.timezone,
        branding=BrandingOut(
            accent=branding.accent,
            accent_ink=branding.accent_ink,
            ink=branding.ink,
            logo_text=branding.logo_text,
        ),
        support_email=programme.support_email,
        texts=dict(programme.texts),
        levels=[{"id": level.id, "name": level.name} for level in programme.levels.values()],
        courses=[
            {"code": one.code, "name": one.name} for one in programme.education.courses.values()
        ],
        agreements=[{"id": one.id, "name": one.name} for one in programme.agreements.values()],
    )
