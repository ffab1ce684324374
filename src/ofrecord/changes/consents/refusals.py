"""Refusals of an answer to a consent."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from ofrecord.changes.refusals import not_found, plain
from ofrecord.rules.verdicts import Verdict


def no_consent(id: str) -> Verdict:
    """No consent of that id, or none that this actor may see."""
    return not_found(id, what=_("consent"))


def not_asked_of_you() -> Verdict:
    return plain(
        "not_permitted",
        _("This consent is not yours to give or to refuse."),
        _("Ask whom it was asked of."),
    )


def consent_closed(answer: str) -> Verdict:
    return plain(
        "consent_closed",
        _("This consent is not asked any more: %(answer)s.") % {"answer": answer},
    )


def ground_unknown(ground: str, grounds: Sequence[str]) -> Verdict:
    return plain(
        "ground_unknown",
        _("“%(ground)s” is no ground on which a partner can object.") % {"ground": ground},
        _("Choose one of: %(grounds)s.") % {"grounds": ", ".join(grounds)},
    )
