"""The forms of quotes at the desk: what is offered, line by line; why one is taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.formats import sanitize_separators
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ofrecord.agreements.models import PurchasingModel
from ofrecord.desk.quotes.sources import Source
from ofrecord.quotes.models import Kind
from ofrecord.quotes.offers import MOST_LINES, MOST_SEATS, Line, Offer

MOST_RECIPIENTS = 20
NEW_TERM = (Kind.PURCHASE, Kind.RENEWAL)
TERM = (*NEW_TERM, Kind.EXTENSION)


class DayInput(forms.DateInput):
    """A day, chosen in the browser's own way."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DiscountField(forms.CharField):
    """A percentage (`12.5 %`) or an amount (`50`), as a person writes it."""

    def to_python(self, value: Any) -> Any:
        text = "".join((super().to_python(value) or "").split())
        number = str(sanitize_separators(text.removesuffix("%")))
        if not text:
            return None
        try:
            amount = Decimal(number)
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite():
            raise ValidationError(_("Write a percentage such as 10 %, or an amount."))
        return ("percent" if text.endswith("%") else "amount", amount)

    def validate(self, value: Any) -> None:
        """Whether it can be taken off is judged with the offer."""


class LineForm(forms.Form):
    """Seats of a product at a price; a line in which nothing was written is none."""

    product = forms.CharField(
        label=gettext_lazy("Product"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "products", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Name the product.")},
    )
    replaces = forms.CharField(
        label=gettext_lazy("In place of"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"list": "products", "autocomplete": "off"}),
    )
    seats = forms.IntegerField(
        label=gettext_lazy("Seats"),
        min_value=1,
        max_value=MOST_SEATS,
        error_messages={
            "required": gettext_lazy("How many?"),
            "min_value": gettext_lazy("At least one."),
        },
    )
    unit_price = forms.DecimalField(
        label=gettext_lazy("Price a seat"),
        min_value=0,
        max_digits=16,
        decimal_places=4,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("At which price?"),
            "max_decimal_places": gettext_lazy("At most four decimals."),
        },
    )
    discount = DiscountField(
        label=gettext_lazy("Discount"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    start_on = forms.DateField(label=gettext_lazy("From"), required=False, widget=DayInput)
    end_on = forms.DateField(label=gettext_lazy("Until"), required=False, widget=DayInput)

    @property
    def has_dates(self) -> bool:
        """Whether its own dates are to be in sight."""
        own = (self["start_on"], self["end_on"])
        return any(each.value() or each.errors for each in own)

    def line(self, kind: str) -> Line:
        """What the line offers."""
        said = self.cleaned_data
        how, discount = said["discount"] or ("", None)
        return Line(
            product=said["product"],
            seats=said["seats"],
            unit_price=said["unit_price"],
            discount_percent=discount if how == "percent" else None,
            discount_amount=discount if how == "amount" else None,
            replaces=said["replaces"] if kind == Kind.SWITCH else "",
            start_on=said["start_on"],
            end_on=said["end_on"],
        )


class DraftForm(forms.Form):
    """A quote as a whole. `drafted_at` is that of the draft which is written again."""

    kind = forms.ChoiceField(label=gettext_lazy("A quote for"), widget=forms.RadioSelect)
    purchasing_model = forms.ChoiceField(
        label=gettext_lazy("It begins"),
        choices=[
            (
                PurchasingModel.SUBSCRIPTION,
                gettext_lazy("a stand-alone subscription for each line"),
            ),
            (PurchasingModel.CONTRACT, gettext_lazy("one contract with all lines under it")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    country = forms.RegexField(
        r"^[A-Za-z]{2}$",
        label=gettext_lazy("Country"),
        help_text=gettext_lazy("Its code of two letters, such as DE."),
        required=False,
        error_messages={"invalid": gettext_lazy("Write its code of two letters, such as DE.")},
    )
    start_on = forms.DateField(
        label=gettext_lazy("The term starts"),
        widget=DayInput,
        error_messages={"required": gettext_lazy("Say when the term starts.")},
    )
    end_on = forms.DateField(
        label=gettext_lazy("The term ends"),
        widget=DayInput,
        error_messages={"required": gettext_lazy("Say when the term ends.")},
    )
    auto_renew = forms.BooleanField(
        label=gettext_lazy("It renews automatically after that"), required=False
    )
    currency = forms.CharField(
        label=gettext_lazy("Currency"),
        help_text=gettext_lazy("Its code of three letters, such as EUR."),
        max_length=3,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    tax = forms.DecimalField(
        label=gettext_lazy("Tax"),
        help_text=gettext_lazy("As an amount for the whole quote."),
        min_value=0,
        max_digits=16,
        decimal_places=4,
        required=False,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("Through it the customer can accept."),
        widget=DayInput,
    )
    notes = forms.CharField(
        label=gettext_lazy("Notes for the customer"),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    recipients = forms.CharField(
        label=gettext_lazy("Also send it to"),
        help_text=gettext_lazy(
            "Email addresses, one a line. The account's admins get it anyway; of others only "
            "people of the account."
        ),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    drafted_at = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, source: Source, **given: Any):
        super().__init__(data, use_required_attribute=False, **given)
        cast(forms.ChoiceField, self.fields["kind"]).choices = source.choices
        if data is not None:
            self.fields["start_on"].required = data.get("kind") in NEW_TERM
            self.fields["end_on"].required = data.get("kind") in TERM
        if source.kinds != (Kind.PURCHASE,):
            del self.fields["purchasing_model"], self.fields["country"]
        self.source = source

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()

    def clean_drafted_at(self) -> datetime | None:
        try:
            return datetime.fromisoformat(self.cleaned_data["drafted_at"])
        except ValueError:
            return None

    def clean_recipients(self) -> tuple[str, ...]:
        found = self.cleaned_data["recipients"].replace(",", " ").replace(";", " ").split()
        if len(found) > MOST_RECIPIENTS:
            raise ValidationError(_("At most %(most)s addresses.") % {"most": MOST_RECIPIENTS})
        for each in found:
            try:
                validate_email(each)
            except ValidationError as error:
                said = _("%(text)s is no email address.") % {"text": each}
                raise ValidationError(said) from error
        return tuple(found)

    def offer(self, lines: Sequence[Line]) -> Offer:
        """What is offered; the dates that this kind of transaction has no use for are left out."""
        said, source = self.cleaned_data, self.source
        kind = said["kind"]
        offer = Offer(
            kind=kind,
            account=source.account,
            agreement=source.agreement,
            lines=tuple(lines),
            currency=said["currency"],
            expires_on=said["expires_on"],
            start_on=said["start_on"] if kind in NEW_TERM else None,
            end_on=said["end_on"] if kind in TERM else None,
            auto_renew=said["auto_renew"] and kind in NEW_TERM,
            tax=said["tax"] or Decimal(0),
            notes=said["notes"],
            recipients=said["recipients"],
        )
        if kind != Kind.PURCHASE:
            return offer
        model = said["purchasing_model"] or PurchasingModel.SUBSCRIPTION
        return replace(offer, purchasing_model=model, country=said["country"])


class WithdrawForm(forms.Form):
    """Why an offer is taken back, if the firm wants to say."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The customer reads it."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DeclineForm(forms.Form):
    """Why a firm does not quote."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The customer reads it."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Give a reason.")},
    )


__all__ = ["MOST_LINES", "DeclineForm", "DraftForm", "LineForm", "WithdrawForm"]
