"""Sending letters: asked again who may have them, over real SMTP or only kept."""

from collections.abc import Callable, Iterator

import pytest
from django.core.mail import send_mail
from django.db.models import F
from pytest_django.fixtures import Settings

from ofrecord.changes.letter_addresses import addresses
from ofrecord.delivery import ladder
from ofrecord.delivery.context import as_system
from ofrecord.delivery.letters import one_line
from ofrecord.delivery.models import Letter
from ofrecord.delivery.posting import post
from ofrecord.parties.models import Partner, Person, Role
from tests.cast import Cast
from tests.databases import Copy
from tests.delivery.mail_server import MailServer, mail_server
from tests.delivery.running import KILLED, until, worker


@pytest.fixture
def cast(db: None) -> Cast:
    cast = Cast.enter()
    cast.change(cast.contract(manager="cora"))
    return cast


@pytest.fixture
def smtp(settings: Settings) -> Iterator[MailServer]:
    with mail_server() as server:
        settings.OFRECORD_SENDS_LETTERS = True
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield server


def states() -> dict[str, str]:
    """The state of each letter, by where it went or why it went nowhere."""
    with as_system():
        rows = Letter.objects.values_list("sent_to", "last_error", "state")
        return {sent_to or error: state for sent_to, error, state in rows}


EVERYBODY = {
    *("pia@example.com", "sam@example.com", "cora@example.com"),
    *("office@7200000001.example", "office@7200000002.example"),
}


def test_without_a_mail_server_letters_are_kept_as_sent(cast: Cast) -> None:
    assert post(addresses) == 5
    assert states() == dict.fromkeys(EVERYBODY, "sent")
    assert post(addresses) == 0


def test_letters_go_by_smtp_as_html_and_text(cast: Cast, smtp: MailServer) -> None:
    assert post(addresses) == 5
    assert set(smtp.recipients) == EVERYBODY
    assert states() == dict.fromkeys(EVERYBODY, "sent")
    for letter in smtp.letters:
        assert [part.get_content_type() for part in letter.walk()] == [
            *("multipart/alternative", "text/plain", "text/html")
        ]
        assert letter["Auto-Submitted"] == "auto-generated"
    assert len({letter["Message-ID"] for letter in smtp.letters}) == 5


def test_a_letter_sent_twice_has_the_same_message_id(cast: Cast, smtp: MailServer) -> None:
    post(addresses)
    with as_system():
        Letter.objects.update(state="waiting")
    post(addresses)
    assert len(smtp.letters) == 10
    assert len({letter["Message-ID"] for letter in smtp.letters}) == 5


def _loses_role(cast: Cast) -> None:
    Role.objects.filter(person=cast.people["sam"]).delete()


def _is_disabled(cast: Cast) -> None:
    Person.objects.filter(pk=cast.people["sam"].pk).update(is_active=False)


@pytest.mark.parametrize(
    ("meanwhile", "reason"),
    [
        (_loses_role, "the person no longer holds a role in the account"),
        (_is_disabled, "the person is no longer active"),
    ],
)
def test_who_has_lost_the_right_meanwhile_gets_nothing(
    cast: Cast, smtp: MailServer, meanwhile: Callable[[Cast], None], reason: str
) -> None:
    with as_system():
        meanwhile(cast)
    post(addresses)
    assert "sam@example.com" not in smtp.recipients
    assert states()[reason] == "withheld"
    assert len(smtp.letters) == 4


def test_a_partner_is_written_to_where_it_is_now(cast: Cast, smtp: MailServer) -> None:
    with as_system():
        Partner.objects.filter(pk=cast.gorse.pk).update(email="new@gorse.example")
        Partner.objects.filter(pk=cast.larkspur.pk).update(email="a@b.example\nBcc: c@d.example")
    post(addresses)
    assert "new@gorse.example" in smtp.recipients
    assert "office@7200000002.example" not in smtp.recipients
    assert states()["there is no usable address"] == "withheld"


def test_a_busy_mail_server_gets_it_again_and_a_final_no_is_final(
    cast: Cast, smtp: MailServer
) -> None:
    smtp.busy, smtp.refuses = 1, {"sam@example.com"}
    post(addresses)
    found = list(states().values())
    assert sorted(found) == ["parked", "sent", "sent", "sent", "waiting"]
    assert post(addresses) == 0
    with as_system():
        Letter.objects.filter(state="waiting").update(next_try_at=F("created_at"))
    assert post(addresses) == 1
    assert len(smtp.letters) == 4


def test_an_absent_mail_server_is_tried_for_days(cast: Cast, settings: Settings) -> None:
    settings.OFRECORD_SENDS_LETTERS = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    for _ in range(len(ladder.OF_LETTERS)):
        assert post(addresses) == 5
        with as_system():
            assert set(Letter.objects.values_list("state", flat=True)) == {"waiting"}
            Letter.objects.update(next_try_at=F("created_at"))
    post(addresses)
    with as_system():
        assert set(Letter.objects.values_list("state", flat=True)) == {"parked"}


def test_letters_about_sign_in_are_kept_too(db: None, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "ofrecord.delivery.kept.Kept"
    send_mail("Your\tpassword", "Text", None, ["pia@example.com"], html_message="<p>HTML</p>")
    with as_system():
        letter = Letter.objects.get()
    assert (letter.state, letter.sent_to, letter.html) == ("sent", "pia@example.com", "<p>HTML</p>")


def test_a_header_is_one_line() -> None:
    assert one_line("a\r\nBcc: b\u2028c\x00d ") == "a Bcc: b c d"
    assert len(one_line("x" * 999)) == 200


@pytest.mark.slow
@pytest.mark.parametrize("failpoint", ["letters.after_claim", "letters.after_send_before_mark"])
def test_a_worker_killed_over_letters_is_succeeded(fresh_database: Copy, failpoint: str) -> None:
    cast = Cast.enter()
    cast.change(cast.contract(manager="cora"))
    with worker(OFRECORD_FAILPOINT=failpoint) as first:
        assert first.dies() == KILLED
    assert set(states().values()) == {"waiting"}
    with worker() as second:
        until(lambda: set(states().values()) == {"sent"})
        assert second.stop() == 0
