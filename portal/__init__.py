"""The web site of Certtrack: server-rendered, a client of the gateway's HTTP API."""
