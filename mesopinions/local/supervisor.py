"""Starting everything in order, keeping it running, and stopping it without a trace."""

import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from mesopinions.local.changes import Changes
from mesopinions.local.checks import check_folder, check_port, only_site_on
from mesopinions.local.child import CannotStartError, Child, Service, stop_together
from mesopinions.local.keeper import Keeper
from mesopinions.local.leftovers import end_leftovers
from mesopinions.local.postgres import postgres_service
from mesopinions.local.redis import redis_service
from mesopinions.local.site import Site

PATIENCE_AT_START = 120.0
SITE_STOPS_WITHIN = 6.0
SERVICES_STOP_WITHIN = 3.0
STOPPING_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class StopAskedError(Exception):
    """Somebody pressed Ctrl-C, sent a signal, or ended the program that started us."""


def say(line: str) -> None:
    """Tell the person at the terminal, who may have closed it."""
    with suppress(OSError):
        os.write(1, f"{line}\n".encode())


class Supervisor:
    """One run of the site. `parent` is the process whose end stops it too, 0 for none."""

    def __init__(self, site: Site, *, parent: int = 0) -> None:
        self.site = site
        self._parent = parent
        self._stop_asked = False
        self._stores: list[Keeper] = []
        self._site: list[Keeper] = []

    def run(self) -> None:
        """Run until asked to stop. Raises CannotStartError, after which nothing runs either."""
        for number in STOPPING_SIGNALS:
            signal.signal(number, self._ask_to_stop)
        data_dir = self.site.data_dir
        check_folder(data_dir)
        with only_site_on(data_dir, self.site.address):
            if left := end_leftovers(data_dir):
                say(f"Ended {left} processes that an earlier run had left.")
            check_port(self.site.port)
            self._rotate_logs()
            try:
                self._start()
                self._watch()
            except StopAskedError:
                say("Stopping…")
            finally:
                self._stop()
        say("Everything has stopped.")

    def _ask_to_stop(self, *_: object) -> None:
        self._stop_asked = True

    def _go_on(self) -> None:
        if self._stop_asked or (self._parent and os.getppid() != self._parent):
            raise StopAskedError

    def _start(self) -> None:
        site = self.site
        say(f"Starting on {site.data_dir.root}")
        if site.embeds_postgres:
            self._stores.append(self._keep(postgres_service(site.data_dir, durable=True)))
        if site.embeds_redis:
            self._stores.append(self._keep(redis_service(site.data_dir, durable=True)))
        self._wait_for(self._stores)
        say("Preparing the database and the pages…")
        self._run_once(site.preparation())
        self._site += [self._keep(service) for service in site.services()]
        self._wait_for(self._site)
        self._greet()

    def _keep(self, service: Service) -> Keeper:
        self._go_on()
        keeper = Keeper(service, say, waits_for_changes=self.site.debug)
        keeper.start()
        return keeper

    def _wait_for(self, keepers: Sequence[Keeper]) -> None:
        deadline = time.monotonic() + PATIENCE_AT_START
        waiting = list(keepers)
        while waiting:
            self._go_on()
            for keeper in keepers:
                if keeper.has_ended():
                    raise CannotStartError(keeper.service.trouble("ended while it started"))
            if time.monotonic() > deadline:
                raise CannotStartError(waiting[0].service.trouble("does not answer"))
            waiting = [keeper for keeper in waiting if not keeper.service.is_ready()]
            time.sleep(0.05)

    def _run_once(self, service: Service) -> None:
        child = Child(service)
        try:
            while child.exit_code() is None:
                self._go_on()
                time.sleep(0.05)
        finally:
            code = child.exit_code()
            child.kill_group()
        if code:
            raise CannotStartError(service.trouble("failed"))

    def _greet(self) -> None:
        logins = self.site.logins_file.read_text(encoding="utf-8")
        if logins:
            say(f"\nDemo logins, all with the password {self.site.demo_password}")
            say(logins)
        say(f"Ready: {self.site.address}")
        say(f"Ctrl-C stops everything. Logs: {self.site.data_dir.logs}")

    def _watch(self) -> None:
        changed: Callable[[], bool] = Changes().found if self.site.debug else lambda: False
        while True:
            for _ in range(5):
                self._go_on()
                for keeper in (*self._stores, *self._site):
                    keeper.look()
                time.sleep(0.2)
            if changed():
                self._reload()

    def _reload(self) -> None:
        say("Files changed: starting the site again.")
        stop_together(_running(self._site), seconds=SITE_STOPS_WITHIN)
        try:
            self._run_once(self.site.preparation())
        except CannotStartError as problem:
            say(str(problem))
        for keeper in self._site:
            keeper.start()

    def _stop(self) -> None:
        stop_together(_running(self._site), seconds=SITE_STOPS_WITHIN)
        stop_together(_running(self._stores), seconds=SERVICES_STOP_WITHIN)
        end_leftovers(self.site.data_dir)
        self.site.data_dir.remove_outside_sockets()

    def _rotate_logs(self) -> None:
        for log in self.site.data_dir.logs.glob("*.log"):
            log.replace(log.with_suffix(".log.1"))


def _running(keepers: Sequence[Keeper]) -> list[Child]:
    return [keeper.child for keeper in keepers if keeper.child is not None]
