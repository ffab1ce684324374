"""The page of the events: every type, when it is recorded, and an example that really was."""

import json
from typing import Any

from tests.docs.reference.markdown import block, code, page, table

WHEN = {
    "partner_change.applied": "A change counts from now on: it was submitted for now, or its "
    "effective time has come. Where some of several partners stay untouched, `data.ends` and "
    "`data.stays` say which; `data.overridden` are the rules that support overrode.",
    "partner_change.scheduled": "A change was submitted for a later date.",
    "partner_change.cancelled": "An open change was taken back, or called off by a correction. "
    "Where it had been scheduled, `data.continues` are the partners that go on.",
    "partner_change.completed": "Every required system has acknowledged the applied change, or a "
    "person waived that.",
    "partner_change.consent_asked": "A change was submitted that has to wait for consents; "
    "`data.consents` has them with their deadlines.",
    "partner_change.consent_given": "A party gave its consent.",
    "partner_change.consent_refused": "A party refused its consent, or a losing partner objected.",
    "partner_change.declined": "A consent was refused, or the change could not be decided any more "
    "when the last one was in. `data.settled_at` is when that came about.",
    "partner_change.expired": "A consent was not given in time. `data.settled_at` is the deadline, "
    "also when it is recorded later.",
    "correction.proposed": "Somebody of operations said what should have been; a second person has "
    "to approve it.",
    "correction.declined": "A proposed correction is not carried out.",
    "transfer_code.made": "An admin made a code with which one partner can take agreements over.",
    "transfer_code.redeemed": "The partner redeemed the code; `data.changes` came of it.",
    "transfer_code.withdrawn": "A code cannot be redeemed any more.",
    "invitation.sent": "A partner has written an invitation, or the vendor one for it. Of a "
    "partner's it stands in the partner's stream, whether or not there is such an account.",
    "invitation.received": "The account's admins were written to: `data.people`.",
    "invitation.opened": "One of them followed the link for the first time.",
    "invitation.accepted": "The account changed to the partner through the invitation, or asked "
    "it for a quote: `data.answer` names which.",
    "invitation.declined": "The account does not want the partner.",
    "invitation.answered": "The partner that has sent it was told the answer.",
    "invitation.withdrawn": "Whoever had sent it took it back, or operations did.",
    "invitation.expired": "Nobody has answered it until its last day.",
    "invitation.canary_invited": "A partner has invited a number that no customer has, one of "
    "`OFRECORD_CANARY_ACCOUNTS`. The partner does not see this event.",
    "quote.requested": "The account asked a partner for a quote.",
    "quote_request.declined": "The partner will not quote.",
    "quote_request.withdrawn": "The account asks no longer.",
    "quote.addressed": "A partner tried to quote to an account or agreement with which it has no "
    "business, whether or not there is one. Only the partner and the vendor know of it.",
    "quote.drafted": "A partner wrote an offer down, or another revision of one. Only the partner "
    "knows of it.",
    "quote.issued": "A quote is on offer: its totals are frozen, and the request that it answers, "
    "if there is one, is answered.",
    "quote.viewed": "Somebody of the account opened the quote for the first time.",
    "quote.accepted": "The account accepted the quote; `data.order` names the order.",
    "quote.declined": "The account does not want what the quote offers.",
    "quote.withdrawn": "The partner took the offer back, or a revision came in its place "
    "(`data.revised_by`); a draft was thrown away.",
    "quote.expired": "The last day of the quote is over.",
    "order.booked": "A financial transaction was booked, with the changes of partner that it "
    "causes.",
    "case.opened": "Somebody of the account opened a case; `data` has its wish and its targets, "
    "never what was written.",
    "case.answered": "The customer or support, `data.side`, wrote in a case; `data.state` is where "
    "it stands then.",
    "case.assigned": "Support gave a case to one of its people, or to nobody. It stands in the "
    "stream of whoever did it, which no account reads.",
    "case.noted": "Support wrote a note for itself; it stands in that person's stream too.",
    "case.carried_out": "Support made the change that a case asks for: `data.change`.",
    "case.resolved": "Support has done what was asked, or the customer says that it is solved.",
    "case.reopened": "What was resolved is not: a new target is set.",
    "case.closed": "A resolved case is over: nobody opened it again, or support closed it.",
    "run.started": "Somebody asked for the same change of many agreements, in batches.",
    "run.completed": "The last batch of a run was carried out.",
    "run.stopped": "A run cannot go on: its person was disabled or lost the role, or its system "
    "the credentials. `data.code` says which.",
    "run.resumed": "A stopped run goes on.",
    "run.cancelled": "A run was ended: batches that were not begun are not carried out.",
    "agreement.loaded": "An import saw the agreement for the first time, with its partners of "
    "record.",
    "agreement.updated": "An import brought the agreement, its term or a subscription under it "
    "up to date, or an order did: then `data.order` names it.",
    "agreement.purchased": "An order began the agreement; its partner comes with the change that "
    "the order causes.",
    "agreement.renewed": "The last term renews by itself and was over: the next one has begun, "
    "with the same partners. `data.due_at` is when, also when it is recorded later.",
    "agreement.auto_renew_turned_off": "The account lets the agreement end with its term.",
    "agreement.auto_renew_turned_on": "The account lets the term be followed by another one.",
    "agreement.contract_manager_changed": "The primary admin appointed another contract manager, "
    "or the one before left the account; `data.manager` is the new one.",
    "agreement.locked": "The account locked the agreement's partner.",
    "agreement.lift_asked": "A first person asked for the lock to be lifted.",
    "agreement.lifted": "A second person lifted the lock.",
    "receipt.issued": "Somebody got the signed receipt of a change.",
    "statement.issued": "Somebody got a signed statement of who was partner of record.",
    "signing_key.published": "A key that signs receipts and statements was made known.",
    "policy.published": "Somebody at the vendor published a version of the policy, in force from a "
    "day on; with what it changes.",
    "policy.drafted": "Somebody handed a draft of the policy to a second person.",
    "policy.draft_declined": "A draft of the policy was declined, or taken back.",
    "account.loaded": "An import saw the account for the first time.",
    "account.updated": "An import brought the account up to date.",
    "partner.loaded": "An import saw the partner for the first time.",
    "partner.updated": "An import brought the partner up to date.",
    "partner.suspended": "Operations suspended the partner; `data.depended` counts what depended "
    "on it.",
    "partner.terminated": "Operations terminated the partner; `data.depended` counts what depended "
    "on it.",
    "partner.reinstated": "Operations made the partner active again.",
    "account.viewed": "Somebody of the vendor looked at the account's data at the console; once a "
    "day for each of them.",
    "partner.profile_changed": "An admin of the firm, or the vendor, edited how the firm is "
    "reached; `data.changed` names the fields.",
    "partner.looked_up": "Somebody of the account looked a partner up by its number, found or not, "
    "or asked one for a quote and was refused.",
    "person.loaded": "An import saw the person for the first time, with the roles granted.",
    "person.updated": "An import brought the person up to date: the name, or a further role.",
    "person.added": "An operator made the person known.",
    "person.role_granted": "The person got a role in an account, at a partner or at the vendor.",
    "person.password_changed": "The person changed or reset the password, or an operator set it.",
    "person.signed_in": "The person signed in.",
    "person.signed_out": "The person signed out.",
    "person.sign_in_failed": "Somebody tried this person's address with a wrong password.",
    "person.role_changed": "The person holds another role at the same place.",
    "person.role_removed": "The person holds the role no longer; `data.sessions` is how many "
    "sessions ended, where it was the last role.",
    "role_invitation.sent": "Somebody was asked to take on a role. Nobody is named: until it is "
    "accepted the person belongs to nothing here. `data.replaces` is the one that it ends.",
    "role_invitation.accepted": "The person took the role on, with the link.",
    "role_invitation.withdrawn": "The link works no longer.",
    "role.removed": "Somebody was removed from an account or a firm; `data.invitations` ended with "
    "that.",
    "role.changed": "Somebody holds another role in an account or a firm.",
    "role.handed_over": "Another person is the account's primary admin; "
    "`data.invitations` of the one before ended with that. With `data.occasion` `support`, the "
    "vendor did it for the account, and `data.reason` says why.",
    "person.sessions_ended": "Sessions were ended: at other devices by the person, or all of them "
    "by an administrator.",
    "person.disabled": "The person left: they cannot sign in; their sessions, their tokens, and "
    "the open invitations from and to them ended.",
    "person.enabled": "The person can sign in again.",
    "person.second_factor_added": "The person added a second factor, or recovery codes.",
    "person.second_factor_removed": "The person removed a second factor.",
    "endpoint.added": "A system is told of events from now on.",
    "endpoint.moved": "A system is told at another address from now on.",
    "client.added": "A system got credentials for the API.",
    "client.revoked": "The credentials of a system were taken away.",
    "endpoint.changed": "A system is told of other types, or changes wait for it, or no longer.",
    "endpoint.secret_rotated": "A system got a new secret; the old one signs along for a while.",
    "endpoint.test": "Somebody sent a test to a system; it is sent to that system alone.",
    "endpoint.paused": "A system is sent nothing for a while, by a person or because it said that "
    "it is gone.",
    "endpoint.resumed": "A paused system is sent what it has missed, and what follows.",
    "endpoint.replayed": "A system is sent again what was recorded in a range of time.",
    "endpoint.removed": "A system is told of nothing any more.",
    "delivery.replayed": "A system is sent one event again.",
    "delivery.waived": "A person decided that a system need not learn of an event after all.",
}
STREAMS = {
    "agreement": "the agreement's reference",
    "account": "the account's number",
    "partner": "the partner's account number",
    "person": "the person's id: names and addresses are kept where they can be blanked",
    "policy": "`policy`: its first version comes with the installation and has no event",
    "signing_key": "the key's id",
    "endpoint": "the endpoint's name",
    "endpoint_test": "the endpoint's name; tests have a stream of their own",
    "client": "the id of the API client",
}


def render(examples: dict[str, dict[str, Any]]) -> str:
    return page(
        "Events",
        "An event is an immutable fact. It is a CloudEvent in JSON, frozen as bytes in the "
        "transaction of the act; those bytes are kept, hashed, signed, and sent to every endpoint "
        "that is subscribed to the type, the same bytes on every try.",
        "Each event stands in the stream of its subject. `sequence` counts 1, 2, 3 ... in that "
        "stream, and of an agreement it is the agreement's version. A system of an account is not "
        "told of `correction.proposed` and `correction.declined`, which the vendor weighs among "
        "its own people: it misses their numbers, and no other. `data.by` says who acted: the "
        "person and for whom (by id), the door, how strongly they were signed in, and the request.",
        table(("Stream", "`subject` is"), ((code(name), said) for name, said in STREAMS.items())),
        "An endpoint is subscribed to `partner_change.*` unless it was added with other types. "
        "Ids, times and numbers of the examples are made up; the rest is as it was recorded.",
        "\n".join(f"- [{type}](#{type.replace('.', '')})" for type in WHEN),
        *(_section(type, examples[type]) for type in WHEN),
    )


def _section(type: str, example: dict[str, Any]) -> str:
    shown = json.dumps(example["body"], indent=2, ensure_ascii=False)
    return f"## {type}\n\n{WHEN[type]} Stream: {code(example['stream'])}.\n\n{block(shown, 'json')}"
