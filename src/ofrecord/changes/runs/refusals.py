"""Refusals of runs, and what can keep a run from going on."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from ofrecord.changes.refusals import not_found, plain
from ofrecord.rules.verdicts import Verdict


def no_run(number: str) -> Verdict:
    """No run of that number, or none that this actor may see."""
    return not_found(number, what=_("run"))


def nothing_named() -> Verdict:
    return plain("nothing_named", _("Name at least one agreement."))


def batch_size_unusable(most: int) -> Verdict:
    return plain(
        "batch_size_unusable",
        _("A batch holds between 1 and %(most)s agreements.") % {"most": most},
    )


def for_nobody() -> Verdict:
    """Nobody is named whose permission each batch could judge."""
    return plain("not_permitted", _("A run is carried out for a person, and none was named."))


def not_theirs(number: str) -> Verdict:
    """Who may only read it, or looks on for the vendor."""
    return plain(
        "not_permitted",
        _("Your role does not allow you to decide about run %(number)s.") % {"number": number},
        _("Who started it can, and operations."),
    )


def run_over(number: str, state: str) -> Verdict:
    """It is in a state from which this cannot be done."""
    return plain(
        "run_over",
        _("Run %(number)s is %(state)s, so this cannot be done.")
        % {"number": number, "state": state},
    )


def person_disabled() -> Verdict:
    return plain(
        "person_disabled",
        _("The person for whom the run is carried out can no longer sign in."),
        _("Resume it when the person is back, or cancel it."),
    )


def client_revoked() -> Verdict:
    return plain(
        "client_revoked",
        _("The system that started the run no longer holds credentials for changes."),
        _("Cancel it, and start another one."),
    )


def roles_gone() -> Verdict:
    return plain(
        "not_permitted",
        _("The person who started the run no longer holds a role where it was started."),
        _("Resume it when the role is back, or cancel it."),
    )


STOPS: dict[str, Callable[[], Verdict]] = {
    "person_disabled": person_disabled,
    "client_revoked": client_revoked,
    "not_permitted": roles_gone,
}
"""What stops a run, by its code."""
