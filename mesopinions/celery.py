"""The Celery application: `celery -A mesopinions worker`, `celery -A mesopinions beat`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mesopinions.settings")

app = Celery("mesopinions")
app.set_default()  # also for the threads of the web server, where "current app" is empty
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
