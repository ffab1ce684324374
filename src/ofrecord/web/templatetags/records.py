"""Words and addresses of the pages that show the book's records, at whatever door."""

from datetime import date

from django import template
from django.template import RequestContext
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ofrecord.changes.find import FoundPartner
from ofrecord.changes.models import PartnerChange
from ofrecord.changes.recipients import last_day
from ofrecord.journal import clock
from ofrecord.rules import remedies, verdicts
from ofrecord.web.actor import door_of
from ofrecord.web.records import words
from ofrecord.web.templatetags import web

register = template.Library()
register.filter("kind", words.kind)
register.filter("role_words", words.role)
register.filter("joined", words.joined)
register.filter("why", words.why)


@register.simple_tag(takes_context=True)
def to(context: RequestContext, name: str, *args: object) -> str:
    """The address of a page of this name at the reader's own door."""
    return reverse(f"{door_of(context['request'])}:{name}", args=args)


@register.simple_tag(takes_context=True)
def linked(context: RequestContext, text: str) -> SafeString:
    """Text with its change numbers as links."""
    return words.linked(str(text), door_of(context["request"]))


@register.simple_tag
def support(agreement: str = "", wish: str = "other", change: str = "", number: str = "") -> str:
    """Where support is asked for this wish: the page of a case, else where the vendor says."""
    page = remedies.case(agreement, wish=wish, change=change, number=number)
    return page or verdicts.support_address() or ""


@register.filter
def seconds(value: float | None) -> str:
    """0.4 s; 3 min 20 s."""
    if value is None:
        return ""
    if value < 60:
        return _("%(seconds)s s") % {"seconds": number_format(max(value, 0.1), 1)}
    minutes, rest = divmod(round(value), 60)
    if minutes < 60:
        return _("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": rest}
    hours, minutes = divmod(minutes, 60)
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}


@register.filter
def address(found: FoundPartner) -> str:
    """The address of a partner that was found, in one line."""
    return words.address(found)


@register.filter
def country(code: str) -> str:
    """The name of a country in the reader's language."""
    return verdicts.country(code)


@register.filter
def took(change: PartnerChange) -> str:
    """How long it took from the submit until every required system knew; empty while open."""
    begun = change.applied_at or change.submitted_at
    if change.completed_at is None:
        return ""
    return seconds((change.completed_at - begun).total_seconds())


@register.filter
def waits_until(change: PartnerChange) -> date | None:
    """The last day on which the next consent that is waited for can be given."""
    waiting = (last_day(each.due_at) for each in change.consents.all() if not each.answer)
    return min(waiting, default=None)


@register.filter
def takes_effect(change: PartnerChange) -> str:
    """When it takes effect, in words: an instant, what it waits for, or nothing."""
    if change.state in ("declined", "expired", "cancelled"):
        return "–"
    if change.state == "awaiting_consent" and change.effective_at <= clock.business_now():
        return _("when nobody is waited for")
    return web.moment(change.effective_at)
