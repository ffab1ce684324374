"""The forty-one accounts and the people who administer them; and the vendor's own staff."""

from ofrecord.cli.demo.ledger import Ledger
from ofrecord.cli.demo.people import email_of, invent
from ofrecord.cli.demo.places import PLACES
from ofrecord.cli.demo.sheets import Account, Person
from ofrecord.cli.demo.story import CAST, STORY

NAMED = (
    (STORY.account, STORY.account_name, "DE", "orchid-architects"),
    (STORY.sister_account, "Orchid Interiors", "AT", "orchid-interiors"),
    (STORY.other_account, "Atelier Lefèvre", "FR", "atelier-lefevre"),
    (STORY.both_sides_account, "Kestrelberg Ingenieure", "DE", "kestrelberg"),
    (STORY.bulk_account, "Meridian Hospitals", "GB", "meridian-hospitals"),
    (STORY.large_account, "Northgate Rail", "GB", "northgate-rail"),
)

INVENTED = {
    "DE": ("Sandbank Brückenbau", "Weidenhof Wohnen", "Stadtwerke Grünau", "Hochkai Statik",
           "Lerchenfeld Tragwerke"),
    "AT": ("Steinadler Alpinbau", "Donaukiesel Planung", "Murtaler Holzbau"),
    "FR": ("Ponts de l'Aubrac", "Canopée Urbanisme", "Ville de Saint-Orme", "Halle & Verrière"),
    "ES": ("Puentes del Levante", "Arquitectura Mirasol", "Obras Peñalba", "Agua Clara, S.A."),
    "GB": ("Hollowell Bridges", "Kittiwake Marine", "Borough of Eastmere", "Larch & Lime Studio",
           "Pennygate Water"),
    "US": ("Redwing Structural", "Willow Bend County", "Stonecutter Homes, Inc.",
           "Gulfwind Energy", 'The "Skylight" Studio', "Cinder Mesa Mining"),
    "BR": ("Pontes do Cerrado", "Arquitetura Maré Alta", "Construtora Ipuã", "Metrô de Itabira"),
    "JP": ("若竹建築設計", "潮見橋梁", "みどり都市計画", "白樺住宅"),
}  # fmt: skip
ROMAN = ("wakatake", "shiomi", "midori-toshi", "shirakaba")

EXTRA = (
    (STORY.viewer, "Tim Krause", STORY.account, "viewer"),
    (STORY.contract_manager, "Mia Santos", STORY.account, "viewer"),
    (STORY.two_accounts, "Lea Hoffmann", STORY.account, "secondary_admin"),
    (STORY.both_sides, "Emil Brandt", STORY.both_sides_account, "secondary_admin"),
    ("peter.osterloh@larkfield.example", "Peter Osterloh", "vendor", "operations"),
)


def open_accounts(ledger: Ledger) -> None:
    for number, name, country, domain in NAMED:
        _open(ledger, number, name, country, domain)
    for country, names in INVENTED.items():
        for place, name in enumerate(names):
            domain = ROMAN[place] if country == "JP" else email_of(name).replace(".", "-")
            _open(ledger, ledger.number("410", 7), name, country, domain)
    for email, name, belongs_to, role in EXTRA:
        ledger.people.append(Person(email, name, belongs_to, role))
    for member in CAST:
        if member.belongs_to == "vendor":
            ledger.people.append(Person(member.email, member.name, "vendor", member.role))


def _open(ledger: Ledger, number: str, name: str, country: str, domain: str) -> None:
    ledger.numbers.add(number)
    ledger.accounts.append(Account(number, name, country, PLACES[country].language))
    cast = {member.role: member for member in CAST if member.belongs_to == number}
    roles = ["primary_admin", "secondary_admin", "viewer"]
    roles += ["secondary_admin"] * ledger.random.randrange(2)
    roles += ["viewer"] * ledger.random.randrange(3)
    for role in roles:
        member = cast.pop(role, None)
        if member and role != "viewer":
            ledger.people.append(Person(member.email, member.name, number, role))
        elif number != STORY.account:
            ledger.people.append(invent(ledger, country, f"{domain}.example", number, role))


def manager_of(ledger: Ledger, account: Account) -> str:
    """A contract manager for that account: often somebody without admin rights."""
    people = [row for row in ledger.people if row.belongs_to == account.account_number]
    return ledger.random.choice([row for row in people if row.role != "primary_admin"]).email
