"""Which public answers show somebody's record: each of them obeys the consent to disclosure."""

from tests.contracts.operations import ALL

# tests/journeys/test_disclosure.py takes the consent back and sees these two fall silent.
SHOW_A_RECORD = {
    ("certifications", "/public/{verification_code}"),
    ("transcripts", "/public/{code}"),
}
# Of the programme, of the installation, or of what only its reader was sent.
SHOW_NO_RECORD = {
    ("identity", "/.well-known/jwks.json"),
    ("identity", "/countries"),
    ("identity", "/link-requests/{request_id}"),
    ("identity", "/programmes"),
    ("identity", "/programmes/{programme_id}"),
    ("identity", "/programmes/{programme_id}/help"),
    ("identity", "/programmes/{programme_id}/help/{article_id}"),
    ("identity", "/programmes/{programme_id}/logo"),
    ("notifications", "/mailbox"),
    ("notifications", "/mailbox/{mail_id}"),
}


def test_every_public_answer_is_known() -> None:
    found = {
        (one.service, one.path) for one in ALL if one.audience == "public" and one.method == "get"
    }
    assert found == SHOW_A_RECORD | SHOW_NO_RECORD
