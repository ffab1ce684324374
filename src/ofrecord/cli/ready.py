"""What every command that works on the database does first."""

import django

from ofrecord.cli import embedded, migrations
from ofrecord.cli.environment import text


def make_ready() -> None:
    """Set Django up; bring the embedded database up, and up to date, where there is no other."""
    bring_up()
    if not text("DATABASE_URL"):
        migrations.migrate(verbosity=0)


def bring_up() -> None:
    """The same, with the database as it is."""
    django.setup()
    if not text("DATABASE_URL"):
        embedded.ensure()
