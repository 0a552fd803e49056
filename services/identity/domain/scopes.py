"""What machines and staff can be allowed to do."""

VENDOR_SCOPES = frozenset({"registrations:write", "results:write", "imports:write"})
STAFF_SCOPES = frozenset(
    {
        "candidates:read",
        "certifications:write",
        "emails:read",
        "events:manage",
        "imports:read",
        "imports:write",
        "programmes:write",
    }
)
