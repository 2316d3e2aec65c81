"""The mails that this machine would have sent, for whoever tries the site. Routed only while LOCAL."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from csp.constants import NONE, SELF
from csp.decorators import csp, csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin

from mesopinions.mail.backends import FILE_NAME

SHOWN_AT_MOST = 200
# A link leaves the frame when somebody clicks it, and nothing else may happen in there.
FRAME_POLICY = {
    "default-src": [NONE],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "img-src": ["data:"],
    "sandbox": ["allow-top-navigation-by-user-activation"],
    "style-src": ["'unsafe-inline'"],
}


@dataclass(frozen=True, slots=True)
class StoredMail:
    """One `.eml` file."""

    name: str
    message: EmailMessage

    @property
    def sent_at(self) -> datetime:
        return datetime.strptime(self.name.partition("-")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def recipient(self) -> str:
        return str(self.message["To"])

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.message.items()]

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, subtype: str) -> str:
        part = self.message.get_body((subtype,))
        return str(part.get_content()) if part else ""


@never_cache
def mail_list(request: HttpRequest) -> HttpResponse:
    """List the mails, newest first."""
    names = sorted(_names(), reverse=True)
    return render(
        request,
        "mail/mails.html",
        {"mails": [_read(name) for name in names[:SHOWN_AT_MOST]], "older": max(0, len(names) - SHOWN_AT_MOST)},
    )


@never_cache
@csp_replace({"frame-src": [SELF]})  # type: ignore[arg-type]  # django-csp types views that have no argument
def mail_page(request: HttpRequest, name: str) -> HttpResponse:
    """Show one mail: headers, text, and the HTML part in a frame."""
    return render(request, "mail/mail.html", {"mail": _read(name)})


@never_cache
@xframe_options_sameorigin
@csp(FRAME_POLICY)  # type: ignore[arg-type]
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """Serve the HTML part alone, as the mail has it but for the links, which open in the whole window."""
    return HttpResponse(_read(name).html.replace("<head>", '<head><base target="_top">', 1))


def _names() -> list[str]:
    return [path.name for path in Path(settings.MAIL_DIR).glob("*.eml") if FILE_NAME.fullmatch(path.name)]


def _read(name: str) -> StoredMail:
    if not FILE_NAME.fullmatch(name):
        raise Http404
    try:
        content = (Path(settings.MAIL_DIR) / name).read_bytes()
    except FileNotFoundError:
        raise Http404 from None
    return StoredMail(name, message_from_bytes(content, policy=policy.default))
