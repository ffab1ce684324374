"""The sixty partners: who they are, where they may sell, and what."""

from itertools import cycle

from ofrecord.cli.demo.ledger import Ledger
from ofrecord.cli.demo.people import email_of, invent
from ofrecord.cli.demo.places import PLACES
from ofrecord.cli.demo.sheets import Partner, Person
from ofrecord.cli.demo.story import (
    CAST,
    CIVIL,
    DRAFT,
    DRAFT_LT,
    FACADE,
    FLEX,
    PRODUCTS,
    RENDER,
    STORY,
    SURVEY,
)

RESELLER, SOLUTIONS, DISTRIBUTOR = "reseller", "solution_provider", "distributor"
NO_PLANT = (DRAFT, DRAFT_LT, CIVIL, RENDER, SURVEY, FLEX)

NAMED = (
    (STORY.reseller, "Brightline CAD", RESELLER, "active", "DE", ("DE", "AT"), (), "Lindenstr. 12"),
    (STORY.new_partner, "Cedar Systems", RESELLER, "active", "DE", ("DE", "AT"), NO_PLANT,
     "Hafenallee 3"),
    (STORY.distributor, "Halden Distribution", DISTRIBUTOR, "active", "DE", (), (), "Am Kai 40"),
    (STORY.former_partner, "Alpine Digital", RESELLER, "terminated", "AT", ("DE", "AT"), (),
     "Rosengasse 7"),
    (STORY.suspended_partner, "Nordkliff Datentechnik", RESELLER, "suspended", "DE", ("DE",), (),
     "Werkstr. 88"),
    (STORY.foreign_partner, "Sierra Ocre Soluciones", RESELLER, "active", "ES", ("ES",), (),
     "Calle del Olmo 5"),
    (STORY.one_product_partner, "Strahlwerk Visuals", RESELLER, "active", "DE", ("DE", "AT"),
     (RENDER, FACADE), "Gartenweg 21"),
    (STORY.services_partner, "Plangut Beratung", SOLUTIONS, "active", "DE", ("DE", "AT"), (),
     "Ahornallee 9"),
    (STORY.bulk_partner, "Fernhill Digital", SOLUTIONS, "active", "GB", ("GB",), NO_PLANT,
     "6 Canal Wharf"),
)  # fmt: skip

DOMAINS = {STORY.reseller: "brightline", STORY.distributor: "halden"}
CITIES = {STORY.reseller: ("Berlin", "10969"), STORY.new_partner: ("Hamburg", "20457")}

INVENTED = {
    "DE": ("Tannwerk Planung", "Sternau Bausysteme", "Uferkante CAD", "Moorfeld Konstruktion",
           "Kranich Entwurf", "Elsterhof Vertrieb"),
    "AT": ("Gipfelmass Systeme", "Enzian Bauplan", "Kaltbach Zeichenwerk", "Zirbental Technik"),
    "FR": ("Trait d'Encre", "Atelier Boréal Conseil", "Lignes de Seuil", "Corniche Numérique",
           "Garance Ingénierie", "Perche & Compas", "Ardoise Distribution"),
    "ES": ("Trazo Alto", "Cal y Canto Digital", "Plomada Ingenieros", "Azulejo Sistemas",
           "Ribera Diseño", "Retama Distribución"),
    "GB": ("Oakmoor Design Systems", "Thistledown CAD", "Plumbline & Daughters",
           "Saltmarsh Digital", "Wren Hollow Solutions", "Quillgate", "Tarn Edge Models",
           "Harrowbeck Distribution"),
    "US": ("Juniper Ridge Drafting", "Blue Heron Design Tech", "Copper Kettle CAD",
           "Prairie Line Solutions", "Tallgrass Modeling", "Fallow Creek Systems", "Mesa Ink",
           "Lantern Bay Distribution"),
    "BR": ("Traço Firme", "Ipê Projetos Digitais", "Pedra Lisa Sistemas", "Prumo & Nível",
           "Sabiá Modelagem", "Varanda Distribuição"),
    "JP": ("青葉設計システム", "松風キャド", "川辺デジタル", "水平線ソリューションズ",
           "千草モデリング", "東雲ディストリビューション"),
}  # fmt: skip
ROMAN = ("aoba-sekkei", "matsukaze-cad", "kawabe-digital", "suiheisen", "chigusa", "shinonome")

STATUSES = ("active",) * 5 + ("suspended", "active", "active", "terminated")
RANGES = ((), (), NO_PLANT, (), (DRAFT, DRAFT_LT, CIVIL), (), tuple(PRODUCTS[:7]))


def enlist(ledger: Ledger) -> None:
    for number, name, kind, status, country, countries, products, street in NAMED:
        domain = DOMAINS.get(number, name.lower().replace(" ", "-"))
        partner = _partner(ledger, number, name, domain, country)._replace(
            kind=kind,
            status=status,
            street=street,
            authorized_countries=countries,
            authorized_products=products,
        )
        city, code = CITIES.get(number, (partner.city, partner.postal_code))
        ledger.partners.append(partner._replace(city=city, postal_code=code))
    _invented(ledger)
    for partner in ledger.partners:
        _staff(ledger, partner)


def _invented(ledger: Ledger) -> None:
    statuses = cycle(STATUSES)
    ranges = cycle(RANGES)
    for country, names in INVENTED.items():
        for place, name in enumerate(names):
            domain = ROMAN[place] if country == "JP" else email_of(name).replace(".", "-")
            last = place == len(names) - 1
            partner = _partner(ledger, ledger.number("510", 7), name, domain, country)
            products = next(ranges)
            ledger.partners.append(
                partner._replace(
                    kind=DISTRIBUTOR if last else (SOLUTIONS if place % 3 == 2 else RESELLER),
                    status="active" if place == 0 or last else next(statuses),
                    authorized_countries=() if last else _territory(country),
                    authorized_products=() if last or place == 0 else products,
                )
            )


def _territory(country: str) -> tuple[str, ...]:
    return ("DE", "AT") if country in {"DE", "AT"} else (country,)


def _partner(ledger: Ledger, number: str, name: str, domain: str, country: str) -> Partner:
    place = PLACES[country]
    city, code = ledger.random.choice(place.cities)
    street = place.street.format(
        street=ledger.random.choice(place.streets), number=ledger.random.randrange(1, 90)
    )
    ledger.numbers.add(number)
    return Partner(
        account_number=number,
        name=name,
        kind=RESELLER,
        status="active",
        street=street,
        city=city,
        postal_code=code,
        country=country,
        email=f"partner@{domain}.example",
        website=f"https://www.{domain}.example",
        authorized_countries=(),
        authorized_products=(),
        language=place.language,
    )


def _staff(ledger: Ledger, partner: Partner) -> None:
    domain = partner.email.partition("@")[2]
    cast = [member for member in CAST if member.belongs_to == partner.account_number]
    for member in cast:
        ledger.people.append(Person(member.email, member.name, partner.account_number, member.role))
    for role in ("partner_admin", "partner_rep"):
        if role not in {member.role for member in cast}:
            person = invent(ledger, partner.country, domain, partner.account_number, role)
            ledger.people.append(person)
