"""What a process that serves is set to unless it is told otherwise.

It has to be said before Django reads its settings, and by every process that reads them: the
workers of `ofrecord serve` take over what their parent has read.
"""

import os

DEFAULTS = {
    "DJANGO_SETTINGS_MODULE": "ofrecord.settings",
    "OFRECORD_DATABASE_POOL": "16",
    "OFRECORD_STATEMENT_TIMEOUT": "30",
    "OFRECORD_LOG_LEVEL": "INFO",
}


def by_default() -> None:
    """A pool of connections, an end to slow statements, and a log of calls."""
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
