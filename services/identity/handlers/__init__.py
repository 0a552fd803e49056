"""Use cases of identity: they load, ask the domain and add to the outbox; they never commit."""
