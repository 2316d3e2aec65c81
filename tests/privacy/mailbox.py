"""Ask for a right as a visitor does, and read the mail that follows."""

import re
from urllib.parse import urlsplit

from django.core import mail as django_mail
from django.http import HttpResponse
from django.test import Client

from mesopinions.mail.services import send_due_mails

FORM = "/confidentialite/mes-droits/"
SENT = f"{FORM}ouvrez-votre-boite-mail/"
ADDRESS = "samir@example.org"


def ask(right: str = "erasure", email: str = ADDRESS, **fields: str) -> HttpResponse:
    """Send the form from a browser of its own."""
    return Client().post(FORM, {"right": right, "acting_as": "self", "email": email, **fields})


def mailed_path() -> str:
    """Let the waiting mails leave, and return the path of the link in the last one."""
    send_due_mails()
    found = re.search(rf"https?://\S+{FORM}\S+", django_mail.outbox[-1].body)
    assert found, django_mail.outbox[-1].body
    return urlsplit(found[0]).path


def without_address(answer: HttpResponse) -> str:
    """Return the page without its own address, which its link to the other language repeats."""
    return answer.text.replace(answer.wsgi_request.path, "")
