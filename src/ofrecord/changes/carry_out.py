"""The outcome of an act on many agreements: what nothing refuses is decided, the rest is told."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from ofrecord.changes import decide, refusals
from ofrecord.changes.check import Check
from ofrecord.changes.rows import ONLY_ASKED, Act, Origin
from ofrecord.parties.actors import Actor
from ofrecord.rules.verdicts import Verdict


class Item(NamedTuple):
    """What became of one agreement: a change and its state, or refusals and no number."""

    agreement: str
    number: str | None
    state: str
    refusals: tuple[Verdict, ...] = ()


@dataclass(frozen=True)
class Submitted:
    """The outcome of one submit, in the order of its agreements."""

    items: tuple[Item, ...]
    repeated: bool = False

    @property
    def accepted(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.number)

    @property
    def refused(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if not item.number)

    def as_data(self) -> dict[str, Any]:
        """The outcome as doors for programs write it, and as it is stored for a repeat."""
        return {
            "changes": [
                {
                    "number": item.number,
                    "agreement": item.agreement,
                    "state": item.state,
                    "refusals": [verdict.as_data() for verdict in item.refusals],
                }
                for item in self.items
            ]
        }


def carry_out(
    found: dict[str, Check | None],
    judged: dict[str, tuple[Verdict, ...]],
    *,
    by: Actor,
    reason: str,
    request_id: int | None,
    all_or_nothing: bool = False,
    origin: Origin = ONLY_ASKED,
) -> Submitted:
    """Decide what nothing refuses, unless all or nothing was asked and something was refused.

    `found` and `judged` have the same keys: what the caller named, in its order.
    """
    refused = {key: verdicts for key, verdicts in judged.items() if verdicts}
    if all_or_nothing and refused:
        refused = {key: each or (refusals.others_refused(),) for key, each in judged.items()}
    accepted = {key: check for key, check in found.items() if check and key not in refused}
    act = Act(by, reason.strip(), request_id, origin)
    made = decide.decide(list(accepted.values()), act)
    changed = dict(zip(accepted, made, strict=True))
    return Submitted(
        tuple(
            Item(_reference(key, check), None, "refused", refused[key])
            if key in refused
            else Item(changed[key].reference, changed[key].number, changed[key].state)
            for key, check in found.items()
        )
    )


def _reference(key: str, check: Check | None) -> str:
    return check.reference if check else key


def from_data(data: dict[str, Any]) -> Submitted:
    """The outcome that was stored for a request."""
    items = [
        Item(
            each["agreement"],
            each["number"],
            each["state"],
            tuple(Verdict.from_data(verdict) for verdict in each["refusals"]),
        )
        for each in data["changes"]
    ]
    return Submitted(tuple(items), repeated=True)
