"""Writing a quote down: the form with as many lines as are wanted, and what is wrong beside it.

Everything works by posting the form: a line more or less, and in the end the draft.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.forms import Form

from ofrecord.desk import words
from ofrecord.desk.quotes.forms import MOST_LINES, DraftForm, LineForm
from ofrecord.desk.quotes.sources import Source
from ofrecord.parties.actors import Actor
from ofrecord.quotes.models import Kind, Quote
from ofrecord.quotes.offers import Offer, wrong
from ofrecord.rules.verdicts import Verdict

OF_QUOTE = {
    "currency_unknown": "currency",
    "expires_in_past": "expires_on",
    "term_unusable": "end_on",
    "amount_unusable": "tax",
}
OF_LINE = {"amount_unusable": "discount", "lines_unusable": "product", "term_unusable": "end_on"}


class Draft:
    """The form of a quote and those of its lines; `wrong_lines` is about no line in particular."""

    def __init__(self, form: DraftForm, lines: list[LineForm]) -> None:
        self.form, self.lines = form, lines
        self.wrong_lines: list[str] = []

    def offer(self) -> Offer | None:
        """What is offered, if all of it can be read and nothing is wrong with it."""
        readable = [each.is_valid() for each in (self.form, *self.lines)]
        if not all(readable):
            return None
        filled = [each for each in self.lines if each.has_changed()]
        offer = self.form.offer([each.line(self.form.cleaned_data["kind"]) for each in filled])
        for verdict in wrong(offer):
            self._beside(verdict, offer, filled)
        return None if self.is_wrong else offer

    @property
    def is_wrong(self) -> bool:
        return bool(self.wrong_lines or any(each.errors for each in (self.form, *self.lines)))

    def refuse(self, verdicts: tuple[Verdict, ...]) -> None:
        """Say why it was refused, above the form where that is about no field."""
        for each in verdicts:
            self.form.add_error(OF_QUOTE.get(each.code), words.reasons([each]))

    def _beside(self, verdict: Verdict, offer: Offer, filled: list[LineForm]) -> None:
        """Say it beside the line that is wrong by itself, else of the quote as a whole."""
        if verdict not in wrong(replace(offer, lines=())):
            for form, line in zip(filled, offer.lines, strict=True):
                if verdict in wrong(replace(offer, lines=(line,))):
                    form.add_error(OF_LINE[verdict.code], verdict.reason)
                    return
        if verdict.code == "lines_unusable":
            self.wrong_lines.append(verdict.reason)
        else:
            self.form.add_error(OF_QUOTE[verdict.code], words.reasons([verdict]))


def begun(source: Source, reader: Actor) -> Draft:
    """A new quote: a line for each product that there is, or an empty one."""
    initial = source.initial | {"currency": _usual_currency(reader)}
    held = source.products[:MOST_LINES]
    rows = [_begun(initial["kind"], product, seats) for product, seats in held]
    return _unsent(source, initial, rows or [{}])


def _begun(kind: str, product: str, seats: int) -> dict[str, Any]:
    """A product that there is: how many more, and what in its place, is for the firm to say."""
    if kind == Kind.SEATS:
        return {"product": product}
    return {"replaces" if kind == Kind.SWITCH else "product": product, "seats": seats}


def of_quote(source: Source, quote: Quote) -> Draft:
    """A quote that is to be written again, as it says."""
    names = ("kind", "purchasing_model", "country", "currency", "expires_on", "notes")
    initial: dict[str, Any] = {name: getattr(quote, name) for name in names}
    initial |= {"start_on": quote.start_on, "end_on": quote.end_on, "auto_renew": quote.auto_renew}
    initial["tax"] = _plain(quote.tax)
    initial["recipients"] = "\n".join(quote.recipients.values_list("email", flat=True))
    initial["drafted_at"] = quote.drafted_at.isoformat()
    return _unsent(source, initial, [_row(quote, each) for each in quote.lines.order_by("place")])


def sent(source: Source, data: Mapping[str, Any]) -> Draft:
    """What was sent."""
    rows = range(_count(data))
    lines = [_line(place, data, empty_permitted=True) for place in rows]
    return Draft(DraftForm(data, source=source), lines)


def changed(source: Source, data: Mapping[str, Any]) -> Draft:
    """What was sent, with a line more, or without the one whose *Remove* was pressed.

    Nothing of it is judged yet, and nothing is lost.
    """
    rows = [_typed(_line(place), data) for place in range(_count(data))]
    gone = str(data.get("remove", ""))
    if gone.isdecimal() and len(gone) < 4 and int(gone) < len(rows):
        del rows[int(gone)]
    elif len(rows) < MOST_LINES:
        rows.append({})
    initial = _typed(DraftForm(source=source), data)
    return _unsent(source, initial, rows or [{}])


def _unsent(source: Source, initial: Mapping[str, Any], rows: list[dict[str, Any]]) -> Draft:
    lines = [_line(place, initial=row) for place, row in enumerate(rows)]
    return Draft(DraftForm(source=source, initial=initial), lines)


def _line(place: int, data: Any = None, **given: Any) -> LineForm:
    return LineForm(data, prefix=f"line-{place}", use_required_attribute=False, **given)


def _typed(form: Form, data: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed into each field, as it was typed."""
    return {
        name: field.widget.value_from_datadict(data, {}, form.add_prefix(name))
        for name, field in form.fields.items()
    }


def _count(data: Mapping[str, Any]) -> int:
    said = str(data.get("lines", ""))
    return min(int(said), MOST_LINES) if said.isdecimal() and len(said) < 6 else 0


def _row(quote: Quote, line: Any) -> dict[str, Any]:
    """A line as its form shows it; dates only where they are not those of the quote."""
    percent = line.discount_percent
    discount = f"{_plain(percent)} %" if percent is not None else _plain(line.discount_amount)
    own = {
        name: getattr(line, name)
        for name in ("start_on", "end_on")
        if getattr(line, name) != getattr(quote, name)
    }
    return {
        "product": line.product,
        "replaces": line.replaces,
        "seats": line.seats,
        "unit_price": _plain(line.unit_price),
        "discount": discount,
        **own,
    }


def _plain(amount: Any) -> Any:
    """An amount without the zeros at its end; nothing where there is none."""
    return format(amount.normalize(), "f") if amount else ""


def _usual_currency(reader: Actor) -> str:
    """The currency in which the firm quoted last."""
    own = Quote.objects.visible_to(reader).filter(partner_id__in=reader.partners)
    return str(own.order_by("-pk").values_list("currency", flat=True).first() or "")
