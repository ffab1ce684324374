"""Invented people with the names of their country and an address that can be written in ASCII."""

import re
import unicodedata

from ofrecord.cli.demo.ledger import Ledger
from ofrecord.cli.demo.places import PLACES
from ofrecord.cli.demo.sheets import Person


def email_of(name: str) -> str:
    """`Aurélie Besson` becomes `aurelie.besson`."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore")
    return ".".join(re.findall(r"[a-z]+", plain.decode().lower()))


def invent(ledger: Ledger, country: str, domain: str, belongs_to: str, role: str) -> Person:
    """Somebody new in that role, whose address nobody else has."""
    place = PLACES[country]
    taken = {person.email for person in ledger.people}
    while True:
        given, _, given_roman = ledger.random.choice(place.given).partition("|")
        family, _, family_roman = ledger.random.choice(place.family).partition("|")
        local = email_of(f"{given_roman or given} {family_roman or family}")
        email = f"{local}@{domain}"
        if email not in taken:
            name = place.name.format(given=given, family=family)
            return Person(email, name, belongs_to, role)
