"""The dirty register's agreements, their subscriptions and their partners of record."""

from tests.feeds import dirt
from tests.feeds.dirt import Defect, both, cells, clear, missing
from tests.feeds.keys import (
    COUNTRIES,
    MODELS,
    PRODUCTS,
    account_number,
    email,
    line_reference,
    partner_number,
    reference,
)
from tests.feeds.sheet import CLEAN, Codes, Sheet
from tests.feeds.world import World

UNKNOWN_PERSON = frozenset({dirt.UNKNOWN_PERSON})
UNKNOWN_ACCOUNT = frozenset({dirt.UNKNOWN_ACCOUNT})
UNKNOWN_AGREEMENT = frozenset({dirt.UNKNOWN_AGREEMENT})
UNKNOWN_PARTNER = frozenset({dirt.UNKNOWN_PARTNER})
TOO_MANY = frozenset({dirt.TOO_MANY_SUBSCRIPTIONS})
LENGTHS = (364, 729, 364, 1094, 364, 0)


def write(world: World) -> None:
    _agreements(world)
    _subscriptions(world)
    _of_record(world)


def _unknown(code: str, column: int, form: str) -> list[Defect]:
    return cells(code, column, lambda _old, n: form.format(n))


def _of_a_stranger(row: list[str], _n: int, _sheet: Sheet) -> Codes:
    """A contract manager who exists, in another account."""
    row[9] = email(1 if row[2] == account_number(0) else 0, 0)
    return frozenset({dirt.NO_ROLE_IN_ACCOUNT})


def _standard_tokens(row: list[str], _n: int, _sheet: Sheet) -> Codes:
    row[3:5] = ["standard", "true"]
    return frozenset({dirt.TOKEN_FLEX_NEEDS_EBA})


def _agreement_defects() -> list[Defect]:
    before = cells(dirt.END_BEFORE_START, 7, "1999-12-31")
    nowhere = [both(clear(9), *_unknown(dirt.UNKNOWN_ACCOUNT, 2, "8{:09d}"))]
    start = cells(dirt.NOT_A_DATE, 6, *dirt.NO_DATES)
    end = cells(dirt.NOT_A_DATE, 7, *dirt.NO_DATES)
    malformed = cells(dirt.MALFORMED_NUMBER, 2, *dirt.MALFORMED_NUMBERS[1:4])
    return [
        *cells(dirt.MALFORMED_NUMBER, 0, *dirt.MALFORMED_NUMBERS),
        *missing(0, 1, 6, 7),
        both(clear(9), *missing(2)),
        *(both(clear(9), defect) for defect in malformed),
        *start,
        *end,
        both(start[0], end[1]),
        *before,
        *cells(dirt.NOT_A_BOOLEAN, 4, *dirt.NO_BOOLEANS),
        *cells(dirt.NOT_A_BOOLEAN, 5, *dirt.NO_BOOLEANS),
        *cells(dirt.NOT_A_CHOICE, 1, "lease"),
        *cells(dirt.NOT_A_CHOICE, 3, "enterprise"),
        *_unknown(dirt.UNKNOWN_PERSON, 9, "nobody.{}@nowhere.example"),
        _of_a_stranger,
        *nowhere,
        both(*nowhere, *before),
        both(*nowhere, start[2], *cells(dirt.NOT_A_BOOLEAN, 5, "on")),
        _standard_tokens,
        dirt.too_few,
        dirt.too_many,
        dirt.twice,
        dirt.twice_otherwise(7, "2099-12-31"),
        dirt.twice_otherwise(7, "2026-02-30", dirt.NOT_A_DATE),
    ]


def _agreements(world: World) -> None:
    defects = _agreement_defects()
    columns = (
        "reference,purchasing_model,account_number,program,token_flex,auto_renew,start_date,"
        "end_date,country,contract_manager"
    )
    with world.sheet("agreements.csv", columns, bom=True) as sheet:
        for place in range(world.agreements):
            row, codes = _agreement(world, place)
            codes = codes or world.spoil(row, defects, sheet)
            world.bad_agreement[place] = bool(codes)
            sheet.row(row, codes)
            if place % 10_000 == 77:
                sheet.blank()


def _agreement(world: World, place: int) -> tuple[list[str], Codes]:
    """The row without a defect of its own, and what it suffers from those before it."""
    account, which = world.account_of(place), place % 3
    codes = UNKNOWN_ACCOUNT if world.bad_account[account] else CLEAN
    manager = ""
    if not codes and place % 10 > 2:
        manager = email(account, which)
        codes = UNKNOWN_PERSON if world.bad_person[account * 3 + which] else CLEAN
    length = LENGTHS[place % len(LENGTHS)]
    start = place * 7_919 % (length + 200) - length - 60
    row = [
        reference(place),
        MODELS[place % 4],
        account_number(account),
        "standard" if place % 33 else "eba",
        "false" if place % 66 else "true",
        "false" if place % 5 else "true",
        world.day(start),
        world.day(start + length),
        COUNTRIES[account % len(COUNTRIES)][0],
        manager,
    ]
    return row, codes


def _subscriptions(world: World) -> None:
    alone: list[Defect] = [
        *cells(dirt.MALFORMED_NUMBER, 0, *dirt.MALFORMED_NUMBERS),
        *missing(0, 1, 2, 3),
        *cells(dirt.NOT_A_NUMBER, 3, *dirt.NO_NUMBERS),
        *cells(dirt.TOO_LONG, 2, dirt.LONG),
        *_unknown(dirt.UNKNOWN_AGREEMENT, 1, "99{:010d}"),
        both(*missing(2), *cells(dirt.NOT_A_NUMBER, 3, "few")),
        dirt.too_few,
        dirt.too_many,
    ]
    # A second row under a stand-alone subscription would be one too many as well.
    shared = [*alone, dirt.twice, dirt.twice_otherwise(3, "7")]
    with world.sheet("subscriptions.csv", "reference,agreement_reference,product,seats") as sheet:
        for place in range(world.agreements):
            if MODELS[place % 4] == "contract":
                _lines(world, sheet, place, shared)
            elif place % 16 != 15:
                _lone_line(world, sheet, place, alone)


def _line(place: int, line: int) -> list[str]:
    product = PRODUCTS[(place + line) % len(PRODUCTS)]
    return [line_reference(place, line), reference(place), product, str(place % 400 + 1)]


def _lines(world: World, sheet: Sheet, place: int, defects: list[Defect]) -> None:
    for line in range((1, 2, 1, 1, 3, 1, 2, 0)[place % 8]):
        row = _line(place, line)
        bad = world.bad_agreement[place]
        codes = UNKNOWN_AGREEMENT if bad else world.spoil(row, defects, sheet)
        if line == 0:
            world.good_line[place] = not codes
        sheet.row(row, codes)


def _lone_line(world: World, sheet: Sheet, place: int, defects: list[Defect]) -> None:
    row = _line(place, 0)
    if world.bad_agreement[place]:
        sheet.row(row, UNKNOWN_AGREEMENT)
    elif place % 800 == 3:
        sheet.row(row, TOO_MANY)
        sheet.row([f"559-{place:08d}", *row[1:]], TOO_MANY)
    else:
        sheet.row(row, world.spoil(row, defects, sheet))


def _of_record_defects() -> list[Defect]:
    nowhere = [both(clear(4), *_unknown(dirt.UNKNOWN_AGREEMENT, 0, "99{:010d}"))]
    nobody = _unknown(dirt.UNKNOWN_PARTNER, 1, "9{:09d}")
    return [
        *missing(1, 2, 3),
        both(clear(4), *missing(0)),
        *cells(dirt.MALFORMED_NUMBER, 1, *dirt.MALFORMED_NUMBERS),
        *nobody,
        *nowhere,
        both(*nobody, *nowhere),
        *_unknown(dirt.UNKNOWN_SUBSCRIPTION, 4, "999-{:08d}"),
        *cells(dirt.UNKNOWN_SUBSCRIPTION, 4, line_reference(0, 0)),
        *cells(dirt.NOT_A_CHOICE, 2, "owner", "solution_provider"),
        *cells(dirt.NOT_A_DATE, 3, *dirt.NO_INSTANTS),
        dirt.too_few,
        dirt.too_many,
        dirt.twice,
        dirt.twice_otherwise(3, "2020-02-29"),
    ]


def _of_record(world: World) -> None:
    defects = _of_record_defects()
    columns = "agreement_reference,partner_account_number,role,effective_at,subscription_reference"
    with world.sheet("partners_of_record.csv", columns) as sheet:
        for place in range(1, world.agreements):
            # One in twenty is sold direct, and has none.
            if place % 20:
                _member(world, sheet, place, defects, "reseller")
            if place % 7 == 0:
                _member(world, sheet, place, defects, "distributor")
            if place % 29 == 0:
                _member(world, sheet, place, defects, "services")


def _member(world: World, sheet: Sheet, place: int, defects: list[Defect], role: str) -> None:
    partner = place * 40_503 // 64 % (world.partners // 10) * 10 + place % 9
    if role == "distributor":
        partner = partner // 10 * 10 + 9
    scoped = role == "reseller" and place % 12 == 1 and world.good_line[place]
    effective = world.day(-(place * 31 % 1900) - 5)
    if place % 6 == 0:
        effective += ("T09:30:00+02:00", "T00:00:00Z")[place % 4 // 2]
    row = [
        reference(place),
        partner_number(partner),
        role,
        effective,
        line_reference(place, 0) if scoped else "",
    ]
    codes = UNKNOWN_AGREEMENT if world.bad_agreement[place] else CLEAN
    if world.bad_partner[partner]:
        codes |= UNKNOWN_PARTNER
    sheet.row(row, codes or world.spoil(row, defects, sheet))
