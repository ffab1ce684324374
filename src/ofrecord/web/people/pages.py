"""The pages of a place's people: who works there, inviting, and one role with what can be done."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account, ApiClient, Role, RoleInvitation
from ofrecord.parties.people.change_role import change_role
from ofrecord.parties.people.hand_over import hand_over as handing_over
from ofrecord.parties.people.invite import LASTS
from ofrecord.parties.people.invite import invite as inviting
from ofrecord.parties.people.places import Place, concerns, held_in, number_of, of, roles_of
from ofrecord.parties.people.remove import remove as removing
from ofrecord.parties.people.rights import HEADS, is_head, may_give, may_hand_over
from ofrecord.parties.people.withdraw import withdraw as withdrawing
from ofrecord.parties.refusals import Refused
from ofrecord.rules import policy
from ofrecord.rules.words import ROLES
from ofrecord.web.access import refused
from ofrecord.web.actor import DoorRequest
from ofrecord.web.people import listing
from ofrecord.web.people.at import add_to, address, barred, done, shown
from ofrecord.web.people.forms import InviteForm, RoleForm
from ofrecord.web.reason import ReasonForm

Context = dict[str, Any]


def listed(
    request: DoorRequest,
    place: Place,
    crumbs: list[tuple[str, str]],
    *,
    elsewhere: bool = False,
) -> HttpResponse:
    """Who works here and in which role, and who is invited; `elsewhere` as in `invite`."""
    invites = elsewhere or bool(may_give(place, request.actor))
    after = request.GET.get("after", "")
    lines, later = listing.lines(place, request.actor, after)
    context = {
        "heading": _("People"),
        "crumbs": crumbs,
        "place": place,
        "is_account": isinstance(place, Account),
        "lines": [(line, address(request, "people_role", line.role.pk)) for line in lines],
        "invited": [(each, _ways(request, each.invitation)) for each in _invited(request, place)],
        "head": _head(place),
        "may_change": [ROLES.get(name, name) for name in policy.live().may_change],
        "invite_url": address(request, "people_invite") if invites else "",
        "clients_url": address(request, "clients"),
        "first_url": address(request, "people") if after else "",
        "later_url": f"?after={later}" if later else "",
    }
    return shown(request, "web/people/people.html", context)


def invite(request: DoorRequest, place: Place, *, elsewhere: bool = False) -> HttpResponse:
    """The form, and the invitation; `elsewhere` when it also asks where."""
    with seeing(request.actor):
        roles = may_give(place, request.actor)
    if elsewhere:
        roles = tuple(dict.fromkeys((*roles, *HEADS)))
    if not roles:
        return refused(request, [_("Your role does not allow this here.")])
    given = request.POST if request.method == "POST" else None
    first = {"belongs_to": request.GET.get("at", "")[:200]} if elsewhere else {}
    form = InviteForm(given, roles=roles, elsewhere=elsewhere, initial=first)
    if not form.is_valid():
        return _invite_page(request, form, 422 if form.is_bound else 200)
    asked = {"belongs_to": number_of(place), **form.cleaned_data}
    try:
        made = inviting(by=request.actor, **asked)
    except Refused as refusal:
        return barred(request, refusal) or _invite_page(request, form, add_to(form, refusal))
    messages.success(request, _("An invitation is on its way to %(email)s.") % asked)
    return redirect(_back(request, of(made)))


def again(request: DoorRequest, id: UUID) -> HttpResponse:
    """Send a new link in place of the one before."""
    found = _invitation(request, id)
    email, place = found.person.email, of(found)
    return done(
        request,
        lambda: inviting(
            email, found.name, belongs_to=number_of(place), role=found.role, by=request.actor
        ),
        _("A new link is on its way to %(email)s. The one before works no longer.")
        % {"email": email},
        _back(request, place),
    )


def withdraw(request: DoorRequest, id: UUID) -> HttpResponse:
    """End an invitation."""
    found = _invitation(request, id)
    said = _("The invitation is withdrawn. Its link works no longer.")
    back = _back(request, of(found))
    return done(request, lambda: withdrawing(id, by=request.actor), said, back)


def one(request: DoorRequest, id: int) -> HttpResponse:
    """One role with what can be done about it, and what that would mean."""
    return _role_page(request, _role(request, id))


def change(request: DoorRequest, id: int) -> HttpResponse:
    """Another role in place of this one."""
    role = _role(request, id)
    form = RoleForm(request.POST, roles=roles_of(of(role)))
    if not form.is_valid():
        return _role_page(request, role, form, 422)
    to = form.cleaned_data["to"]
    said = _("%(name)s has another role now.") % {"name": role.person.name}
    return done(
        request, lambda: change_role(id, to, by=request.actor), said, _back(request, of(role))
    )


def remove(request: DoorRequest, id: int) -> HttpResponse:
    """End the role."""
    role = _role(request, id)
    said = _("%(name)s is no longer here.") % {"name": role.person.name}
    return done(request, lambda: removing(id, by=request.actor), said, _back(request, of(role)))


def hand_over(request: DoorRequest, id: int) -> HttpResponse:
    """Make them the primary admin."""
    role = _role(request, id)
    why = _why(request, of(role), request.POST)
    if why and not why.is_valid():
        return _role_page(request, role, why=why, status=422)
    reason = why.cleaned_data["reason"] if why else ""
    said = _("%(name)s is the primary admin from now on.") % {"name": role.person.name}
    return done(
        request,
        lambda: handing_over(id, by=request.actor, reason=reason),
        said,
        _back(request, of(role)),
    )


def _invited(request: DoorRequest, place: Place) -> list[listing.Invited]:
    return listing.invited(place, request.actor)


def _ways(request: DoorRequest, invitation: RoleInvitation) -> Context:
    return {
        name: address(request, f"people_{name}", invitation.pk) for name in ("again", "withdraw")
    }


def _head(place: Place) -> Role | None:
    heads = Role.objects.filter(name="primary_admin", **held_in(place)).select_related("person")
    return heads.first() if isinstance(place, Account) else None


def _back(request: DoorRequest, place: Place) -> str:
    """The page that lists the people of the place, at this door."""
    if request.resolver_match and "console" in request.resolver_match.namespaces and place:
        kind = "account" if isinstance(place, Account) else "partner"
        return address(request, kind, place.account_number)
    return address(request, "people")


def _role(request: DoorRequest, id: int) -> Role:
    """The role of an address, where it concerns whoever asks; else 404."""
    with seeing(request.actor):
        every = Role.objects.select_related("person", "account", "partner")
        found = every.filter(pk=id).first() if id < 2**63 else None
    if found is None or not concerns(of(found), request.actor):
        raise Http404
    return found


def _why(request: DoorRequest, place: Place, given: QueryDict | None = None) -> ReasonForm | None:
    """What whoever hands an account over is asked; its own primary admin gives no reason."""
    with seeing(request.actor):
        asked = may_hand_over(place, request.actor)
        own = isinstance(place, Account) and is_head(request.actor, place)
    return ReasonForm(given, use_required_attribute=False) if asked and not own else None


def _only(roles: list[str]) -> str:
    """The one that there is to choose."""
    return roles[0] if len(roles) == 1 else ""


def _invitation(request: DoorRequest, id: UUID) -> RoleInvitation:
    with seeing(request.actor):
        every = RoleInvitation.objects.select_related("person", "account", "partner")
        found = every.filter(pk=id).first()
    if found is None or not concerns(of(found), request.actor):
        raise Http404
    return found


def _invite_page(request: DoorRequest, form: InviteForm, status: int) -> HttpResponse:
    back = address(request, "people")
    context = {
        "heading": _("Invite somebody"),
        "crumbs": [(_("People"), back)],
        "form": form,
        "days": LASTS.days,
        "back_url": back,
    }
    return shown(request, "web/people/invite.html", context, status)


def _role_page(
    request: DoorRequest,
    role: Role,
    form: RoleForm | None = None,
    status: int = 200,
    why: ReasonForm | None = None,
) -> HttpResponse:
    place, back = of(role), _back(request, of(role))
    with seeing(request.actor):
        given = may_give(place, request.actor)
        others = [each for each in given if each != role.name]
        hands_over = role.name != "primary_admin" and may_hand_over(place, request.actor)
        made = ApiClient.objects.filter(made_by=role.person, revoked_at=None, **held_in(place))
        context = {
            "heading": role.person.name,
            "crumbs": [(_("People"), back)],
            "role": role,
            "place": place,
            "form": form or RoleForm(roles=others, initial={"to": _only(others)}),
            "may_change": role.name in given and bool(others),
            "may_remove": role.name in given,
            "why": why or _why(request, place),
            "may_hand_over": hands_over and role.person.is_active,
            "is_reader": role.person_id == request.actor.judged_person,
            "made": list(made.order_by("name")),
            "back_url": back,
            "change_url": address(request, "people_change", role.pk),
            "remove_url": address(request, "people_remove", role.pk),
            "hand_over_url": address(request, "people_hand_over", role.pk) if hands_over else "",
        }
        return shown(request, "web/people/role.html", context, status)
