"""Programmes as a web site needs them: names, words and colours."""

from typing import Annotated

from fastapi import APIRouter, Header, Response

from services.identity.errors import UnknownProgramme
from services.identity.openid import providers_of
from services.identity.profile_errors import NoLogo
from services.identity.schemas import BrandingOut, ProgrammeOut, ProviderOut, SignInOut
from shared.auth import anyone
from shared.context import ServiceContext
from shared.programmes import Programme
from shared.web import Here

router = APIRouter(prefix="/programmes", tags=["programmes"])
_FRESH = "public, max-age=60"
# A picture and nothing else, even for a browser that is led to its address.
_PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@router.get("", dependencies=[anyone()])
async def list_programmes(here: Here, response: Response) -> list[ProgrammeOut]:
    """Return all programmes."""
    response.headers["Cache-Control"] = _FRESH
    return [_out(here, programme) for programme in here.programmes.values()]


@router.get("/{programme_id}", dependencies=[anyone()])
async def show_programme(programme_id: str, here: Here, response: Response) -> ProgrammeOut:
    """Return one programme."""
    programme = here.programmes.get(programme_id)
    if programme is None:
        raise UnknownProgramme(f"There is no programme {programme_id!r}.")
    response.headers["Cache-Control"] = _FRESH
    return _out(here, programme)


@router.get(
    "/{programme_id}/logo",
    dependencies=[anyone()],
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {}, "image/png": {}}}},
)
async def show_logo(
    programme_id: str, here: Here, if_none_match: Annotated[str | None, Header()] = None
) -> Response:
    """Return the programme's logo, an SVG or PNG picture."""
    programme = here.programmes.get(programme_id)
    if programme is None:
        raise UnknownProgramme(f"There is no programme {programme_id!r}.")
    if programme.logo is None:
        raise NoLogo(f"{programme.name} has no logo.")
    tag = f'"{programme.logo.mark}"'
    headers = {
        "ETag": tag,
        "Cache-Control": "public, max-age=3600",
        "Content-Security-Policy": _PICTURE_POLICY,
        "X-Content-Type-Options": "nosniff",
    }
    if if_none_match is not None and tag in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(programme.logo.content, media_type=programme.logo.media_type, headers=headers)


def _out(here: ServiceContext, programme: Programme) -> ProgrammeOut:
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
            logo_mark=programme.logo.mark if programme.logo else None,
        ),
        support_email=programme.support_email,
        texts=dict(programme.texts),
        levels=[{"id": level.id, "name": level.name} for level in programme.levels.values()],
        courses=[
            {"code": one.code, "name": one.name} for one in programme.education.courses.values()
        ],
        sign_in=SignInOut(
            providers=[
                ProviderOut(id=one.id, name=one.name)
                for one in providers_of(here).offered(programme)
            ],
            self_registration=programme.self_registration,
        ),
        asks=bool(programme.profile.questions),
        has_help=bool(programme.help.articles),
        agreements=[{"id": one.id, "name": one.name} for one in programme.agreements.values()],
    )
