"""Refusals of an act, each with a code and a sentence."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from ofrecord.rules.verdicts import Remedy, Verdict


class Refused(Exception):
    """An act on one thing was refused. `verdicts` says why; `status` is what HTTP calls it."""

    status = 409

    def __init__(self, verdicts: Sequence[Verdict], outcome: Any = None) -> None:
        super().__init__(" ".join(verdict.reason for verdict in verdicts))
        self.verdicts = tuple(verdicts)
        self.outcome = outcome

    @property
    def code(self) -> str:
        return leading(self.verdicts)


class NotFound(Refused):
    """It does not exist, or not for this actor."""

    status = 404


class NotPermitted(Refused):
    """The person may see it, but not do this."""

    status = 403


class AgreementMoved(Refused):
    """What was reviewed is no longer so."""


class NotAvailable(Refused):
    """Rules of the policy stand against it."""


class Unusable(Refused):
    """The request itself cannot be carried out as it is."""

    status = 422


class TooOften(Refused):
    """A limit on how often this may be done was reached."""

    status = 429


_KINDS = {
    "not_found": NotFound,
    "not_permitted": NotPermitted,
    "agreement_moved": AgreementMoved,
    "effective_in_past": Unusable,
    "reason_missing": Unusable,
    "idempotency_key_reused": Unusable,
    "too_many": Unusable,
    "fingerprint_unusable": Unusable,
    "lookup_limit": TooOften,
    "known_at_in_future": Unusable,
    "too_long_for_paper": Unusable,
    "code_unusable": NotFound,
    "code_limit": TooOften,
    "days_unusable": Unusable,
    "of_one_account": Unusable,
    "same_person": NotPermitted,
    "override_not_permitted": NotPermitted,
    "one_at_a_time": Unusable,
    "second_person_asked": Unusable,
    "member_unknown": Unusable,
    "ground_unknown": Unusable,
    "nothing_wished": Unusable,
    "effective_in_future": Unusable,
    "effective_before_start": Unusable,
    "ends_before_it_begins": Unusable,
    "ends_in_future": Unusable,
    "no_business": NotFound,
    "lines_unusable": Unusable,
    "term_unusable": Unusable,
    "amount_unusable": Unusable,
    "currency_unknown": Unusable,
    "expires_in_past": Unusable,
    "case_limit": TooOften,
    "text_missing": Unusable,
    "subject_missing": Unusable,
    "wish_unknown": Unusable,
    "wish_needs_agreement": Unusable,
    "member_missing": Unusable,
    "number_missing": Unusable,
    "member_same": Unusable,
    "change_unknown": Unusable,
    "too_many_files": Unusable,
    "file_empty": Unusable,
    "file_too_large": Unusable,
    "file_type": Unusable,
    "not_an_agent": Unusable,
}


def refused(verdicts: Sequence[Verdict], outcome: Any = None) -> Refused:
    """The named refusal of the verdict that leads."""
    return _KINDS.get(leading(verdicts), NotAvailable)(verdicts, outcome)


def leading(verdicts: Sequence[Verdict]) -> str:
    """The code that names a refusal: before all rules, that the person may not do it."""
    codes = [verdict.code for verdict in verdicts]
    return "not_permitted" if "not_permitted" in codes else codes[0]


LIMIT = 10_000


def usable(wanted: Sequence[object], reason: str) -> None:
    """Refuse an act without a reason, or of more than 10,000 items."""
    if not reason.strip():
        raise refused([reason_missing()])
    bounded(wanted)


def bounded(wanted: Sequence[object]) -> None:
    """Refuse an act of more than 10,000 items."""
    if len(wanted) > LIMIT:
        raise refused([too_many(len(wanted), LIMIT)])


def permitted(verdicts: Sequence[Verdict]) -> None:
    """Refuse an act that no role held on the agreement allows."""
    if missing := [each for each in verdicts if each.code == "not_permitted"]:
        raise refused(missing)


def plain(code: str, reason: str, remedy: str = "") -> Verdict:
    """A refusal that is no rule of the policy, in the shape of a verdict."""
    return Verdict(code, reason, None, None, Remedy(remedy))


def not_found(reference: str, what: str | None = None) -> Verdict:
    """Nothing of that number, or nothing that this actor may see."""
    return plain(
        "not_found",
        _("There is no %(what)s %(reference)s.")
        % {"what": what or _("agreement"), "reference": reference},
        _("Check the number."),
    )


def agreement_moved(parts: Sequence[str], number: str | None) -> Verdict:
    """What moved since the preview and, if it was another change, its number."""
    what = ", ".join(parts)
    if number:
        reason = _("Moved since it was reviewed: %(what)s, by change %(number)s.")
    else:
        reason = _("Moved since it was reviewed: %(what)s.")
    return plain(
        "agreement_moved", reason % {"what": what, "number": number}, _("Review it again.")
    )


def no_change(number: str) -> Verdict:
    """No change of that number, or none that this actor may see."""
    return not_found(number, what=_("change"))


def decided_since(number: str, latest: str) -> Verdict:
    """Another change named in the same request is the later one."""
    return plain(
        "decided_since",
        _("After change %(number)s came %(latest)s.") % {"number": number, "latest": latest},
    )


def effective_in_past() -> Verdict:
    return plain(
        "effective_in_past",
        _("The change cannot take effect before today."),
        _("Choose today or a later date."),
    )


def reason_missing() -> Verdict:
    return plain("reason_missing", _("Give a reason."))


def too_many(count: int, limit: int) -> Verdict:
    return plain(
        "too_many",
        _("%(count)s agreements are more than one act takes.") % {"count": count},
        _("Submit at most %(limit)s at a time.") % {"limit": limit},
    )


def fingerprint_unusable() -> Verdict:
    return plain(
        "fingerprint_unusable",
        _("Each agreement needs the fingerprint of its own preview."),
        _("Review the change again."),
    )


def idempotency_key_reused() -> Verdict:
    return plain(
        "idempotency_key_reused",
        _("This idempotency key was used for another request."),
        _("Use a new key for a new request."),
    )


def others_refused() -> Verdict:
    return plain(
        "others_refused",
        _("Nothing was changed, because other agreements of the same request were refused."),
        _("Leave those out, or submit without “all or nothing”."),
    )


def not_open(number: str, state: str) -> Verdict:
    return plain(
        "not_open",
        _("Change %(number)s is %(state)s and cannot be cancelled.")
        % {"number": number, "state": state},
    )


def caused_by_order(number: str, order: str) -> Verdict:
    """What a financial transaction did is put right by support."""
    return plain(
        "caused_by_order",
        _("Change %(number)s comes with order %(order)s and cannot be cancelled here.")
        % {"number": number, "order": order},
        _("Contact support."),
    )


def known_at_in_future() -> Verdict:
    return plain(
        "known_at_in_future",
        _("What will be known later cannot be stated."),
        _("Choose a past instant, or leave it out."),
    )


def not_final(instant: str) -> Verdict:
    """Something that was being recorded at that instant could still be added to the answer."""
    return plain(
        "not_final",
        _("What was known at %(instant)s is not final: something is still being recorded.")
        % {"instant": instant},
        _("Ask again in a moment, or as known at an earlier time."),
    )


def too_long_for_paper(count: int, limit: int) -> Verdict:
    return plain(
        "too_long_for_paper",
        _("A statement of %(count)s agreements is too long for a PDF.") % {"count": count},
        _("Take the signed document, or at most %(limit)s agreements.") % {"limit": limit},
    )


def same_person() -> Verdict:
    """Where two people are asked, they are two."""
    return plain(
        "same_person",
        _("Whoever asked for it cannot approve it."),
        _("Ask somebody else who may."),
    )


def persons_only() -> Verdict:
    """What a system cannot do, because somebody has to answer for it."""
    return plain(
        "not_permitted",
        _("A system cannot do this."),
        _("Sign in as somebody of the account."),
    )
