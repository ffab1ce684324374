"""Named points at which a process can be made to die, to prove that another one finishes.

`OFRECORD_FAILPOINT=name` kills the process (SIGKILL) when it comes past that point. Its last
words, on standard error, name the point.
"""

import os
import signal

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

STDERR = 2
POINTS = (
    "delivery.after_claim",
    "delivery.after_send_before_mark",
    "letters.after_claim",
    "letters.after_send_before_mark",
    "worker.after_settle",
    "worker.after_apply",
    "worker.after_renew",
    "worker.before_complete",
    "submit.after_lock",
    "submit.before_commit",
    "submit.after_commit",
    "run.before_commit",
    "run.after_batch",
)


def check() -> None:
    """Refuse a failpoint in production, and one that does not exist."""
    name = os.environ.get("OFRECORD_FAILPOINT", "")
    if name and settings.PRODUCTION:
        raise ImproperlyConfigured(
            "OFRECORD_FAILPOINT must not be set when OFRECORD_ENV is production."
        )
    if name and name not in POINTS:
        raise ImproperlyConfigured(
            f"OFRECORD_FAILPOINT is {name!r}; it must be one of: {', '.join(POINTS)}."
        )


def hit(name: str) -> None:
    """Die here if this point was named."""
    if os.environ.get("OFRECORD_FAILPOINT") == name and not settings.PRODUCTION:
        os.write(STDERR, f"Killed at {name}.\n".encode())
        os.kill(os.getpid(), signal.SIGKILL)
