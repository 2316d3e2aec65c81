"""What every app stands on. Imports no app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "mesopinions.core"
    label = "core"
    verbose_name = _("Technique")
