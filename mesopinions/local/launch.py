"""Become a command that ends with its parent: `launch.py SIGNAL PARENT_PID COMMAND...`.

On Linux the kernel sends SIGNAL when the parent dies, however it dies. Elsewhere the next start ends what is left.
The file stands alone, so that it starts in a few milliseconds under `python -I -S`.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)


def main() -> None:
    """Set the signal, make sure that the parent is still there, and become the command."""
    number, parent, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(number))
    if os.getppid() != int(parent):
        sys.exit(1)  # it died before the kernel could promise anything
    # Python ignores these, a shell in the background ignores SIGINT, and the command would inherit that.
    for ignored in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT):
        signal.signal(ignored, signal.SIG_DFL)
    os.execvp(command[0], command)  # noqa: S606 - no shell wanted


if __name__ == "__main__":
    main()
