"""What those who run the portal ask it: is it alive, can it work, its figures."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from portal.gateway import ApiProblem, GatewayAway
from portal.visits import Portal

router = APIRouter()


@router.get("/healthz")
async def healthz() -> JSONResponse:
    """Say that the process is alive."""
    return JSONResponse({"status": "alive"})


@router.get("/readyz")
async def readyz(request: Request) -> JSONResponse:
    """Say whether the gateway, the portal's only need, answers."""
    portal: Portal = request.app.state.portal
    try:
        await portal.gateway.call("GET", "identity/programmes")
    except (GatewayAway, ApiProblem) as error:
        return JSONResponse({"status": "not ready", "gateway": str(error) or "refuses"}, 503)
    return JSONResponse({"status": "ready", "gateway": "answers"})


@router.get("/metrics")
async def metrics() -> Response:
    """Return the process's figures for Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
