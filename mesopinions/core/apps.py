"""What every app stands on. Imports no app."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    default = True
    name = "mesopinions.core"
    label = "core"
    verbose_name = _("Technique")


class StaffSiteConfig(admin_apps.AdminConfig):
    """Django's admin, with our door."""

    default = False
    default_site = "mesopinions.core.staff_site.StaffSite"
