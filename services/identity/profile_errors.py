"""What identity refuses of profiles, addresses and help, each with its HTTP status."""

from shared.errors import Conflict, NotFound, Unprocessable


class AskedOtherwise(Conflict):
    """A question is asked in other words than those that were answered."""

    slug, title = "asked-otherwise", "The question has been worded anew meanwhile"


class AddressDoubtful(Unprocessable):
    """An address is not as those of its country mostly are; the candidate may say that it is so."""

    slug, title = "address-doubtful", "Please look at this address once more"


class NoLogo(NotFound):
    """The programme has no logo."""

    slug, title = "no-logo", "There is no logo"


class UnknownArticle(NotFound):
    """The programme's help has no such article."""

    slug, title = "unknown-article", "There is no such article"
