"""`ofrecord person`: inviting, another role, handing over, removing, enabling."""

from tests.cast import Cast
from tests.cli.conftest import Type
from tests.parties.reading import roles_of

ALDER = ("--belongs-to", "5100000001")


def test_an_operator_invites_somebody(cast: Cast, type_in: Type) -> None:
    words = ("--name", "Nia Bay", *ALDER, "--role", "viewer")
    ended = type_in("person", "invite", "nia@example.com", *words, "--json")
    assert (ended.code, ended.json["email"]) == (0, "nia@example.com")
    assert set(ended.json) == {"invitation", "email", "expires_at"}
    refused = type_in("person", "invite", "sam@example.com", *words)
    assert (refused.code, "works at Alder Works already" in refused.err) == (3, True)


def test_an_operator_changes_hands_over_and_removes(cast: Cast, type_in: Type) -> None:
    sam, pia = cast.people["sam"], cast.people["pia"]
    change = ("--role", "secondary_admin", "--to", "viewer")
    assert type_in("person", "change-role", sam.email, *ALDER, *change).code == 0
    assert roles_of(sam) == {("viewer", "Alder Works")}
    assert type_in("person", "hand-over", sam.email, *ALDER).code == 2
    assert type_in("person", "hand-over", sam.email, *ALDER, "--reason", " ").code == 3
    assert type_in("person", "hand-over", sam.email, *ALDER, "--reason", "Pia left.").code == 0
    assert roles_of(pia) == {("secondary_admin", "Alder Works")}
    stays = type_in("person", "remove", sam.email, *ALDER, "--role", "primary_admin")
    assert (stays.code, "always has a primary admin" in stays.err) == (3, True)
    removed = type_in("person", "remove", pia.email, *ALDER, "--role", "secondary_admin")
    assert (removed.code, roles_of(pia)) == (0, set())


def test_what_is_not_held_is_bad_usage(cast: Cast, type_in: Type) -> None:
    for act in ("remove", "change-role"):
        more = ("--to", "viewer") if act == "change-role" else ()
        words = (*ALDER, "--role", "auditor", *more)
        assert type_in("person", act, "sam@example.com", *words).code == 2


def test_an_operator_lets_somebody_in_again(cast: Cast, type_in: Type) -> None:
    assert type_in("person", "disable", "sam@example.com").code == 0
    assert type_in("person", "enable", "sam@example.com").code == 0
    assert type_in("person", "enable", "sam@example.com").code == 3
    cast.people["sam"].refresh_from_db()
    assert cast.people["sam"].is_active
