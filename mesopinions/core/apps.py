"""What every app stands on. Imports no app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "mesopinions.core"
    label = "core"
