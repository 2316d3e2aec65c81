"""`python -m mesopinions.local`: run the whole site on this machine until Ctrl-C. This is `make run`."""

import argparse
import os
import sys

from django.core.exceptions import ImproperlyConfigured

from mesopinions.local.child import CannotStartError
from mesopinions.local.site import BASE_DIR, Site
from mesopinions.local.supervisor import Supervisor


def main(site_class: type[Site] = Site) -> int:
    """Return the exit code: 0 after a stop that was asked for, 1 with a message when the site cannot run."""
    parser = argparse.ArgumentParser(prog="python -m mesopinions.local", description=__doc__)
    parser.add_argument("--parent", type=int, default=0, help="stop when the process of this number ends")
    arguments = parser.parse_args()
    try:
        site = site_class.from_environment()
        os.chdir(BASE_DIR)
        Supervisor(site, parent=arguments.parent).run()
    except (CannotStartError, ImproperlyConfigured) as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
