"""Who may go where, as one table, and the world in which it is tried.

`TABLE` names every route of the product. A route that is missing there fails the tests.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.test import Client
from django.urls import URLResolver, get_resolver

from ofrecord.agreements.models import Tenure
from ofrecord.changes.codes.make import make
from ofrecord.changes.corrections.propose import propose
from ofrecord.changes.models import Consent, Kind, PartnerChange
from ofrecord.delivery.endpoints import add_endpoint
from ofrecord.delivery.models import Delivery, Endpoint
from ofrecord.invitations.introduction import Introduction
from ofrecord.invitations.invite import invite
from ofrecord.journal import clock
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account, Partner, Person, Role
from ofrecord.quotes.accept import accept
from ofrecord.quotes.book import book
from ofrecord.quotes.deals import Bought
from ofrecord.quotes.draft import draft
from ofrecord.quotes.issue import issue
from ofrecord.quotes.offers import Line, Offer
from ofrecord.quotes.request import request
from ofrecord.quotes.transactions import Transaction
from ofrecord.rules.second_person import hand_over
from tests.cast import Cast, Of
from tests.invitations.inviting import token
from tests.security.doors_of_cases import CASE_WORDS, OfCases, of_cases
from tests.security.doors_of_people import WORDS, OfPeople, heads, of_people
from tests.security.people import PASSWORD, enter, with_password

# Whom it is about: the first word is where they belong, then what they may do with what is of
# `own` (Alder, the account of most of them) and of its `sibling` (Cedar, of two of them).
PEOPLE = {
    "pia": ("portal", "primary admin", {"own": "changes"}),
    "sam": ("portal", "secondary admin", {"own": "changes"}),
    "cora": ("portal", "viewer who is contract manager", {"own": "changes"}),
    "vera": ("portal", "viewer", {"own": "sees"}),
    "tess": ("portal", "viewer here, admin of a sibling", {"own": "sees", "sibling": "changes"}),
    "lou": ("desk", "admin of the partner of record", {}),
    "fay": ("desk", "rep of a partner that was of record", {}),
    "gil": ("desk", "rep of a partner that never was", {}),
    "opal": ("console", "operations", {}),
    "sue": ("console", "support agent", {}),
    "aude": ("console", "auditor", {}),
    "adam": ("console", "administrator", {}),
    "stan": ("nowhere", "no role", {}),
    "dora": ("out", "an admin who was disabled", {}),
    "nobody": ("out", "not signed in", {}),
}
# What the desk shows of `own`: its agreement, also to a firm that was of record before; and what
# the firm is asked.
SERVED = {"agreement": ("lou", "fay"), "consent": ("lou",), "sent": ("gil",), "quote": ("lou",)}
SERVED |= {"firm_role": ("lou",)}
KEEPERS = ("operations", "administrator")
CORRECTORS = ("operations",)
AGENTS = ("operations", "support agent", "administrator")
ALLOWED = {
    "corrects": CORRECTORS,
    "keeps": KEEPERS,
    "administers": ("administrator",),
    "supports": AGENTS,
}
THINGS = ("own", "sibling", "foreign", "absent")

# What a row's word means: the status of each kind of person; `thing` rows also of each thing.
LOGIN = "to sign-in"
DONE = 302
CONFLICT = 409
PLAIN = {"": 200, "acts": DONE, "422": 422}


@dataclass(frozen=True)
class Row:
    """A route: with GET and with POST. A method that is not named is refused to everybody.

    A page of a door is written `DOOR`, one about an agreement or a change `DOOR sees`, an act on
    one `DOOR changes` (or `could`, where the thing itself refuses it: what is only scheduled is
    not undone). `DOOR 422` is a form that wants more than nothing; `desk serves` is about what is
    the business of the firm, with what such a firm gets; `desk sold` about an order of the firm's.
    What only operations and administrators may do is `console keeps`, with what they get. Of the
    other pages the row says what somebody gets who is out, and who is in.
    """

    get: "str | tuple[Any, Any] | None" = None
    post: "str | tuple[Any, Any] | None" = None
    of: str = ""


def _row(route: str, get: str | None, post: str | None, of: str) -> Row:
    """A row of a door, of words without the door."""
    door = route.partition(":")[0]
    said = [word if word is None else f"{door} {word}".strip() for word in (get, post)]
    return Row(said[0], said[1], of)


TABLE = {
    # the customer's door
    "portal:home": Row("portal"),
    "portal:billing": Row("portal"),
    "portal:agreements": Row("portal"),
    "portal:agreements_export": Row("portal"),
    "portal:agreement": Row("portal sees", of="agreement"),
    "portal:agreement_history": Row("portal sees", of="agreement"),
    "portal:lock": Row(None, "portal changes", of="agreement"),
    "portal:lift": Row(None, "portal changes", of="agreement"),
    "portal:auto_renew": Row(None, "portal changes", of="agreement"),
    "portal:update_one": Row("portal sees", "portal changes", of="agreement"),
    "portal:update_one_review": Row("portal sees", "portal changes", of="agreement"),
    "portal:update_one_confirmation": Row("portal sees", of="agreement"),
    "portal:update_start": Row(None, "portal acts"),
    "portal:update_many": Row("portal sees", "portal changes", of="selection"),
    "portal:update_many_review": Row("portal sees", "portal changes", of="selection"),
    "portal:update_many_confirmation": Row("portal sees own request", of="selection"),
    "portal:changes": Row("portal"),
    "portal:request": Row("portal sees own request", of="request"),
    "portal:change": Row("portal sees", of="change"),
    "portal:change_cancel": Row(None, "portal changes", of="change"),
    "portal:change_undo": Row(None, "portal could", of="change"),
    "portal:change_approve": Row(None, "portal could", of="change"),
    "portal:change_decline": Row(None, "portal could", of="change"),
    "portal:codes": Row("portal"),
    "portal:code_withdraw": Row(None, "portal changes", of="code"),
    "portal:code_one": Row("portal sees", "portal changes", of="agreement"),
    "portal:code_one_review": Row("portal sees", "portal changes", of="agreement"),
    "portal:code_start": Row(None, "portal acts"),
    "portal:code_many": Row("portal sees", "portal changes", of="selection"),
    "portal:code_many_review": Row("portal sees", "portal changes", of="selection"),
    "portal:quotes": Row("portal"),
    "portal:quotes_ask": Row("portal", "portal 422"),
    "portal:quotes_withdraw": Row(None, "portal changes", of="quote_request"),
    "portal:quote": Row("portal sees", of="quote"),
    "portal:quote_accept": Row(None, "portal changes", of="quote"),
    "portal:quote_decline": Row(None, "portal changes", of="quote"),
    "portal:quote_pdf": Row("portal sees", of="quote"),
    "portal:order": Row("portal sees", of="booked"),
    "portal:invitations": Row("portal"),
    "portal:invitation": Row("portal sees", of="invitation"),
    "portal:invitation_link": Row("portal follows", of="invitation_link"),
    "portal:invitation_continue": Row(None, "portal changes", of="invitation"),
    "portal:invitation_decline": Row(None, "portal changes", of="invitation"),
    "portal:statement": Row("portal sees", of="agreement"),
    "portal:statement_pdf": Row("portal sees", of="agreement"),
    "portal:statement_signed": Row("portal sees", of="agreement"),
    "portal:receipt_pdf": Row("portal sees", of="change"),
    "portal:receipt_signed": Row("portal sees", of="change"),
    "portal:help_when": Row("portal"),
    # the partner's door
    "desk:home": Row("desk"),
    "desk:consents": Row("desk", "desk 422"),
    "desk:consent": Row("desk serves consent 200", "desk serves consent 422", of="consent"),
    "desk:agreements": Row("desk"),
    "desk:agreement": Row("desk serves agreement 200", of="agreement"),
    "desk:codes": Row("desk", "desk 422"),
    "desk:invitations": Row("desk"),
    "desk:invitation_new": Row("desk", "desk 422"),
    "desk:invitation": Row("desk serves sent 200", of="sent"),
    "desk:invitation_withdraw": Row(None, "desk serves sent 302", of="sent"),
    "desk:requests": Row("desk"),
    "desk:request": Row("desk serves quote 200", of="quote_request"),
    "desk:request_decline": Row(None, "desk serves quote 302", of="quote_request"),
    "desk:quotes": Row("desk"),
    "desk:quote_new": Row("desk serves quote 200", "desk serves quote 422"),
    "desk:quote": Row("desk serves quote 200", of="quote"),
    "desk:quote_edit": Row("desk serves quote 302", "desk serves quote 422", of="quote"),
    "desk:quote_revise": Row("desk serves quote 200", "desk serves quote 422", of="quote"),
    "desk:quote_issue": Row(None, "desk serves quote 409", of="quote"),
    "desk:quote_withdraw": Row(None, "desk serves quote 302", of="quote"),
    "desk:quote_pdf": Row("desk serves quote 200", of="quote"),
    "desk:orders": Row("desk"),
    "desk:order": Row("desk sold 200", of="order"),
    # the vendor's door
    "console:home": Row("console"),
    "console:search": Row("console"),
    "console:accounts": Row("console"),
    "console:account": Row("console", of="account"),
    "console:account_history": Row("console", of="account"),
    "console:partners": Row("console"),
    "console:partner": Row("console", of="partner"),
    "console:partner_history": Row("console", of="partner"),
    "console:partner_suspend": Row("console keeps 200", "console keeps 302", of="partner"),
    "console:partner_terminate": Row("console keeps 200", "console keeps 302", of="partner"),
    "console:partner_reinstate": Row("console keeps 200", "console keeps 409", of="partner"),
    "console:quote": Row("console sees", of="quote"),
    "console:order": Row("console", of="order"),
    "console:event": Row("console", of="event"),
    "console:confirmations": Row("console"),
    "console:agreement": Row("console sees", of="agreement"),
    "console:agreement_history": Row("console sees", of="agreement"),
    "console:change": Row("console sees", of="change"),
    "console:change_undo": Row(None, "console supports 409", of="change"),
    "console:consent": Row(None, "console keeps 302", of="confirmation"),
    "console:agreement_support": Row(
        "console supports 200", "console supports 422", of="agreement"
    ),
    "console:correction_draft": Row("console corrects 200", "console corrects 200", of="agreement"),
    "console:invitations": Row("console"),
    "console:invitation_new": Row("console keeps 200", "console keeps 422"),
    "console:invitation": Row("console sees", of="invitation"),
    "console:invitation_withdraw": Row(None, "console keeps 302", of="introduced"),
    "console:corrections": Row("console"),
    "console:correction": Row("console", of="correction"),
    "console:correction_approve": Row(None, "console corrects 302", of="correction"),
    "console:correction_decline": Row(None, "console corrects 302", of="correction"),
    "console:help_when": Row("console"),
    "console:policy": Row("console"),
    "console:policy_version": Row("console", of="version"),
    "console:policy_draft": Row("console keeps 200", "console keeps 422"),
    "console:policy_waiting": Row("console", of="policy_draft"),
    "console:policy_waiting_publish": Row(None, "console keeps 302", of="policy_draft"),
    "console:policy_waiting_decline": Row(None, "console keeps 302", of="policy_draft"),
    "console:statement": Row("console sees", of="agreement"),
    "console:statement_pdf": Row("console sees", of="agreement"),
    "console:statement_signed": Row("console sees", of="agreement"),
    "console:receipt_pdf": Row("console sees", of="change"),
    "console:receipt_signed": Row("console sees", of="change"),
    "console:systems": Row("console"),
    "console:system_add": Row("console keeps 200", "console keeps 422"),
    "console:system": Row("console", of="system"),
    "console:system_test": Row(None, "console keeps 302", of="system"),
    "console:system_resume": Row(None, "console keeps 302", of="system"),
    "console:system_change": Row("console keeps 200", "console keeps 422", of="system"),
    "console:system_pause": Row("console keeps 200", "console keeps 302", of="system"),
    "console:system_rotate": Row("console keeps 200", "console keeps 422", of="system"),
    "console:system_replay": Row("console keeps 200", "console keeps 422", of="system"),
    "console:system_remove": Row("console keeps 200", "console keeps 302", of="system"),
    "console:deliveries": Row("console"),
    "console:delivery": Row("console", of="delivery"),
    "console:delivery_replay": Row(None, "console keeps 302", of="delivery"),
    "console:delivery_waive": Row(None, "console keeps 302", of="delivery"),
    # people, their roles, and API clients at each door
    **{route: _row(route, *words) for route, words in (WORDS | CASE_WORDS).items()},
    # of no door: (who is out, who is in)
    "web:join": Row((404, 404), (404, 404), of="key"),
    "web:start": Row((LOGIN, 302)),
    "web:switch": Row((405, 405), (302, 302)),
    "web:nowhere": Row((403, 403)),
    "web:healthz": Row((200, 200)),
    "web:readyz": Row((200, 200)),
    "web:signing_keys": Row((200, 200), (405, 405)),
    "web:theme_css": Row((200, 200), (405, 405)),
    "web:font": Row((200, 200), (405, 405)),
    "web:theme": Row((405, 405), (302, 302)),
    "web:language": Row((302, 302), (302, 302)),
    "web:mailbox": Row((404, 404), (405, 405)),
    "web:mailbox_letter": Row((404, 404), (405, 405), of="letter"),
    "web:mailbox_letter_html": Row((404, 404), (405, 405), of="letter"),
    "web:style": Row((200, 200)),
    "web:style_page": Row((200, 200), of="drawing"),
    # sign-in
    "closed": Row((404, 404), (404, 404)),
    "account_login": Row((200, 302), (200, 302)),
    "account_logout": Row((LOGIN, 200), (LOGIN, LOGIN)),
    "account_inactive": Row((200, 200), (405, 405)),
    "account_signup": Row((200, 302), (200, 302)),
    "account_reauthenticate": Row((LOGIN, 200), (LOGIN, 200)),
    "account_email": Row((404, 404), (404, 404)),
    "account_email_verification_sent": Row((404, 404), (404, 404)),
    "account_confirm_email": Row((404, 404), (404, 404), of="key"),
    "account_confirm_login_code": Row((404, 404), (404, 404)),
    "account_change_password": Row((LOGIN, 200), (LOGIN, 200)),
    "account_set_password": Row((LOGIN, 302), (LOGIN, 302)),
    "account_reset_password": Row((200, 200), (200, 200)),
    "account_reset_password_done": Row((200, 200), (405, 405)),
    "account_reset_password_from_key": Row((200, 200), (200, 200), of="link"),
    "account_reset_password_from_key_done": Row((200, 200), (405, 405)),
    "mfa_index": Row((LOGIN, 200), (LOGIN, 405)),
    "mfa_authenticate": Row((LOGIN, 302), (LOGIN, 302)),
    "mfa_reauthenticate": Row((LOGIN, 302), (LOGIN, 302)),
    "mfa_activate_totp": Row((LOGIN, 302), (LOGIN, 302)),
    "mfa_deactivate_totp": Row((LOGIN, 404), (LOGIN, 404)),
    "mfa_view_recovery_codes": Row((LOGIN, 404), (LOGIN, 405)),
    "mfa_generate_recovery_codes": Row((LOGIN, 302), (LOGIN, 302)),
    "mfa_download_recovery_codes": Row((LOGIN, 404), (LOGIN, 404)),
    "usersessions_list": Row((LOGIN, 200), (LOGIN, 302)),
}


def expected(word: Any, person: str, thing: str = "") -> Any:
    """What the table says that this person gets: a status, or `LOGIN`."""
    door, role, held = PEOPLE[person]
    if isinstance(word, tuple):
        return word[0 if door == "out" else 1]
    wanted, _, verb = word.partition(" ")
    if door == "out":
        return LOGIN
    if door != wanted:
        return 403
    if verb in PLAIN:
        return PLAIN[verb]
    if verb.startswith(("serves", "sold")):
        return _of_firm(verb, person, thing)
    if (act := verb.partition(" ")[0]) in ALLOWED:
        there = (
            404 if act in ("corrects", "supports") and thing == "absent" else int(verb.split()[1])
        )
        return there if role in ALLOWED[act] else 403
    if act == "heads":
        return heads(verb, person, held.get(thing, ""), thing)
    return _of_thing(verb, door, held.get(thing, ""), thing)


def _of_firm(verb: str, person: str, thing: str) -> int:
    """What is the business of a firm: its own, or nothing that there is."""
    act, *what, status = verb.split()
    there = act == "sold" or thing == "own"
    return int(status) if there and person in SERVED[what[0] if what else "quote"] else 404


def _of_thing(verb: str, door: str, level: str, thing: str) -> int:
    if door == "console":
        return 404 if thing == "absent" else 200
    if not level:
        return 404
    if verb == "sees":
        return 200
    if verb == "follows":
        return DONE if level == "changes" else 404
    if verb == "sees own request":
        return 200 if thing == "own" else 404
    if level != "changes":
        return 403
    return CONFLICT if verb == "could" else DONE


def routes() -> Iterator[str]:
    """The names of all routes that the resolver knows; one without a name by its pattern."""

    def walk(resolver: URLResolver, inside: tuple[str, ...]) -> Iterator[str]:
        for each in resolver.url_patterns:
            if isinstance(each, URLResolver):
                namespace = (each.namespace,) if each.namespace else ()
                yield from walk(each, (*inside, *namespace))
            elif each.name:
                yield ":".join((*inside, each.name))
            else:
                yield str(each.pattern)

    return walk(get_resolver(), ())


@dataclass
class World:
    """The cast, with an agreement and an open change of each account, and a browser for each."""

    cast: Cast
    people: dict[str, Person]
    agreements: dict[str, str]
    changes: dict[str, str]
    consents: dict[str, UUID]
    codes: dict[str, str]
    quotes: dict[str, str]
    quote_requests: dict[str, UUID]
    of_people: OfPeople
    invitations: dict[str, tuple[UUID, str]]
    sent: dict[str, UUID]
    browsers: dict[str, Client]
    secrets: dict[str, tuple[str, ...]]
    system: int
    delivery: int
    correction: UUID
    confirmation: UUID
    order: str
    event: UUID
    policy_draft: UUID
    of_cases: OfCases
    booked: dict[str, str]

    def may_read(self, person: str) -> set[str]:
        """What is no secret to this person wherever it stands: what is of their own firm.

        Of record, that is the agreement and its products; before and afterwards its reference.
        Nobody at the desk learns a change's number, nor the name of another partner.
        """
        own = self.agreements["own"]
        return {
            "lou": {self.cast.larkspur.name, own, f"Ware of {self.cast.alder.name}"},
            "fay": {own},
        }.get(person, set())

    @property
    def gorse(self) -> str:
        return self.cast.gorse.account_number


def world(cast: Cast) -> World:
    """Everybody in their places."""
    cedar, people = _more_people(cast)
    erp = _system()
    partners = {
        "own": cast.larkspur,
        "sibling": cast.partner("7200000011", "Sorrel Cedarside"),
        "foreign": cast.partner("7200000012", "Quince Birchside"),
    }
    accounts = {"own": cast.alder, "sibling": cedar, "foreign": cast.birch}
    admins = {"own": "pia", "sibling": "tess", "foreign": "bo"}
    cast.people.update(people)
    with seeing(Actor.system("cli")):
        agreements, changes, codes = {}, {}, {}
        for thing, account in accounts.items():
            given: dict[str, Any] = {
                "account": account,
                "partners": [Of(partners[thing])],
                "products": (f"Ware of {account.name}",),
                "manager": "cora" if thing == "own" else None,
            }
            agreements[thing] = cast.contract(**given)
            later = clock.today() + timedelta(days=20)
            moving = cast.contract(**given)
            changes[thing] = cast.change(moving, by=admins[thing], effective_on=later)
            own = cast.contract(**given)
            codes[thing] = str(
                make([own], "7200000002", by=cast.actor(admins[thing]), reason="Known.").id
            )
        agreements["absent"], changes["absent"] = "499999999999", "PC-00000000"
        codes["absent"] = "00000000-0000-4000-8000-000000000000"
    _formerly(agreements["own"], cast.partner("7200000013", "Fern Formerly"), people["fay"])
    consents = {
        thing: _asked(changes[thing], partners[thing]) for thing in ("own", "sibling", "foreign")
    }
    browsers = {name: _browser(people, name, agreements) for name in PEOPLE}
    secrets: dict[str, tuple[str, ...]] = {
        thing: (f"Ware of {account.name}", partners[thing].name, agreements[thing], changes[thing])
        for thing, account in accounts.items()
    }
    with seeing(Actor.system()):
        delivery = Delivery.objects.filter(endpoint=erp).earliest("pk").pk
    quotes, asked = {"absent": "Q-00000000"}, {}
    for thing, account in accounts.items():
        offered = _offered(cast, account, partners[thing], admins[thing])
        quotes[thing], asked[thing] = offered
    invited = _invited(cast, accounts, agreements)
    sent = {thing: _sent(cast, thing, partners[thing]) for thing in accounts}
    works = of_people(accounts, partners)
    things = (agreements, changes, consents, codes, quotes, asked, works, invited, sent)
    correction, confirmation = _proposed(cast), _to_confirm(changes["own"])
    order = _ordered(cast, cast.larkspur)
    with seeing(Actor.system()):
        event = Event.objects.filter(about=changes["own"]).earliest("recorded_at").pk
    handed = _handed_over(cast)
    asking = of_cases(cast, agreements, admins)
    booked = {thing: _booked(cast, account, partners[thing]) for thing, account in accounts.items()}
    known = (erp.pk, delivery, correction, confirmation, order, event, handed, asking, booked)
    return World(cast, people, *things, browsers, secrets, *known)


def _invited(
    cast: Cast, accounts: dict[str, Account], agreements: dict[str, str]
) -> dict[str, tuple[UUID, str]]:
    """Gorse is introduced to each account by the vendor: the invitation, and its link's token."""
    opal, found = cast.actor("opal", door="console"), {}
    for thing, account in accounts.items():
        named = (agreements[thing],)
        said = Introduction("7200000002", account.account_number, agreements=named)
        found[thing] = (invite(said, by=opal).pk, token())
    return found


def _sent(cast: Cast, thing: str, partner: Partner) -> UUID:
    """An invitation that a firm has sent itself: `own` is that of Gorse, of which Gil is."""
    firm = cast.gorse if thing == "own" else partner
    by = Actor(person_id=None, door="desk", partners=(firm.pk,))
    return invite(Introduction(account="5199999999"), by=by).pk


def _offered(cast: Cast, account: Account, partner: Partner, admin: str) -> tuple[str, UUID]:
    """A quote of the partner of record for more seats, and a request that it has not answered."""
    ware, of_record = f"Ware of {account.name}", [Of(partner)]
    manager = "cora" if admin == "pia" else None
    with seeing(Actor.system("cli")):
        given: dict[str, Any] = {"partners": of_record, "products": (ware,), "manager": manager}
        on, other = (cast.contract(account=account, **given) for _ in range(2))
    by = Actor(person_id=None, door="desk", partners=(partner.pk,))
    offer = Offer(
        kind="seats",
        account=account.account_number,
        agreement=on,
        lines=(Line(ware, 5, Decimal(10)),),
        currency="EUR",
        expires_on=clock.today() + timedelta(days=9),
    )
    number = issue(draft(offer, by=by).number, by=by).number
    buyer = cast.actor(admin)
    asked = request(partner.account_number, kind="seats", by=buyer, agreement=other)
    return number, asked.pk


def _handed_over(cast: Cast) -> UUID:
    """A draft of the policy that Otis of operations hands to a second person."""
    by, later = cast.actor("otis", door="console"), clock.today() + timedelta(days=9)
    with seeing(by):
        return hand_over({"near_expiration_days": 60}, in_force_on=later, by=by, note="So.").pk


def _ordered(cast: Cast, partner: Partner) -> str:
    """An order of the first account, of seats through its partner of record."""
    number, _asked = _offered(cast, cast.alder, partner, "pia")
    return accept(number, by=cast.actor("pia")).order.number


def _booked(cast: Cast, account: Account, partner: Partner) -> str:
    """An order of an account that the vendor's ERP has booked, with its partner of record."""
    with seeing(Actor.system("cli")):
        on = cast.subscription(account=account, partners=[Of(partner)])
    buyer, seller = account.account_number, partner.account_number
    given: dict[str, Any] = {"kind": "seats", "lines": (Bought("Draft", 5),), "currency": "EUR"}
    sold = Transaction(
        number=f"SO-{buyer}", account=buyer, partner=seller, agreement=on, net=Decimal(600), **given
    )
    (done,) = book([sold], by=Actor.system("api"))
    assert done.order
    return done.order.number


def _proposed(cast: Cast) -> UUID:
    """A correction that somebody of operations proposes whom nobody tries to be."""
    with seeing(Actor.system("cli")):
        cast._person("otis", "operations")
    by, today = cast.actor("otis", door="console"), clock.today()
    since = today - timedelta(days=9)
    return propose(
        cast.contract(),
        by=by,
        reason="The ERP says so.",
        partner="7200000002",
        effective_on=since,
    ).pk


def _to_confirm(number: str) -> UUID:
    """A consent that waits for the system of record."""
    with seeing(Actor.system("cli")):
        change = PartnerChange.objects.get(number=number)
        return Consent.objects.create(
            change=change,
            account_id=change.account_id,
            kind=Kind.CONFIRMATION,
            asked_at=change.submitted_at,
            due_at=change.effective_at,
            shown={},
        ).pk


def _formerly(reference: str, partner: Partner, person: Person) -> None:
    """A firm that was of record in another role until long ago, and somebody of it."""
    with seeing(Actor.system("cli")):
        Role.objects.create(person=person, name="partner_rep", partner=partner)
        standing = Tenure.objects.get(agreement__reference=reference)
        Tenure.objects.create(
            agreement=standing.agreement,
            account_id=standing.account_id,
            role="services",
            partner=partner,
            effective_from=standing.effective_from - timedelta(days=300),
            effective_until=standing.effective_from,
            recorded_at=standing.recorded_at,
            opened_by_id=standing.opened_by_id,
        )


def _asked(number: str, partner: Partner) -> UUID:
    """A consent that waits for the partner whose role ends."""
    with seeing(Actor.system("cli")):
        change = PartnerChange.objects.select_related("agreement__account").get(number=number)
        consent = Consent.objects.create(
            change=change,
            account_id=change.account_id,
            kind=Kind.LOSING,
            partner=partner,
            asked_at=change.submitted_at,
            due_at=change.effective_at,
            shown={
                "agreement": change.agreement.reference,
                "purchasing_model": change.agreement.purchasing_model,
                "account": change.agreement.account.name,
                "role": "reseller",
                "effective_at": change.effective_at.isoformat(),
            },
        )
    return consent.pk


def _system() -> Endpoint:
    by = Actor.system("cli")
    endpoint, _secret = add_endpoint("http://127.0.0.1:9/", "ERP", required=True, by=by)
    return endpoint


def _more_people(cast: Cast) -> tuple[Account, dict[str, Person]]:
    with seeing(Actor.system("cli")):
        cedar = Account.objects.create(account_number="5100000003", name="Cedar Yard", country="DE")
        for name, role, account in (
            ("tess", "viewer", cast.alder),
            ("tess", "secondary_admin", cedar),
            ("dora", "secondary_admin", cast.alder),
            ("fay", "", None),
            ("sue", "support_agent", None),
            ("adam", "administrator", None),
        ):
            person, _new = Person.objects.get_or_create(
                email=f"{name}@example.com", defaults={"name": name.title()}
            )
            if role:
                Role.objects.create(person=person, name=role, account=account)
            cast.people[name] = person
    return cedar, cast.people


def _browser(people: dict[str, Person], name: str, agreements: dict[str, str]) -> Client:
    """Signed in, with the new partner found and a selection of each thing slipped in."""
    client = Client(REMOTE_ADDR=f"192.0.2.{list(PEOPLE).index(name) + 1}")
    if name == "nobody":
        return client
    person = with_password(people[name])
    assert enter(client, person, PASSWORD).status_code == 302
    session = client.session
    session["found_partners"] = ["7200000002"]
    session["selections"] = {thing: [agreements[thing]] for thing in THINGS if thing != "absent"}
    session.save()
    if name == "dora":
        person.is_active = False
        person.save(update_fields=["is_active"])
    return client
