"""Settings for tools that read the models and reach no service: mypy's plugin, `makemigrations --check`."""

import os

from tests.support import environment

for name, value in {
    "DATA_DIR": "/nonexistent",
    "LOCAL": "1",
    "DATABASE_URL": "postgresql:///",
    "REDIS_URL": "redis://",
}.items():
    os.environ.setdefault(name, value)
for name, value in environment.KEYS.items():
    os.environ.setdefault(name, value)

from mesopinions.settings import *  # noqa: E402, F403 - the environment comes first

DATABASES = {"default": {"ENGINE": "django.db.backends.dummy"}}
