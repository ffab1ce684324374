"""A version of the policy, for the page of the events."""

from datetime import timedelta

from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.rules.publish import publish
from ofrecord.rules.second_person import decline, hand_over


def publish_one(terminal: Actor) -> None:
    """Published for later, so that whatever else happens is judged as before."""
    parameters = {"near_expiration_days": 60, "consent_days": {"losing": 5}}
    with seeing(terminal):
        publish(
            parameters,
            in_force_on=clock.today() + timedelta(days=30),
            by=terminal,
            note="Agreed with the partner council in spring.",
        )


def decline_one(operations: Actor) -> None:
    """Handed to a second person, and taken back."""
    day = clock.today() + timedelta(days=60)
    with seeing(operations):
        given = {"near_expiration_days": 45}
        made = hand_over(given, in_force_on=day, by=operations, note="For the autumn.")
        decline(made.pk, by=operations, reason="The partner council wants to see it first.")
