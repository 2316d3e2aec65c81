"""Privacy: what the site knows about people, with which right, and for how long."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "privacy"
    verbose_name = _("Vie privée")
