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
        "authorizations:write",
        "calls:read",
        "candidates:read",
        "certifications:write",
        "credits:write",
        "completions:review",
        "emails:read",
        "events:manage",
        "imports:read",
        "imports:write",
        "programmes:write",
        "results:write",
    }
)
