"""The accounts of the demonstration that docs and `make run` name. Read before Django is set up: no model here."""

from typing import NamedTuple


class Login(NamedTuple):
    """An account, and what it may do: `rights` are its flags, `group` is the group of the staff that it is in.

    `bio` is what it says of itself on its author's page, and `place` its postal code and commune.
    """

    name: str
    first_name: str
    last_name: str
    role: str
    rights: tuple[str, ...] = ()
    group: str = ""
    bio: str = ""
    place: tuple[str, str] | None = None

    @property
    def email(self) -> str:
        return f"{self.name}@example.org"

    @property
    def line(self) -> str:
        """The account as it is printed, without its password."""
        return f"{self.email:<22} {self.role}\n"


STAFF = ("is_staff",)
LOGINS = (
    Login(
        "alice",
        "Alice",
        "Auber",
        "author",
        bio="Mère de collégienne, à Vannes. J’écris quand une chose simple pourrait changer demain.",
        place=("56000", "Vannes"),
    ),
    Login("mona", "Mona", "Meyer", "moderator", STAFF, "moderator"),
    Login("luc", "Luc", "Lagarde", "second moderator", STAFF, "moderator"),
    Login("dpo", "Dominique", "Poirier", "rights requests", STAFF, "dpo"),
    Login("finance", "Fabien", "Nance", "finance", STAFF, "finance"),
    Login("support", "Sophie", "Port", "support", STAFF, "support"),
    Login("admin", "Ada", "Ministre", "superuser", ("is_staff", "is_superuser")),
)
