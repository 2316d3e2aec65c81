"""The Celery application of production, which also tells the supervisor when its worker takes tasks.

`celery -A mesopinions.local.worker worker`, with the file to touch in WORKER_READY_FILE.
"""

import os
from pathlib import Path

from celery.signals import worker_ready

from mesopinions.celery import app

__all__ = ["app"]


@worker_ready.connect(weak=False)
def say_ready(**_: object) -> None:
    Path(os.environ["WORKER_READY_FILE"]).touch()
