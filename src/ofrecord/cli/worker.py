"""`ofrecord worker`: sends, posts letters, and moves changes on, until interrupted."""

import asyncio
import os
import signal

from django.utils.module_loading import import_string

from ofrecord.cli.ready import make_ready

WORK = "ofrecord.jobs.work"
"""Named and not imported, as Django names its addresses: the root knows the doors, not they it."""


def worker() -> None:
    """Send events and letters, and apply and complete changes, until interrupted."""
    os.environ.setdefault("OFRECORD_LOG_LEVEL", "INFO")
    make_ready()
    from ofrecord.delivery import failpoints

    failpoints.check()
    asyncio.run(_until_told())


async def _until_told() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await import_string(WORK)(stop)
