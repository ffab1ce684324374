import pytest

from ofrecord.web import theme


@pytest.mark.parametrize("colour", ["#0b5d57", "#ffe600", "#ff0000", "#ffffff", "#000000"])
def test_any_colour_of_a_vendor_can_be_read_on_paper_and_in_the_dark(colour: str) -> None:
    chosen = theme.accent(colour)
    assert theme.contrast(chosen.light, theme.PAPER) >= 4.5
    assert theme.contrast(chosen.dark, theme.NIGHT) >= 4.5
    assert theme.contrast(chosen.on_light, chosen.light) >= 4.5
    assert theme.contrast(chosen.on_dark, chosen.dark) >= 4.5


def test_a_colour_that_can_be_read_already_stays_the_vendors() -> None:
    assert theme.accent("#0b5d57").light == "#0b5d57"


def test_contrast_is_what_the_guidelines_define() -> None:
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert theme.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_a_colour_that_is_no_colour_is_refused() -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        theme.accent("#fff")
