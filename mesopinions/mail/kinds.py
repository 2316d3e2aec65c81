"""The kinds of mail that the site sends. Each app registers its own in its emails.py.

How to add one:

1. a builder in `<app>/emails.py`, which loads what the mail is about when it leaves (never before, so that it tells
   the truth of that moment, and nothing personal waits in the outbox):

       @kind("confirm_signature")
       def confirm_signature(mail: OutgoingMail) -> Letter | None:
           signature = Signature.objects.filter(pk=mail.about_id).first()
           if signature is None:
               return None  # nothing to say any more: the mail is cancelled
           return Letter({"signature": signature, "confirm_url": site_url(signature.manage_path)})

2. three templates in `templates/emails/<kind>/`: `subject.txt` (one line), `body.txt` and `body.html`. The bodies
   extend `emails/_base.txt` and `emails/_base.html`, which say which blocks they have. In `.txt` nothing is escaped.
   `{% include "emails/_button.html" with url=confirm_url label=label only %}` draws the button, and `_link.txt` with
   the same words writes it. A link of the HTML stands in the text too. Nothing is loaded from anywhere.

3. `services.queue_mail(kind="confirm_signature", …)` in the transaction that makes it true.

`manage.py check` names a missing template.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from mesopinions.mail.models import OutgoingMail


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says: the context of its three templates, and headers of its own such as List-Unsubscribe."""

    context: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


Builder = Callable[[OutgoingMail], Letter | None]
_builders: dict[str, Builder] = {}


def kind(name: str) -> Callable[[Builder], Builder]:
    """Register the function as the builder of mails of this kind. Raises ValueError for a name already taken."""

    def register(builder: Builder) -> Builder:
        if name in _builders:
            raise ValueError(f"Two kinds of mail are called {name}.")
        _builders[name] = builder
        return builder

    return register


def builder_of(name: str) -> Builder:
    """Return the builder of a kind. Raises LookupError for an unknown one."""
    try:
        return _builders[name]
    except KeyError:
        raise LookupError(f"No app registers the kind of mail {name}.") from None


def registered_kinds() -> list[str]:
    """Return the names of all kinds, sorted."""
    return sorted(_builders)


def templates_of(name: str) -> tuple[str, str, str]:
    """Return the names of a kind's templates: subject, text and HTML."""
    folder = f"emails/{name}"
    return f"{folder}/subject.txt", f"{folder}/body.txt", f"{folder}/body.html"


def site_url(path: str) -> str:
    """Return the absolute address of a path of this site, for a link in a mail."""
    return f"{settings.SITE_ORIGIN}{path}"
