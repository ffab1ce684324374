"""The dirty register's partners, accounts and people."""

from tests.feeds import dirt
from tests.feeds.dirt import Defect, cells, missing
from tests.feeds.keys import COUNTRIES, NAMES, ROLES, account_number, email, partner_number
from tests.feeds.sheet import CLEAN, Sheet
from tests.feeds.world import World

UNKNOWN_ACCOUNT = frozenset({dirt.UNKNOWN_ACCOUNT})
UNKNOWN_PARTNER = frozenset({dirt.UNKNOWN_PARTNER})


def write(world: World) -> None:
    _partners(world)
    _accounts(world)
    _people(world)


def _partners(world: World) -> None:
    defects: list[Defect] = [
        *cells(dirt.MALFORMED_NUMBER, 0, *dirt.MALFORMED_NUMBERS),
        *missing(0, 1, 2, 3, 7),
        *cells(dirt.NOT_A_CHOICE, 2, "vendor", "Reseller GmbH"),
        *cells(dirt.NOT_A_CHOICE, 3, "gone"),
        *cells(dirt.MALFORMED_EMAIL, 8, *dirt.MALFORMED_EMAILS),
        *cells(dirt.TOO_LONG, 1, dirt.LONG),
        dirt.too_few,
        dirt.too_many,
        dirt.twice,
        dirt.twice_otherwise(3, "gone", dirt.NOT_A_CHOICE),
    ]
    columns = (
        "account_number,name,kind,status,street,city,postal_code,country,email,website,"
        "authorized_countries,authorized_products"
    )
    with world.sheet("partners.csv", columns, newline="\r\n") as sheet:
        for place in range(world.partners):
            row = _partner(place)
            codes = world.spoil(row, defects, sheet, often=3)
            world.bad_partner[place] = bool(codes)
            sheet.row(row, codes)


def _partner(place: int) -> list[str]:
    country, _language = COUNTRIES[place % len(COUNTRIES)]
    kind = "distributor" if place % 10 == 9 else ("reseller", "solution_provider")[place % 2]
    status = ("active", "active", "active", "suspended", "terminated")[place % 5]
    return [
        partner_number(place),
        NAMES[place % len(NAMES)],
        kind,
        status,
        f"Street {place}",
        "Portland, OR",
        "97205",
        country,
        f"desk@partner{place}.example",
        f"https://partner{place}.example",
        "" if place % 3 else f"{country};AT",
        "" if place % 4 else "Draft Studio;Civil Suite",
    ]


def _accounts(world: World) -> None:
    """The first two are always good: the giant, and the one that lends its people to others."""
    defects: list[Defect] = [
        *cells(dirt.MALFORMED_NUMBER, 0, *dirt.MALFORMED_NUMBERS),
        *missing(0, 1, 2),
        *cells(dirt.TOO_LONG, 1, dirt.LONG),
        dirt.too_few,
        dirt.too_many,
        dirt.twice,
        dirt.twice_otherwise(1, "Another name"),
        dirt.twice_otherwise(1, "", dirt.MISSING),
    ]
    with world.sheet("accounts.csv", "account_number,name,country,language", bom=True) as sheet:
        for place in range(world.accounts):
            country, language = COUNTRIES[place % len(COUNTRIES)]
            row = [account_number(place), NAMES[place % len(NAMES)], country, language]
            codes = CLEAN if place < 2 else world.spoil(row, defects, sheet)
            world.bad_account[place] = bool(codes)
            sheet.row(row, codes)
            if place % 900 == 15:
                sheet.blank()
                sheet.row(["", "", "", ""], frozenset({dirt.MISSING}))


def _people(world: World) -> None:
    defects: list[Defect] = [
        *cells(dirt.MALFORMED_EMAIL, 0, *dirt.MALFORMED_EMAILS),
        *missing(0, 1, 2, 3),
        *cells(dirt.NOT_A_CHOICE, 3, "owner", "primary admin"),
        *cells(dirt.UNKNOWN_ACCOUNT, 2, lambda _old, n: f"8{n:09d}"),
        *cells(dirt.TOO_LONG, 1, dirt.LONG),
        dirt.too_few,
        dirt.too_many,
        dirt.twice,
        dirt.both(*missing(1), *cells(dirt.MALFORMED_EMAIL, 0, *dirt.MALFORMED_EMAILS[:1])),
    ]
    with world.sheet("people.csv", "email,name,belongs_to,role", newline="\r\n") as sheet:
        sheet.row(["ops@vendor.example", "Operations, Night Shift", "vendor", "operations"])
        _partner_people(world, sheet)
        for account in range(world.accounts):
            _account_people(world, sheet, account, defects)


def _partner_people(world: World, sheet: Sheet) -> None:
    for place in range(world.partners):
        row = [f"rep@partner{place}.example", "Rep", partner_number(place), "partner_rep"]
        sheet.row(row, UNKNOWN_PARTNER if world.bad_partner[place] else CLEAN)
        if place % 50 == 7:
            sheet.row([*row[:2], f"9{place:09d}", row[3]], UNKNOWN_PARTNER)


def _account_people(world: World, sheet: Sheet, account: int, defects: list[Defect]) -> None:
    for which, role in enumerate(ROLES):
        name = NAMES[(account + which) % len(NAMES)]
        row = [email(account, which), name, account_number(account), role]
        if world.bad_account[account]:
            codes = UNKNOWN_ACCOUNT
        else:
            codes = CLEAN if account < 2 else world.spoil(row, defects, sheet)
        world.bad_person[account * 3 + which] = bool(codes)
        sheet.row(row, codes)
        if role == "primary_admin" and not codes and account % 40 == 3:
            _second_primary_admin(sheet, account)
        elif role == "viewer" and not codes and account % 25 == 5:
            # One person, two accounts: a viewer here, a secondary admin of the giant.
            sheet.row([row[0], name, account_number(1), "secondary_admin"])


def _second_primary_admin(sheet: Sheet, account: int) -> None:
    row = [f"second.{account}@customer.example", "Second", account_number(account), ROLES[0]]
    sheet.row(row, frozenset({dirt.SECOND_PRIMARY_ADMIN}))
