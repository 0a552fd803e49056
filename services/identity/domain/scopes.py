"""What machines and staff can be allowed to do."""

VENDOR_SCOPES = frozenset(
    {
        "authorizations:read",
        "credits:write",
        "imports:write",
        "registrations:write",
        "results:write",
    }
)
STAFF_SCOPES = frozenset(
    {
        "accounts:read",
        "accounts:write",
        "audit:read",
        "authorizations:write",
        "calls:read",
        "candidates:read",
        "cases:read",
        "cases:write",
        "certifications:write",
        "clients:write",
        "completions:review",
        "credits:write",
        "data:write",
        "emails:read",
        "events:manage",
        "imports:read",
        "imports:write",
        "merges:write",
        "names:review",
        "programmes:write",
        "results:write",
        "staff:write",
    }
)
