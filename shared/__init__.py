"""The kernel of Certtrack: events, bus, outbox and inbox, database, tokens, web edge, metrics."""
