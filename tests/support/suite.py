"""The start of a test process: services, environment, Django, and a closed network, in this order."""

import atexit
import os
import shutil
from contextlib import ExitStack

import django
from django.conf import settings

from mesopinions.local import assets
from mesopinions.local.services import embedded_services
from tests.support import database, environment, network


def start() -> None:
    """Make this process ready for tests. The first process of the suite starts the services, which end with it.

    Raises RuntimeError when the settings were read before, from another environment.
    """
    if settings.configured:
        raise RuntimeError("Unset DJANGO_SETTINGS_MODULE: the suite makes its environment before the settings.")
    if not environment.IS_XDIST_WORKER:
        _start_services()
    environment.prepare()
    django.setup()
    del os.environ["DJANGO_SETTINGS_MODULE"]  # xdist workers inherit it and would read the settings too early
    if not environment.IS_XDIST_WORKER:
        assets.collect_static()
    network.block_other_machines()


def _start_services() -> None:
    running = ExitStack()
    atexit.register(running.close)
    running.callback(shutil.rmtree, environment.suite().root, ignore_errors=True)
    running.enter_context(embedded_services(environment.suite(), durable=False))
    assets.compile_catalogues(database.ROOT / "locale")
    database.create_template()
