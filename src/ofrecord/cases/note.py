"""Note: support writes something for itself, which the customer never sees."""

from ofrecord.cases import loading
from ofrecord.cases.models import Note
from ofrecord.cases.rights import demand_agent
from ofrecord.cases.telling import tell_staff
from ofrecord.cases.writing import said
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing


def note(number: str, *, text: str, by: Actor) -> Note:
    """Keep a note of support's own, also in a case that is over.

    Refused as `not_found`, `not_permitted` or `text_missing`.
    """
    kept = said(text)
    with seeing(by):
        case = loading.found(number, by)
        demand_agent(case, by)
        case = loading.locked(case)
        at = tell_staff(case, "case.noted", by)
        return Note.objects.create(case=case, author_id=by.judged_person, text=kept, written_at=at)
