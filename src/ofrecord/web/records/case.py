"""A case as every door shows it: the wish in words, the messages with their files, where it stands.

What only the vendor may see of it is the console's own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ofrecord.cases.files import AT_ONCE, ENDINGS, LARGEST, Upload
from ofrecord.cases.loading import RELATED
from ofrecord.cases.models import LIVE, Attachment, Case, Side, State
from ofrecord.cases.numbers import normalized
from ofrecord.cases.wishes import title
from ofrecord.cases.writing import LONGEST
from ofrecord.changes.models import OPEN, PartnerChange
from ofrecord.changes.recipients import last_day
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.web.actor import DoorRequest
from ofrecord.web.records import words
from ofrecord.web.records.people import People
from ofrecord.web.records.tracker import ENDED

COLOURS = {
    State.OPEN: "accent",
    State.WAITING_FOR_CUSTOMER: "warn",
    State.WAITING_FOR_VENDOR: "accent",
    State.RESOLVED: "good",
    State.CLOSED: "neutral",
}
SANDBOX = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store, private",
}


@dataclass(frozen=True)
class Said:
    """A message: who wrote it on which side, what, when, and the files that came with it."""

    who: str
    side: str
    text: str
    at: datetime
    files: tuple[Attachment, ...]


class FilesInput(forms.ClearableFileInput):
    """A control that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, or none; what may be attached is the verb's to say."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(FilesField, self).clean(each, initial) for each in data or ()]


class MessageForm(forms.Form):
    """What somebody writes in a case, with files."""

    text = forms.CharField(
        label=gettext_lazy("Message"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Write a message.")},
    )
    attachments = FilesField(
        label=gettext_lazy("Files"),
        required=False,
        widget=FilesInput(attrs={"accept": ",".join(ENDINGS)}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attachments"].help_text = _(
            "Up to %(count)s files of at most %(size)s MB each: %(endings)s"
        ) % {
            "count": AT_ONCE,
            "size": LARGEST // (1024 * 1024),
            "endings": ", ".join(ENDINGS),
        }

    @property
    def uploads(self) -> list[Upload]:
        """The files as the verbs take them; of one that is too large just enough to see that."""
        given = self.cleaned_data.get("attachments", ())[: AT_ONCE + 1]
        return [Upload(each.name or "", each.read(LARGEST + 1)) for each in given]


def loaded(request: DoorRequest, number: str) -> Case:
    """The case, by its number as people write it; 404 where they may not see it."""
    known = Case.objects.visible_to(request.actor).select_related(*RELATED, "resolved_by")
    found = known.filter(number=normalized(number) or "").first()
    if found is None:
        raise Http404
    return found


def page(request: DoorRequest, number: str, crumbs: list[tuple[str, str]]) -> dict[str, Any]:
    """What the page of a case shows. Call it inside `parties.context.seeing`."""
    shown = loaded(request, number)
    return {
        "heading": title(shown),
        "crumbs": crumbs,
        "case": shown,
        "colour": COLOURS[State(shown.state)],
        "made_colour": _made_colour(shown.made_change),
        "live": shown.state in LIVE,
        "kind": words.kind(shown.agreement.purchasing_model) if shown.agreement else "",
        "role": words.role(shown.member_role),
        "said": said(shown, request.actor),
        "opened_by": People([shown.opened_by], request.actor).name(shown.opened_by),
        "answer_until": last_day(shown.answer_due_at),
        "resolve_until": last_day(shown.resolution_due_at),
        "reopen_until": last_day(shown.closes_at) if shown.closes_at else None,
        "overdue": overdue(shown),
    }


def _made_colour(change: PartnerChange | None) -> str:
    """Of the change that support has made: good once it applies, warn where it does not come."""
    if change is None or change.state in OPEN:
        return "neutral"
    return "warn" if change.state in ENDED else "good"


def said(case: Case, reader: Actor) -> list[Said]:
    """The messages of a case, in their order."""
    messages = list(case.messages.select_related("author").order_by("place"))
    people = People([each.author for each in messages], reader)
    theirs = not reader.sees_everything
    files: dict[int, list[Attachment]] = {}
    for file in Attachment.objects.listed().filter(case=case).order_by("name", "pk"):
        files.setdefault(file.message_id, []).append(file)
    return [
        Said(
            settings.OFRECORD_VENDOR_NAME
            if theirs and each.side == Side.STAFF
            else people.name(each.author),
            each.side,
            each.text,
            each.written_at,
            tuple(files.get(each.pk, ())),
        )
        for each in messages
    ]


def overdue(case: Case) -> bool:
    """Whether support should have answered or resolved it by now."""
    return case.due_at is not None and case.due_at <= clock.business_now()


def file(request: DoorRequest, number: str, id: UUID) -> HttpResponse:
    """A file to save: never shown in the page's place, and opened in nobody's name."""
    known = Attachment.objects.filter(case=loaded(request, number), pk=id)
    found = known.first()
    if found is None:
        raise Http404
    response = HttpResponse(bytes(found.content), content_type=found.media_type, headers=SANDBOX)
    response["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    return response


def field_errors(
    form: forms.Form, refused: Sequence[Any], fields: Mapping[str, str], other: str | None = None
) -> None:
    """Put every refusal beside the field that it is about."""
    for verdict in refused:
        name = fields.get(verdict.code, other)
        sentence = f"{verdict.reason} {verdict.remedy.text}".strip()
        form.add_error(name if name in form.fields else None, sentence)


FILE_REFUSALS = dict.fromkeys(
    ("too_many_files", "file_empty", "file_too_large", "file_type"), "attachments"
) | {"text_missing": "text"}
