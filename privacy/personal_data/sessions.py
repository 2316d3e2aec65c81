"""Django's sessions: who is logged in, and who is about to be, to register or to choose another password."""

import json
import re
import zlib
from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.signing import b64_decode
from django.db.models import DateTimeField, ExpressionWrapper, F, Q
from django.utils.http import int_to_base36
from django.utils.translation import gettext_lazy as _

from privacy import registry
from privacy.registry import Action, Basis, Category, Retention, Source, Subject, days

# Where Django and allauth write whose session it is.
ACCOUNT = '"_auth_user_id":"{pk}"', '"user_id":"{pk}"', '"user_pk":"{base36}"'
# What may stand beside an address and make it another one.
OF_AN_ADDRESS = r"[\w.+-]"


def sessions_of(subject: Subject) -> Q:
    """Find the sessions that hold the person's account or address, by reading every one of them.

    Without an address they are those of the account alone. Django keeps no column for either. A hundred thousand
    sessions, which is two weeks of them, take half a second.
    """
    stored = Session.objects.values_list("session_key", "session_data").iterator()
    marks, address = _marks(subject), subject.email.casefold()
    whole = re.compile(rf"(?<!{OF_AN_ADDRESS}){re.escape(address)}(?![\w-]|\.\w)")
    found = []
    for key, data in stored:
        text = _text_of(data)
        if any(mark in text for mark in marks) or (address and address in text and whole.search(text)):
            found.append(key)
    return Q(pk__in=found)


def _marks(subject: Subject) -> list[str]:
    if subject.user_id is None:
        return []
    return [mark.format(pk=subject.user_id, base36=int_to_base36(subject.user_id)) for mark in ACCOUNT]


def _text_of(session_data: str) -> str:
    """Return the JSON of a session in small letters, '' when it is none. It need not be signed with today's key."""
    body = session_data.partition(":")[0]
    try:
        packed = b64_decode(body.removeprefix(".").encode())
        text = (zlib.decompress(packed) if body.startswith(".") else packed).decode()
        if "\\u" in text:  # what is not ASCII
            text = json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
    except (ValueError, zlib.error):
        return ""
    return text.casefold()


registry.register(
    Session,
    category=Category.CONNECTION,
    personal=["session_key", "session_data"],
    impersonal=["expire_date"],
    labels={"session_key": _("clé de session"), "session_data": _("contenu de la session")},
    purpose=_(
        "Vous garder connecté, et retenir le temps d’une connexion ou d’une inscription l’adresse que vous avez donnée "
        "et la pétition que vous commenciez"
    ),
    basis=[Basis.CONTRACT],
    recipients=[],
    source=[Source.SITE],
    retention=Retention(
        after=ExpressionWrapper(
            F("expire_date") - timedelta(seconds=settings.SESSION_COOKIE_AGE), output_field=DateTimeField()
        ),
        moment=_("la dernière connexion"),
        period=days(14),
        action=Action.DELETE,
    ),
    rows_of=sessions_of,
    withheld=["session_key", "session_data"],
)
