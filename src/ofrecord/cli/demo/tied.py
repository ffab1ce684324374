"""Runs a program that ends when the demo ends, even when the demo is killed.

    python -m ofrecord.cli.demo.tied PID PROGRAM [ARGUMENTS]

PID is the demo's. On Linux the kernel itself ends the program with its parent.
"""

import os
import sys

from ofrecord.cli.parent import end_with


def main(parent: int, command: list[str]) -> None:
    if not end_with(parent):
        sys.exit("The demo has ended already.")
    os.execv(command[0], command)  # noqa: S606  # the command is the demo's own


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
