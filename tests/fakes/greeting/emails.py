"""Registered when the app is installed, as in any app."""

from mesopinions.mail.kinds import kind
from tests.fakes.greeting.mails import build

kind("greeting")(build)
