#!/bin/sh
# What an image runs when it is told nothing else: its member's application on port 8000, at the
# prefix the gateway gives it.
set -eu
case "$CERTTRACK_MEMBER" in
    portal) application=portal.app:create_app prefix= ;;
    services/*)
        application=$(echo "$CERTTRACK_MEMBER" | tr / .).app:create_app
        prefix=/api/${CERTTRACK_MEMBER#services/} ;;
    *)
        echo "This image holds the command line tool: give it a command, such as certtrack --help" >&2
        exit 64 ;;
esac
exec python -m uvicorn "$application" --factory --host 0.0.0.0 --port 8000 --loop uvloop \
    --root-path "$prefix" --no-access-log --no-server-header --no-proxy-headers --timeout-graceful-shutdown 20
