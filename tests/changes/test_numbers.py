"""Change numbers: each once, short to say, impossible to enumerate, and misspellings found."""

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ofrecord.changes import numbers
from ofrecord.changes.numbers import CAPACITY, SYMBOLS, normalized, number

ORDINALS = st.integers(0, CAPACITY - 1)


@given(st.sets(ORDINALS, min_size=2, max_size=200))
def test_each_place_has_its_own_number(ordinals: set[int]) -> None:
    assert len({number(each) for each in ordinals}) == len(ordinals)


@given(st.integers(0, (1 << 35) - 1))
def test_the_places_are_permuted_within_their_range(ordinal: int) -> None:
    assert 0 <= numbers._permuted(ordinal) < CAPACITY


@given(ORDINALS)
def test_a_number_is_recognised_as_it_is(ordinal: int) -> None:
    text = number(ordinal)
    assert len(text) == 11 and text.startswith("PC-") and set(text[3:]) <= set(SYMBOLS)
    assert normalized(text) == text


@given(ORDINALS)
def test_a_number_is_recognised_as_people_type_it(ordinal: int) -> None:
    text = number(ordinal)
    alike = text[3:].replace("0", "o").replace("1", "l").lower()
    for typed in (text.lower(), text[3:], f" pc {alike[:4]} {alike[4:]} ", alike):
        assert normalized(typed) == text


@given(ORDINALS, st.integers(0, 7), st.sampled_from(SYMBOLS))
def test_one_wrong_symbol_is_found(ordinal: int, place: int, symbol: str) -> None:
    plain = number(ordinal)[3:]
    assume(plain[place] != symbol)
    assert normalized(plain[:place] + symbol + plain[place + 1 :]) is None


@given(ORDINALS, st.integers(0, 6))
def test_two_neighbours_swapped_are_found(ordinal: int, place: int) -> None:
    plain = number(ordinal)[3:]
    assume(plain[place] != plain[place + 1])
    swapped = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
    assert normalized(swapped) is None


@given(st.text(max_size=14))
def test_any_text_is_a_number_or_none(text: str) -> None:
    found = normalized(text)
    assert found is None or normalized(found) == found


def test_neighbours_tell_nothing_of_each_other() -> None:
    first = [number(ordinal) for ordinal in range(1_000)]
    alike = sum(a[3:6] == b[3:6] for a, b in pairwise(first))
    assert alike < 5
    assert first != sorted(first)


@pytest.mark.parametrize("ordinal", [-1, CAPACITY])
def test_there_is_no_number_outside_the_range(ordinal: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        number(ordinal)


def test_numbers_are_taken_once(db: None) -> None:
    taken = numbers.take(50) + numbers.take(1)
    assert len(set(taken)) == 51
    assert numbers.take(0) == []


def test_a_number_that_begins_as_all_do_is_understood_without_that() -> None:
    text = next(found for found in map(number, range(1 << 20)) if found.startswith("PC-PC"))
    for typed in (text, text[3:], text[3:].lower(), text.replace("-", "")):
        assert normalized(typed) == text


@given(ORDINALS)
def test_other_things_are_numbered_so_under_their_own_prefix(ordinal: int) -> None:
    text = number(ordinal, "ORD-")
    assert text == "ORD-" + number(ordinal)[3:]
    for typed in (text, text.lower(), text[4:], f" ord {text[4:]}"):
        assert normalized(typed, "ORD-") == text
    assert normalized(text) is None
