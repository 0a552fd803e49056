"""The errors of notifications."""

from shared.errors import NotFound


class NoSuchMail(NotFound):
    """The local mailbox is off, or holds no such e-mail."""

    slug, title = "no-such-mail", "There is no such e-mail here"
