"""What the desk says: of consents, of their outcomes, and of what was refused."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ofrecord.changes.models import Consent
from ofrecord.rules.verdicts import Verdict
from ofrecord.rules.words import GROUNDS
from ofrecord.web.records.words import joined

_ASKS = {
    "gaining": gettext_lazy("You would become its authorized partner"),
    "losing": gettext_lazy("Your role on it would end"),
}
_OUTCOMES = {
    ("gaining", "given"): ("good", gettext_lazy("accepted")),
    ("gaining", "refused"): ("bad", gettext_lazy("declined")),
    ("gaining", "lapsed"): ("neutral", gettext_lazy("not answered")),
    ("losing", "given"): ("good", gettext_lazy("no objection")),
    ("losing", "refused"): ("bad", gettext_lazy("objected")),
    ("losing", "lapsed"): ("neutral", gettext_lazy("no answer, so no objection")),
}
# A verdict is written for the customer; of another change, or of the customer's own people, a
# partner reads this instead.
_TO_PARTNER = {
    "not_permitted": gettext_lazy("Whoever made the code may no longer change this agreement."),
    "not_found": gettext_lazy("Whoever made the code may no longer change this agreement."),
    "agreement_moved": gettext_lazy("It has changed since the code was made."),
    "change_in_progress": gettext_lazy("Another change of it is under way."),
    "locked": gettext_lazy("The customer has locked its partner."),
    "cool_down": gettext_lazy("Its partner was changed too recently."),
}


def asks(kind: str) -> str:
    """What a consent is about, for the firm."""
    return str(_ASKS[kind])


def outcome(consent: Consent) -> tuple[str, str]:
    """The state of a badge and the words in it: how a consent ended that no longer waits."""
    answer = consent.answer or "lapsed"
    state, said = _OUTCOMES.get((consent.kind, answer), ("neutral", _("no longer asked")))
    return state, str(said)


def ground(code: str) -> str:
    """A ground on which a partner objects, in words; a code of the vendor's own as it is."""
    return str(GROUNDS.get(code, code))


def done(kind: str, given: bool, count: int) -> str:
    """What was answered, for the message after it."""
    if kind == "gaining" and given:
        said = ngettext("%(n)s change accepted.", "%(n)s changes accepted.", count)
    elif kind == "gaining":
        said = ngettext("%(n)s change declined.", "%(n)s changes declined.", count)
    elif given:
        said = ngettext(
            "You do not object to %(n)s change.", "You do not object to %(n)s changes.", count
        )
    else:
        said = ngettext("You object to %(n)s change.", "You object to %(n)s changes.", count)
    return said % {"n": count}


def refused(verdicts: Iterable[Verdict]) -> str:
    """Why an agreement did not go through, as far as a partner may know."""
    said = (str(_TO_PARTNER.get(each.code, each.reason)) for each in verdicts)
    return " ".join(dict.fromkeys(said))


def reasons(verdicts: Iterable[Verdict]) -> str:
    """A refusal of the firm's own act, with what can be done about it."""
    return " ".join(f"{each.reason} {each.remedy.text}".strip() for each in verdicts)


def names(products: Iterable[str]) -> str:
    """The products of an agreement, the first three by name."""
    each = list(products)
    if len(each) <= 3:
        return joined(each)
    more = ngettext("%(n)s more", "%(n)s more", len(each) - 2) % {"n": len(each) - 2}
    return joined([*each[:2], more])
