"""Mails as files."""

import re
import stat
from email import message_from_bytes

from django.core.mail import EmailMessage

from mesopinions.mail.backends import FILE_NAME, EmlFileBackend


def test_each_mail_is_a_private_file_whose_name_sorts_by_time_and_holds_the_message_id(settings, tmp_path):
    settings.MAIL_DIR = tmp_path / "mail"
    messages = [
        EmailMessage(f"Mail {n}", "Bonjour", to=["s@x.org"], headers={"Message-ID": f"<a-{n}@x>"}) for n in (2, 1)
    ]

    assert EmlFileBackend().send_messages(messages) == 2

    files = sorted(settings.MAIL_DIR.iterdir())
    assert [message_from_bytes(file.read_bytes())["Subject"] for file in files] == ["Mail 2", "Mail 1"]
    assert [re.search(r"a-\d", file.name)[0] for file in files] == ["a-2", "a-1"]
    assert all(FILE_NAME.fullmatch(file.name) and stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)


def test_a_message_id_cannot_leave_the_folder(settings, tmp_path):
    settings.MAIL_DIR = tmp_path / "mail"

    EmlFileBackend().send_messages([EmailMessage("x", "y", to=["s@x.org"], headers={"Message-ID": "<../../evil@x>"})])

    (file,) = tmp_path.rglob("*.eml")
    assert file.parent == settings.MAIL_DIR
