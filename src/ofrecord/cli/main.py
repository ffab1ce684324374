"""The `ofrecord` command."""

import os
import sys

import typer
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError
from django.db.utils import OperationalError, ProgrammingError

from ofrecord.cli import embedded, migrations
from ofrecord.cli.commands import Commands

app = typer.Typer(
    cls=Commands, no_args_is_help=True, add_completion=True, pretty_exceptions_enable=False
)


@app.callback()
def _root() -> None:
    """Keep, prove and change the authorized partner of record."""


def main() -> None:
    """Run the command; a setting that cannot be used is one sentence, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ofrecord.settings")
    try:
        app(prog_name="ofrecord")
    except (ImproperlyConfigured, CommandError, embedded.EmbeddedError) as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
    except OperationalError as error:
        typer.echo(f"The database does not answer: {str(error).strip()}", err=True)
        sys.exit(1)
    except ProgrammingError:
        if not migrations.pending("default"):
            raise
        typer.echo("The database is not up to date: run ofrecord migrate.", err=True)
        sys.exit(1)
