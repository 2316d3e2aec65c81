"""Why an act of moderation does not take place. None of these carries a word about a person."""


class NotYours(Exception):
    """Somebody else has taken it, or nobody has: take it first."""


class OwnContent(Exception):
    """Nobody decides on what they wrote themselves."""


class AlreadyDecided(Exception):
    """It was decided, taken back or changed meanwhile: there is nothing left to decide."""


class FirstDecider(Exception):
    """An appeal goes to another person than who decided (DSA art. 20.6 wants qualified staff, the charter another)."""


class NotOpenToAppeal(Exception):
    """The decision went in the author's favour, or its six months are over."""


class AlreadyAppealed(Exception):
    """A decision is looked at again once."""
