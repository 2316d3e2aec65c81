"""The site with the greeting app, for workers that a test starts."""

from mesopinions.settings import *  # noqa: F403
from mesopinions.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.fakes.greeting"]
