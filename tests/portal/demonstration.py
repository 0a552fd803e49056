"""Shows the portal against the fake gateway: python -m tests.portal.demonstration [port]."""

import sys

import httpx2
import uvicorn

from portal.app import create_app
from portal.settings import PortalSettings
from tests.portal.gateway import World, fake_gateway


def main() -> None:
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8099
    transport = httpx2.ASGITransport(app=fake_gateway(World()))
    api = httpx2.AsyncClient(transport=transport, base_url="http://gateway")
    settings = PortalSettings(public_url=f"http://127.0.0.1:{port}")
    uvicorn.run(create_app(settings, api=api), host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main()
