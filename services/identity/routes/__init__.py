"""The HTTP edge of identity."""

from fastapi import APIRouter

from services.identity.routes import candidates, links, programmes, second_step, sessions, tokens

router = APIRouter()
for part in (tokens, sessions, second_step, links, candidates, programmes):
    router.include_router(part.router)
