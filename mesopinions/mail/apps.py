"""Outgoing mail: an outbox, its worker and the addresses that asked for silence."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    name = "mesopinions.mail"
    verbose_name = _("Courriers")
    label = "mail"

    def ready(self) -> None:
        """Let each app register its kinds of mail, then check that each kind has its templates."""
        from mesopinions.mail import checks  # noqa: F401 - registers itself, and needs the apps to be loaded

        autodiscover_modules("emails")
