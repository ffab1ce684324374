"""The policy: its rules in words, its parameters, and every version with who and since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.parties.models import Person
from ofrecord.rules.parameters import Difference, differences, values
from ofrecord.rules.policy import Terms
from ofrecord.rules.refusals import may_publish
from ofrecord.rules.rule import RULES
from ofrecord.rules.second_person import waiting
from ofrecord.rules.versions import Version, versions
from ofrecord.rules.words import (
    JUDGED_FOR,
    MEANINGS,
    OCCASIONS,
    STATES,
    change,
    in_use,
    measured,
    when,
)
from ofrecord.web.access import is_staff, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.records import guide

COLOURS = {"in_force": "good", "coming": "accent"}


@dataclass(frozen=True)
class Told:
    """A rule of the policy: when it refuses, what it judges, and what a person reads then."""

    code: str
    when: str
    judged_for: str
    occasions: list[str]
    reads: guide.Ruling | None


@dataclass(frozen=True)
class Row:
    """A version, as the table of versions has it."""

    version: Version
    who: str
    changes: list[tuple[str, str]]

    @property
    def state(self) -> str:
        return str(STATES[self.version.state])

    @property
    def colour(self) -> str:
        return COLOURS.get(self.version.state, "neutral")


@page(get=is_staff)
def policy(request: DoorRequest) -> HttpResponse:
    """The policy in force, and the versions before and after it."""
    every = _rows()
    now = next(each for each in every if each.version.state == "in_force")
    context = {
        "heading": _("Policy"),
        "now": now,
        "coming": [each for each in reversed(every) if each.version.state == "coming"],
        "rows": every,
        "may_publish": may_publish(request.actor),
        "waiting": waiting(),
        "by_two": settings.OFRECORD_POLICY_BY_TWO,
        **in_words(now.version.terms),
    }
    return TemplateResponse(request, "console/policy.html", context)


@page(get=is_staff)
def policy_version(request: DoorRequest, version: int) -> HttpResponse:
    """One version, and what it has otherwise than another one: the one before, or any."""
    every = {each.version.number: each for each in _rows()}
    if version not in every:
        raise Http404
    asked = request.GET.get("with", "")
    other = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 9 else version - 1
    shown, compared = every[version], every.get(other)
    between = _between(compared.version, shown.version) if compared else ()
    context = {
        "heading": _("Version %(version)s of the policy") % {"version": version},
        "crumbs": crumbs(),
        "row": shown,
        "compared": compared,
        "changes": changes(between),
        "others": [number for number in every if number != version],
        **in_words(shown.version.terms),
    }
    return TemplateResponse(request, "console/policy_version.html", context)


def in_words(terms: Terms) -> dict[str, Any]:
    """The rules and the parameters of a version, as people read them."""
    judging = [name for name in OCCASIONS if terms.judged_by.get(name)]
    return {
        "rules": [_told(rule.code, rule.judged_for, judging, terms) for rule in RULES],
        "parameters": [
            (MEANINGS[name], measured(name, given))
            for name, given in values(terms).items()
            if not name.startswith("judged_by.")
        ],
    }


def changes(differences: Sequence[Difference]) -> list[tuple[str, str]]:
    """What is otherwise, in words: the meaning of each parameter, and what became of it."""
    return [(str(MEANINGS[each.name]), change(each)) for each in differences]


def crumbs() -> list[tuple[str, str]]:
    return [(_("Policy"), reverse("console:policy"))]


def _told(code: str, judged_for: str, judging: Sequence[str], terms: Terms) -> Told:
    occasions = [str(OCCASIONS[name]) for name in judging if code in terms.judged_by[name]]
    about = str(JUDGED_FOR[judged_for])
    if not in_use(code, terms):
        return Told(code, _("never: a changed partner need not stay"), about, occasions, None)
    return Told(code, when(code, terms), about, occasions, guide.ruling(code, terms))


def _rows() -> list[Row]:
    every = versions()
    people = Person.objects.in_bulk([each.published_by_id for each in every])
    return [
        Row(each, people[id].name if (id := each.published_by_id) else "", changes(each.changed))
        for each in every
    ]


def _between(one: Version, other: Version) -> tuple[Difference, ...]:
    """From the earlier of the two to the later one."""
    before, after = sorted((one.terms, other.terms), key=lambda terms: terms.version)
    return differences(before, after)
