"""Privacy: what the site knows about people, with which right, and for how long."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "privacy"
    verbose_name = _("Vie privée")

    def ready(self) -> None:
        from privacy import checks  # noqa: F401 - registers itself, and needs every model loaded

        autodiscover_modules("personal_data")
