"""The groups of the command, each imported only when somebody calls it or asks for help."""

import os
from importlib import import_module
from typing import Any

import django
import typer
from typer.core import TyperGroup
from typer.main import get_command

COMMANDS = {
    "demo": "ofrecord.cli.demo.run:demo",
    "serve": "ofrecord.cli.serve:serve",
    "worker": "ofrecord.cli.worker:worker",
    "migrate": "ofrecord.cli.setup:migrate",
    "settings": "ofrecord.cli.setup:settings",
    "import": "ofrecord.cli.imports:import_book",
    "order": "ofrecord.cli.orders:app",
    "change": "ofrecord.cli.changes:app",
    "correction": "ofrecord.cli.corrections:app",
    "code": "ofrecord.cli.codes:app",
    "agreement": "ofrecord.cli.agreements:app",
    "partner": "ofrecord.cli.partners:app",
    "policy": "ofrecord.cli.policy:app",
    "person": "ofrecord.cli.people:app",
    "endpoint": "ofrecord.cli.endpoints:app",
    "delivery": "ofrecord.cli.deliveries:app",
    "listen": "ofrecord.cli.listen:listen",
    "client": "ofrecord.cli.clients:app",
    "receipt": "ofrecord.cli.proof:receipt",
    "statement": "ofrecord.cli.proof:statement",
    "check-signature": "ofrecord.cli.proof:check_signature",
    "signing-key": "ofrecord.cli.signing_keys:app",
    "anchor": "ofrecord.cli.anchors:app",
    "verify": "ofrecord.cli.verify.command:verify",
}

WITHOUT_DJANGO = ("demo", "serve", "settings")
"""Two choose their settings before anything reads them; settings are shown as they are."""


class Commands(TyperGroup):
    """Looks commands up in `COMMANDS`, so that none waits for what it does not need."""

    def list_commands(self, _ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        if cmd_name not in WITHOUT_DJANGO:
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ofrecord.settings")
            django.setup()
        module, _, name = COMMANDS[cmd_name].partition(":")
        found = getattr(import_module(module), name)
        command = get_command(found if isinstance(found, typer.Typer) else _alone(found))
        command.name = cmd_name
        return command


def _alone(function: Any) -> typer.Typer:
    app = typer.Typer(add_completion=False)
    app.command()(function)
    return app
