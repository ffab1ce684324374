"""What a cell may hold."""

import pytest

from ofrecord.feeds import cells
from ofrecord.feeds.cells import Shape, Spoilt

GOOD: list[tuple[Shape, str, object]] = [
    (cells.text, "Harbour Works\r\nDept. 4", "Harbour Works Dept. 4"),
    (cells.text, "  Zoë\u00a0 Studio ", "Zoë Studio"),
    (cells.text, "=1+1", "=1+1"),
    (cells.email, "Ann@Alder.Example", "ann@alder.example"),
    (cells.day, "2028-02-29", "2028-02-29"),
    (cells.instant, "2026-03-29", "2026-03-29T00:00:00+00:00"),
    (cells.instant, "2025-05-01T09:30:00+02:00", "2025-05-01T09:30:00+02:00"),
    (cells.instant, "2025-05-01 09:30Z", "2025-05-01T09:30:00+00:00"),
    (cells.boolean, "true", "true"),
    (cells.whole_number, "0", "0"),
    (cells.country, "DE", "DE"),
    (cells.language, "pt-BR", "pt-BR"),
    (cells.account_number, "5100000001", "5100000001"),
    (cells.reference, "57-12345678", "57-12345678"),
    (cells.place, "vendor", "vendor"),
    (cells.several(cells.country), "DE; AT;;", ["DE", "AT"]),
]
BAD: list[tuple[Shape, str, str]] = [
    (cells.text, " \n ", "missing"),
    (cells.text, "x" * (cells.LONGEST + 1), "too_long"),
    (cells.text, "a\0b", "control_character"),
    (cells.text, "a\x1b[31mb", "control_character"),
    (cells.email, "no address", "malformed_email"),
    (cells.email, "a@b.example\nBcc: c@d.example", "malformed_email"),
    (cells.day, "2026-02-30", "not_a_date"),
    (cells.day, "20260228", "not_a_date"),
    (cells.day, "9999-12-31", "date_out_of_range"),
    (cells.instant, "2024-05-01T09:30:00", "not_a_date"),
    (cells.instant, "2024-05-01T25:00:00+01:00", "not_a_date"),
    (cells.instant, "0001-05-01T10:00:00+01:00", "date_out_of_range"),
    (cells.boolean, "TRUE", "not_a_boolean"),
    (cells.whole_number, "-1", "not_a_number"),
    (cells.whole_number, "12345678901", "not_a_number"),
    (cells.whole_number, "٣", "not_a_number"),
    (cells.country, "de", "malformed_country"),
    (cells.language, "english", "malformed_language"),
    (cells.address, "javascript:alert(1)", "malformed_address"),
    (cells.address, "https://a.example/\nx", "malformed_address"),
    (cells.account_number, "51000000011", "malformed_number"),
    (cells.account_number, "５１０００００００1", "malformed_number"),
    (cells.account_number, "5100000001\n", "malformed_number"),
    (cells.several(cells.country), "DE;Austria", "malformed_country"),
    (cells.several(cells.text), "x;" * cells.LONGEST_LIST, "too_long"),
]


@pytest.mark.parametrize(("shape", "cell", "staged"), GOOD)
def test_a_good_cell_is_staged_in_its_common_form(shape: Shape, cell: str, staged: object) -> None:
    assert shape(cell) == staged


@pytest.mark.parametrize(("shape", "cell", "code"), BAD)
def test_a_bad_cell_says_what_is_wrong(shape: Shape, cell: str, code: str) -> None:
    with pytest.raises(Spoilt) as spoilt:
        shape(cell)
    assert spoilt.value.code == code
