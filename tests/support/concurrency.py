"""Many threads at the same instant."""

import threading
from collections.abc import Callable
from typing import TypeVar

from django.db import connections

Result = TypeVar("Result")


def run_together(count: int, act: Callable[[], Result]) -> list[Result]:
    """Run `act` in `count` threads that start at the same instant and return what each returned.

    Raises an ExceptionGroup of everything that the threads raised. Needs a transactional database test: threads have
    connections of their own.
    """
    return run_all_together([act] * count)


def run_all_together(acts: list[Callable[[], Result]]) -> list[Result]:
    """Run each of `acts` in a thread of its own, all at the same instant, and return their results in order."""
    start = threading.Barrier(len(acts))
    results: dict[int, Result] = {}
    errors: list[Exception] = []

    def run(place: int, act: Callable[[], Result]) -> None:
        try:
            start.wait(timeout=30)
            results[place] = act()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, act), daemon=True) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=50)
    if errors:
        raise ExceptionGroup("threads failed", errors)
    if len(results) < len(acts):
        raise TimeoutError(f"{len(acts) - len(results)} of {len(acts)} threads did not end")
    return [results[place] for place in range(len(acts))]
