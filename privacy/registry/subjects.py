"""A person who asks for their data, and how to find their rows."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import Q

from mesopinions.core.addresses import address_key, canonical_email, exact_address_key

# An empty list of keys is a condition that no row meets, and that Django never sends to the database.
NOBODY = Q(pk__in=[])


@dataclass(frozen=True, slots=True)
class Subject:
    """One person, by the address they control and their account if they have one. Its repr names nobody.

    The address counts as it was written, whatever its case: where a provider does not follow our rule of aliases, an
    alias is a neighbour, and nobody may read or erase what is a neighbour's.
    """

    email: str = field(repr=False)
    user_id: int | None = None

    @property
    def canonical_email(self) -> str:
        """Equal for every alias of the mailbox: what the indexes are of."""
        return canonical_email(self.email)

    @property
    def key(self) -> str:
        """The keyed hash that stands for the address in the consent ledger and in requests."""
        return exact_address_key(self.email)

    @property
    def mailbox_key(self) -> str:
        """The keyed hash that stands for the mailbox, aliases and all, in the list of blocked addresses."""
        return address_key(self.email)


RowsOf = Callable[[Subject], Q]


def by_user(path: str) -> RowsOf:
    """Find rows whose foreign key `path` is the subject's account. Without an account: none, and not those of null."""
    return lambda subject: NOBODY if subject.user_id is None else Q(**{path: subject.user_id})


def by_address(path: str, *, index: str = "") -> RowsOf:
    """Find rows whose address at `path` is the subject's, whatever its case.

    `index` is the path of a column that holds the canonical form and has an index.
    """

    def rows_of(subject: Subject) -> Q:
        found = Q(**{f"{path}__iexact": subject.email})
        return found & Q(**{index: subject.canonical_email}) if index else found

    return rows_of


def by_key(path: str) -> RowsOf:
    """Find rows whose keyed hash of an address at `path` is the subject's."""
    return lambda subject: Q(**{path: subject.key})


def by_any(*finders: RowsOf) -> RowsOf:
    """Find what any of the finders finds."""

    def rows_of(subject: Subject) -> Q:
        found = NOBODY
        for finder in finders:
            found |= finder(subject)
        return found

    return rows_of
