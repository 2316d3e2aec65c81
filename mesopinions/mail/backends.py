"""Mails as files, so that nobody needs a mail server to try the site."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email import message_from_bytes
from email.utils import getaddresses
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

# The time first, so that names sort as mails left; then the part of the Message-ID before the @.
FILE_NAME = re.compile(r"\d{8}T\d{12}-[A-Za-z0-9.-]+\.eml")


class EmlFileBackend(BaseEmailBackend):
    """Write each message as a file of its own in settings.MAIL_DIR, readable by nobody else."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the messages and return how many. A file has its final name only once it is complete."""
        folder = Path(settings.MAIL_DIR)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for email in email_messages:
            message = email.message()
            sent = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
            message_id = re.sub(r"[^A-Za-z0-9.-]", "", str(message["Message-ID"]).partition("@")[0])
            draft = folder / f".{sent}-{message_id}.part"
            draft.touch(mode=0o600)
            draft.write_bytes(message.as_bytes())
            draft.rename(folder / f"{sent}-{message_id}.eml")
        return len(email_messages)


def forget_files(address: str, *, really: bool = True) -> int:
    """Delete the mails in the folder that went to this address, and return how many there were; else only count."""
    written = [path for path in Path(settings.MAIL_DIR).glob("*.eml") if _is_to(path, address)]
    for path in written if really else ():
        path.unlink(missing_ok=True)
    return len(written)


def _is_to(path: Path, address: str) -> bool:
    try:
        message = message_from_bytes(path.read_bytes())
    except FileNotFoundError:  # somebody else emptied the folder
        return False
    recipients = getaddresses(str(value) for value in message.get_all("To", []))
    return any(recipient.casefold() == address.casefold() for _name, recipient in recipients)
