"""Every part of the pages in every state, on one page, for whoever builds or tests them.

Served outside production only. The names are the invented ones of the demo vendor.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ofrecord.journal import clock
from ofrecord.web.drawing import Lane, Period
from ofrecord.web.frame import Entry, Frame, Place

PAGES = ("parts", "list", "details", "review", "change")


@dataclass(frozen=True)
class Person:
    """Somebody signed in, for the header."""

    name: str = "Pia Adler"
    email: str = "pia.adler@orchid.example"
    is_authenticated: bool = True


class PartnerForm(forms.Form):
    """The fields of the parts page."""

    number = forms.CharField(
        label="New partner account number",
        help_text="Ask your new partner for its number, or look for it in an email from us.",
    )
    reason = forms.CharField(label="Reason", required=False, widget=forms.Textarea)
    when = forms.ChoiceField(
        label="When",
        choices=[("now", "At once"), ("later", "On a later date")],
        widget=forms.RadioSelect,
        initial="now",
    )
    product = forms.ChoiceField(label="Product", choices=[("", "any"), ("ds", "Draft Studio")])
    on = forms.DateField(label="Date", widget=forms.DateInput(attrs={"type": "date"}))
    tell = forms.BooleanField(label="Tell the other admins", help_text="One letter each.")


@require_safe
def style(request: HttpRequest, page: str = "parts") -> HttpResponse:
    """The parts page, or one of the drawn pages."""
    if page not in PAGES:
        raise Http404
    return render(request, f"web/style/{page}.html", {**_common(page), **_samples()})


def _common(page: str) -> dict[str, Any]:
    names = ("Home", "Billing and Orders", "Changes", "Users", "Help")
    places = (
        Place("Orchid Architects", "Primary admin", current=True, url="#"),
        Place("Quarry & Stone Engineering", "Viewer", url="#"),
    )
    nav = [Entry(name, f"#{name}", name == "Billing and Orders") for name in names]
    return {"frame": Frame(nav, places), "user": Person(), "page": page, "today": clock.today()}


def _samples() -> dict[str, Any]:
    today = clock.today()
    return {
        "periods": periods(today),
        "expired": expired(today),
        "lanes": lanes(today),
        "steps": steps(),
        "terms": terms(today),
        "form": PartnerForm(),
        "wrong": PartnerForm({"number": "51O2 086 717", "when": "now"}),
        "moment": timezone.now() - timedelta(minutes=3),
        "end": today + timedelta(days=159),
        "flow": ["Find your new partner", "Review", "Confirmation"],
        "columns": [
            {"label": label, "hidden": label in ("Select", "Actions")}
            for label in (
                "Select",
                "Product",
                "Seats",
                "Term",
                "Renewal",
                "Partner of record",
                "Change partner?",
                "Actions",
            )
        ],
        "rows": rows(today),
        "options": [
            {"label": "any", "url": "#any", "current": True},
            {"label": "Brightline CAD", "url": "#b", "current": False},
            {"label": "Cedar Systems", "url": "#c", "current": False},
        ],
    }


def periods(today: date) -> list[Period]:
    """A contract that ends in 159 days."""
    end = today + timedelta(days=159)
    closes = end - timedelta(days=90)
    return [
        Period("Self-service", None, closes - timedelta(days=1), "good", "change it here"),
        Period(
            "With the renewal quote",
            closes,
            end + timedelta(days=30),
            "warn",
            "ask the new partner for a quote",
            "#quote",
            "Ask for a quote",
        ),
        Period("Expired, support", end + timedelta(days=31), None, "neutral", "contact support"),
    ]


def expired(today: date) -> list[Period]:
    """A contract in its last days."""
    return [
        Period("Self-service", today - timedelta(days=300), today - timedelta(days=88), "good"),
        Period("With the renewal", today - timedelta(days=87), today + timedelta(days=33), "warn"),
        Period("Expired", today + timedelta(days=34), None, "bad", "contact support"),
    ]


def lanes(today: date) -> list[Lane]:
    """Two roles through five years."""
    began, moved = today - timedelta(days=1700), today - timedelta(days=1296)
    ended = today - timedelta(days=567)
    return [
        Lane(
            "Reseller",
            [
                Period("Alpine Digital", began, moved - timedelta(days=1)),
                Period("Brightline CAD", moved, today + timedelta(days=39), "accent"),
                Period("Cedar Systems", today + timedelta(days=40), None, "next", "scheduled"),
            ],
        ),
        Lane("Distributor", [Period("Halden Distribution", began, ended)]),
    ]


def steps() -> list[dict[str, object]]:
    """A change on its way, with every state a step can have."""
    start = timezone.now() - timedelta(seconds=5)

    def at(seconds: float) -> datetime:
        return start + timedelta(seconds=seconds)

    return [
        {"name": "Submitted", "state": "done", "note": "by Pia Adler, portal", "at": at(0)},
        {"name": "Applied", "state": "done", "note": "your details show it", "at": at(0.013)},
        {
            "name": "CRM",
            "words": "knows",
            "state": "done",
            "note": "acknowledged after 0.4 s",
            "at": at(0.4),
        },
        {
            "name": "ERP",
            "state": "pending",
            "note": "usually within 4 s; sent once, no answer yet, we keep trying",
            "aside": "since 3.2 s",
        },
        {
            "name": "Commissions",
            "state": "late",
            "note": "late since 14:03:26, we keep trying",
            "aside": "since 41 s",
        },
        {
            "name": "Archive",
            "state": "failed",
            "note": "refused 12 times; set aside for a person to look at",
            "aside": "",
        },
        {"name": "Complete", "state": "waiting", "note": "when all required systems know"},
    ]


def terms(today: date) -> list[tuple[date, date]]:
    """Terms before, around and after today."""
    return [
        (today - timedelta(days=205), today + timedelta(days=159)),
        (today - timedelta(days=360), today + timedelta(days=4)),
        (today - timedelta(days=400), today - timedelta(days=36)),
        (today + timedelta(days=20), today + timedelta(days=384)),
    ]


def rows(today: date) -> list[dict[str, Any]]:
    """The rows of the drawn list."""
    made = [
        ("Draft Studio", "Contract", "110002345678", "120", 205, 159, "Brightline CAD", "good"),
        ("Civil Suite", "Contract", "110002345678", "40", 205, 159, "Brightline CAD", "good"),
        ("Render Cloud", "Subscription", "574-00231877", "25", 80, 285, "Cedar Systems", "accent"),
        ("Draft Studio LT", "Contract", "110001998120", "300", 295, 70, "Brightline CAD", "warn"),
        ("Enterprise Flex", "Contract", "110000400001", "Tokens", 325, 39, "Halden", "bad"),
        ("Plant Model", "Contract", "110003004519", "12", 500, -36, "Brightline CAD", "neutral"),
    ]
    words = {
        "good": "Until 29 Jan 2027",
        "accent": "With next transaction",
        "warn": "With the renewal, to 2 Mar",
        "bad": "Through support",
        "neutral": "Expired",
    }
    return [
        {
            "product": product,
            "kind": kind,
            "reference": reference,
            "seats": seats,
            "start": today - timedelta(days=past),
            "end": today + timedelta(days=left),
            "partner": partner,
            "state": state,
            "words": words[state],
        }
        for product, kind, reference, seats, past, left, partner, state in made
    ]
