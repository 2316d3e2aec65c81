"""What the site wrote to somebody, read before it leaves."""

import re

from mesopinions.mail.models import OutgoingMail

TOKENS = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


def kinds_mailed(address: str = "alice@example.org") -> list[str]:
    """Return the kinds of all mails to this address, oldest first."""
    return list(OutgoingMail.objects.filter(recipient=address).order_by("pk").values_list("kind", flat=True))


def last_code(address: str = "alice@example.org") -> str:
    """Return the code that was mailed last to this address."""
    mail = OutgoingMail.objects.filter(recipient=address, kind="account_code").latest("pk")
    return str(mail.read_enclosed()["code"])


def notices(address: str = "alice@example.org") -> list[str]:
    """Return what the security notices to this address tell, oldest first."""
    mails = OutgoingMail.objects.filter(recipient=address, kind="security_notice").order_by("pk")
    return [mail.context["what"] for mail in mails]


def without_tokens(page: bytes) -> bytes:
    """Return a page as every visitor gets it."""
    return TOKENS.sub(b"", page)
