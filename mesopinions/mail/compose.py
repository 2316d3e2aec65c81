"""From a row of the outbox to a message: text and HTML, in the language of the person, with safe headers."""

import re
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, Engine
from django.utils import translation

from mesopinions.core.text import visible
from mesopinions.mail.kinds import builder_of, site_url, templates_of
from mesopinions.mail.models import OutgoingMail

# Line ends, NUL and the like: in a header they would start another header.
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# What the list of a mailbox shows of a subject, about.
SUBJECT_AT_MOST = 70
EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")


def compose(mail: OutgoingMail) -> EmailMultiAlternatives | None:
    """Return the message to send now, or None when its subject is gone.

    Paragraphs of the text part are not broken into lines: every program in use does that, to the width of its window,
    and one that was broken for 78 columns reads badly on a phone. The encoding keeps lines within RFC 5322.
    Raises LookupError for an unknown kind and whatever its builder or templates raise.
    """
    with translation.override(mail.language):
        letter = builder_of(mail.kind)(mail)
        if letter is None:
            return None
        context = _common_context(mail) | letter.context
        subject, text, html = templates_of(mail.kind)
        message = EmailMultiAlternatives(
            subject=shortened(one_line(_render(subject, context, is_html=False))),
            body=EMPTY_LINES.sub("\n\n", _render(text, context, is_html=False)).strip() + "\n",
            to=[mail.recipient],
            reply_to=settings.EMAIL_REPLY_TO,
            headers=_common_headers(mail) | {name: one_line(value) for name, value in letter.headers.items()},
        )
        message.attach_alternative(_render(html, context, is_html=True), "text/html")
    return message


def one_line(text: str) -> str:
    """Return `text` fit for a header: one line, no control character. No-break spaces stay, as French wants them."""
    return re.sub(" {2,}", " ", CONTROLS.sub(" ", text)).strip()


def shortened(subject: str) -> str:
    """Return the subject, cut after a whole word when it is too long to be read in a list."""
    if len(subject) <= SUBJECT_AT_MOST:
        return subject
    room = subject[:SUBJECT_AT_MOST]
    words = room[:-1].rpartition(" ")[0]
    kept = words if len(words) > SUBJECT_AT_MOST // 2 else room[:-1]
    return kept.rstrip(" \u202f\xa0,;:.!?«(–-") + "…"


def _render(template: str, context: dict[str, Any], *, is_html: bool) -> str:
    # Django escapes for HTML whatever the file is called: L’Été would arrive as L&#x27;Été in a subject.
    # What people typed keeps no mark that would turn the words around it.
    return visible(Engine.get_default().get_template(template).render(Context(context, autoescape=is_html)))


def _common_context(mail: OutgoingMail) -> dict[str, Any]:
    return {
        "language": mail.language,
        "home_url": site_url("/" if mail.language == settings.LANGUAGE_CODE else f"/{mail.language}/"),
        "controller_name": settings.CONTROLLER["controller_name"],
        "controller_address": settings.CONTROLLER["controller_address"],
        "privacy_email": settings.CONTROLLER["privacy_email"],
    }


def _common_headers(mail: OutgoingMail) -> dict[str, str]:
    return {
        "Message-ID": f"<{mail.message_id}@{settings.SITE_URL.hostname}>",
        "Content-Language": mail.language,
        "Auto-Submitted": "auto-generated",  # RFC 3834: no out-of-office answer to this
    }
