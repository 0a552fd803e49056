"""What machines and staff can be allowed to do."""

VENDOR_SCOPES = frozenset({"registrations:write", "results:write", "imports:write"})
STAFF_SCOPES = frozenset(
    {"candidates:read", "imports:read", "imports:write", "events:manage", "emails:read"}
)
