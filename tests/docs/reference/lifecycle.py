"""The page of the states of a change, from the table of moves."""

from ofrecord.cases.lifecycle import MOVES as CASE_MOVES
from ofrecord.cases.lifecycle import Move as CaseMove
from ofrecord.changes.lifecycle import MOVES, TERMINAL, Move
from ofrecord.changes.models import OPEN, Occasion
from ofrecord.invitations.lifecycle import MOVES as INVITED
from ofrecord.invitations.lifecycle import Move as Invited
from ofrecord.quotes.lifecycle import MOVES as QUOTE_MOVES
from ofrecord.quotes.lifecycle import REQUEST_MOVES
from ofrecord.quotes.lifecycle import Move as QuoteMove
from tests.docs.reference.markdown import block, code, page, table, words

ACTS = {
    "submit": "somebody submits it; unless the policy asks for consents it is decided, and "
    "applied where it is not for a later date",
    "undo": "the latest change is taken back, by a change of its own",
    "correct": "a second person of operations approves what a first one proposed",
    "order": "the customer accepts a quote that names another partner, or an ERP books such an "
    "order",
    "support": "an agent makes it for the customer; what it overrides can wait for a second person",
    "load": "an import sees the agreement for the first time",
    "give": "a party that was asked consents; the change waits for the others",
    "refuse": "a party that was asked does not consent",
    "settle": "the last consent is in, or the time in which a losing partner may object is over",
    "decline": "a consent was refused, or the change could not be decided any more",
    "expire": "somebody else than a losing partner has not answered in time",
    "apply": "its effective time has come",
    "cancel": "somebody who may change the partner takes it back before it takes effect; support "
    "or a correction puts another change in its place; or its new partner is terminated",
    "complete": "every required system has acknowledged it, or a person waived that",
}
OCCASIONS = {
    "request": "a customer's own people or systems ask for it, by page, command or API, or a "
    "partner redeems a transfer code of theirs",
    "undo": "whoever may change the partner takes the latest change back, within its window",
    "order": "a financial transaction names another partner",
    "correction": "two people of operations put the past right, from any day since the start",
    "support": "an agent of the vendor makes the change that the customer could not",
    "load": "an import brings the agreement in, with the partners it has",
}


def render() -> str:
    return page(
        "States of a change",
        "A partner change moves between states by the moves of one table and by no others. Each "
        "move is committed together with its event, and `ofrecord verify` holds the history to "
        "the table.",
        block(_diagram(), "mermaid"),
        table(("From", "By", "To", "When", "Event"), map(_move, MOVES)),
        f"While a change is {words(OPEN)} it is *open*: at most one change of an agreement is "
        f"open at a time. From {words(_ends())} nothing follows.",
        "With no required system, a change is complete in the act that applies it. A change for "
        "a later date has written its partners of record when it is scheduled: who is partner of "
        "record on that day does not depend on any job.",
        "## Invitations",
        "The sender is the vendor or the partner itself. The clock introduces a partner's own "
        "after it was sent, so that the partner's answer shows nothing about a customer.",
        table(("From", "By", "Who", "To", "Event"), map(_invited, INVITED)),
        "## Cases",
        "After support's answer a case waits for the customer, or support goes on by itself. A "
        "resolved case can be opened again until the clock closes it.",
        table(("From", "By", "Who", "To", "Event"), map(_invited, CASE_MOVES)),
        "## Quotes",
        "A quote is an offer of one partner to one account. What was issued is never altered: "
        "`revise` makes a new draft under the same number beside it, and what that revision "
        "replaces is withdrawn when it is issued. Past its last day a quote has expired, whether "
        "or not the clock has told it yet. Accepting it books the order, changes the agreement "
        "and, where it names another partner, the partner of record, in one transaction.",
        table(("From", "By", "Who", "To", "Event"), map(_invited, QUOTE_MOVES)),
        "## Requests for quotes",
        "A customer has one open request for an agreement with one partner.",
        table(("From", "By", "Who", "To", "Event"), map(_invited, REQUEST_MOVES)),
        "## Occasions",
        table(("Occasion", "Arises when"), _occasions()),
    )


def _move(move: Move) -> tuple[str, ...]:
    states = code(str(move.before)), code(str(move.after))
    return states[0] or "(new)", code(move.act), states[1], ACTS[move.act], code(move.event)


def _invited(each: Invited | CaseMove | QuoteMove) -> tuple[str, ...]:
    before, after = code(each.before), code(each.after)
    return before or "(new)", code(each.act), f"the {each.by}", after, code(each.event)


def _ends() -> list[str]:
    reached = {move.after for move in MOVES}
    return [str(state) for state in TERMINAL if state in reached]


def _occasions() -> list[tuple[str, str]]:
    return [(code(occasion), OCCASIONS[occasion]) for occasion in Occasion.values]


def _diagram() -> str:
    lines = [
        f"    {move.before or '[*]'} --> {move.after}: {move.act}"
        for move in sorted(MOVES, key=lambda move: bool(move.before))
    ]
    return "\n".join(("stateDiagram-v2", *lines, *(f"    {end} --> [*]" for end in _ends())))
