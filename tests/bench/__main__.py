"""`make bench`: print the table of docs/bench.md, from one run on this machine. Ends with 1 when a ratio is too low."""

import os
import platform
import sys
from datetime import UTC, datetime

from mesopinions.local.child import CannotStartError
from mesopinions.local.site import THREADS_PER_WEB_WORKER
from tests.bench import load
from tests.bench.site import Bench, running_bench

COLUMNS = "{:<32} {:<24} {:>8} {:>10} {:>6} {:>8} {:>15}  {}"


def main() -> int:
    """Print the table, row by row as they are measured, and return the exit code."""
    try:
        load.wrk()
        with running_bench() as bench:
            return 0 if _print_table(bench) else 1
    except (load.BenchError, CannotStartError) as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1


def _print_table(bench: Bench) -> bool:
    from tests.bench import rows  # its models need the settings of the stores that run by now

    print(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.machine()}, {os.cpu_count()} cores for load, site, "
        f"PostgreSQL (durable) and Redis; load of other programs before: {os.getloadavg()[0]:.1f}.\n"
        f"granian: {bench.site.web_workers} workers of {THREADS_PER_WEB_WORKER} threads. {load.CONNECTIONS} "
        f"connections, the median of {rows.ROUNDS} rounds of {rows.SECONDS} s, in which the two take turns.\n"
        f"Data: the demonstration; signers never seen before; {rows.SPREAD_OVER:,} more petitions for the last row.\n"
    )
    print(COLUMNS.format("what", "against", "ours /s", "against /s", "ratio", "at least", "p50 / p99 ms", "verdict"))
    all_hold = True
    for row in rows.rows(bench):
        ours, theirs = row.ours, row.theirs
        numbers = f"{ours.per_second:.0f}", f"{theirs.per_second:.0f}", f"{row.ratio:.2f}", f"{row.at_least:.2f}"
        times = f"{ours.p50_ms:.1f} / {ours.p99_ms:.1f}"
        print(COLUMNS.format(row.what, row.against, *numbers, times, "yes" if row.holds else "NO"), flush=True)
        all_hold &= row.holds
    return all_hold


if __name__ == "__main__":
    sys.exit(main())
