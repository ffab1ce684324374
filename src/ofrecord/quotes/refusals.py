"""Refusals of quotes and orders, in the shape of verdicts, each with a code and a sentence."""

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ofrecord.changes.refusals import not_found, plain
from ofrecord.quotes.models import Kind, Quote, State
from ofrecord.rules.verdicts import Verdict, day


def no_quote(number: str) -> Verdict:
    return not_found(number, what=_("quote"))


def no_account(number: str) -> Verdict:
    return not_found(number, what=_("account"))


def no_order(number: str) -> Verdict:
    return not_found(number, what=_("order"))


def no_partner(number: str) -> Verdict:
    return not_found(number, what=_("partner"))


def transaction_differs(transaction: str, order: str) -> Verdict:
    """The number was used for another transaction; nothing is booked over it."""
    return plain(
        "transaction_differs",
        _("Transaction %(transaction)s was booked as order %(order)s, and says something else.")
        % {"transaction": transaction, "order": order},
        _("Give another transaction a number of its own."),
    )


def vendor_only() -> Verdict:
    return plain("not_permitted", _("Only the vendor's systems and operations can do this."))


def no_request(id: str) -> Verdict:
    return not_found(id, what=_("quote request"))


def no_business() -> Verdict:
    """The one answer about an account or agreement with which the firm has no business."""
    return plain(
        "no_business",
        _(
            "You can quote where your firm is of record, or where a customer has asked you for a "
            "quote. Neither is so for these numbers."
        ),
        _("Check the numbers with the customer, who can ask your firm for a quote."),
    )


def no_firm() -> Verdict:
    return plain("not_permitted", _("Only people of a partner can do this for their firm."))


def not_a_buyer() -> Verdict:
    return plain(
        "not_permitted",
        _("None of your roles in the account allows this."),
        _("Ask an administrator of your account."),
    )


def quoting_limit(ends_at: datetime) -> Verdict:
    return plain(
        "lookup_limit",
        _("Too many numbers were tried within the hour."),
        _("You can try again from %(time)s.")
        % {"time": date_format(localtime(ends_at), "TIME_FORMAT")},
    )


def asked_already(name: str) -> Verdict:
    return plain(
        "asked_already",
        _("%(partner)s has been asked already.") % {"partner": name},
        _("Wait for the answer, or withdraw the request."),
    )


def request_closed(state: str) -> Verdict:
    return plain("request_closed", _("This request is %(state)s.") % {"state": state})


def keeps_partner(kind: str) -> Verdict:
    """On a contract only a renewal may name another partner."""
    return plain(
        "contract_keeps_partner",
        _("On a contract, only a renewal can name another partner; this is one of %(kind)s.")
        % {"kind": Kind(kind).label},
        _("Ask the partner of record."),
    )


def renewal_too_early(opens: date) -> Verdict:
    return plain(
        "renewal_too_early",
        _("The contract can be renewed by quote from %(day)s on.") % {"day": day(opens)},
    )


def renewal_too_late(until: date) -> Verdict:
    return plain(
        "renewal_too_late",
        _("The contract could be renewed until %(day)s.") % {"day": day(until)},
        _("Contact support."),
    )


def already_renewed(end: date) -> Verdict:
    return plain(
        "already_renewed",
        _("The agreement is renewed already, until %(day)s.") % {"day": day(end)},
    )


def renewal_waits(begins: date) -> Verdict:
    """What was renewed are the products of the agreement as it was when that was ordered."""
    return plain(
        "renewal_waits",
        _("The renewal that begins on %(day)s is of the products as they are.")
        % {"day": day(begins)},
        _("Switch them from that day on."),
    )


def term_over(end: date) -> Verdict:
    """What is added to a term that is over would never count."""
    return plain(
        "term_over",
        _("The term ended on %(day)s.") % {"day": day(end)},
        _("Renew it first."),
    )


def term_unusable(sentence: str) -> Verdict:
    return plain("term_unusable", sentence)


def lines_unusable(sentence: str) -> Verdict:
    return plain("lines_unusable", sentence)


def only_a_purchase() -> Verdict:
    return plain("lines_unusable", _("Only a new purchase is without an agreement."))


def several_of(product: str) -> Verdict:
    """A line names a product, which does not say which of its subscriptions is meant."""
    return plain(
        "lines_unusable",
        _("The agreement has several subscriptions of %(product)s.") % {"product": product},
        _("Contact support."),
    )


def amount_unusable(sentence: str) -> Verdict:
    return plain("amount_unusable", sentence)


def currency_unknown(code: str) -> Verdict:
    return plain(
        "currency_unknown",
        _("%(code)s is no currency.") % {"code": code},
        _("Write its code of three letters, such as EUR."),
    )


def expires_in_past() -> Verdict:
    return plain("expires_in_past", _("The last day of the quote is over."))


def quote_frozen() -> Verdict:
    return plain(
        "quote_frozen",
        _("A quote stays as it was issued."),
        _("Make a revision of it."),
    )


def draft_moved() -> Verdict:
    """Two people of a firm work on one draft: the second one has not seen what the first wrote."""
    return plain(
        "draft_moved",
        _("The draft was changed since you opened it."),
        _("Look at what it says now."),
    )


def drafted_already(revision: int) -> Verdict:
    return plain(
        "drafted_already",
        _("Revision %(revision)s is a draft already.") % {"revision": revision},
        _("Edit that one."),
    )


def quote_revised(revision: int) -> Verdict:
    return plain(
        "quote_revised",
        _("The quote was revised: %(revision)s is the revision that counts.")
        % {"revision": revision},
        _("Review it again."),
    )


def offer_stale() -> Verdict:
    """What its partner is told of an agreement that has moved since the quote was issued."""
    return plain(
        "offer_stale",
        _("The agreement has changed since the quote was issued, which cannot be accepted now."),
        _("Make a revision for what it is now."),
    )


def reference_unusable(reference: str) -> Verdict:
    return plain(
        "reference_unusable",
        _("%(reference)s is not in the vendor's format of references.") % {"reference": reference},
        _("Contact support."),
    )


def closed(quote: Quote) -> Verdict:
    """Why a quote that is not on offer can have nothing done to it any more."""
    state = quote.standing
    sentences = {
        State.DRAFT: _("The quote is a draft, and was not issued."),
        State.ISSUED: _("The quote is on offer already."),
        State.VIEWED: _("The quote is on offer already."),
        State.ACCEPTED: _("The quote was accepted."),
        State.DECLINED: _("The quote was declined."),
        State.WITHDRAWN: _("The partner has withdrawn the quote."),
        State.EXPIRED: _("The quote expired after %(day)s.") % {"day": day(quote.expires_on)},
    }
    remedy = _("Ask the partner for another one.") if state in _OVER else ""
    return plain(f"quote_{state.value}", sentences[state], remedy)


_OVER = (State.DECLINED, State.WITHDRAWN, State.EXPIRED)
