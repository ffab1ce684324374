"""The eight countries of the demo: how their addresses look and what they call each other."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    country: str
    language: str
    street: str
    cities: tuple[tuple[str, str], ...]
    streets: tuple[str, ...]
    given: tuple[str, ...]
    family: tuple[str, ...]
    name: str = "{given} {family}"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GERMANY = Place(
    country="DE",
    language="de",
    street="{street} {number}",
    cities=(("Berlin", "10969"), ("Hamburg", "20457"), ("Leipzig", "04109"), ("Köln", "50667")),
    streets=("Lindenstr.", "Am Speicher", "Gartenweg", "Ahornallee", "Werkstr."),
    given=_words("Anna Björn Carla Dirk Elif Frank Greta Henning Ida Jürgen Katja Lukas"),
    family=_words("Albers Bachmann Cramer Dörfler Ebeling Faßbender Grothe Hölscher Jansen"),
)
AUSTRIA = Place(
    country="AT",
    language="de",
    street="{street} {number}",
    cities=(("Wien", "1070"), ("Graz", "8010"), ("Linz", "4020")),
    streets=("Rosengasse", "Mühlgasse", "Am Anger"),
    given=_words("Theresa Valentin Magdalena Severin Resi Korbinian"),
    family=_words("Aigner Brandstetter Eder Hinterleitner Kogler Moser"),
)
FRANCE = Place(
    country="FR",
    language="fr",
    street="{number} {street}",
    cities=(("Lyon", "69002"), ("Nantes", "44000"), ("Paris", "75011"), ("Lille", "59000")),
    streets=("rue des Tilleuls", "quai de la Fonderie", "avenue du Moulin", "rue de l'Écluse"),
    given=_words("Aurélie Benoît Chloé Damien Élodie François Gaëlle Hervé Inès Julien"),
    family=_words("Aubert Besson Carpentier Delmas Estève Fournel Guérin Jacquet Lacombe"),
)
SPAIN = Place(
    country="ES",
    language="es",
    street="{street} {number}",
    cities=(("Valencia", "46003"), ("Sevilla", "41001"), ("Bilbao", "48009"), ("Madrid", "28014")),
    streets=("Calle del Olmo", "Avenida de la Estación", "Plaza del Molino", "Paseo del Río"),
    given=_words("Álvaro Beatriz César Dolores Emilio Fátima Gonzalo Inmaculada Joaquín"),
    family=_words("Aguilar Benítez Cordero Domínguez Escudero Fuentes Ibáñez Marín Núñez"),
)
BRITAIN = Place(
    country="GB",
    language="en",
    street="{number} {street}",
    cities=(("Leeds", "LS1 4AP"), ("Bristol", "BS1 5TR"), ("Glasgow", "G2 1DY")),
    streets=("Mill Lane", "Foundry Street", "Canal Wharf", "Orchard Road"),
    given=_words("Alice Bilal Charlotte Duncan Eleanor Fergus Harriet Imran Joanna Kofi"),
    family=_words("Ashworth Birtwistle Chaudhry Drummond Entwistle Farrow Goodall Hargreave"),
)
STATES = Place(
    country="US",
    language="en",
    street="{number}00 {street}",
    cities=(("Portland, OR", "97205"), ("Austin, TX", "78701"), ("Columbus, OH", "43215")),
    streets=("Market Street", "Cedar Avenue", "Harbor Boulevard", "2nd Street, Suite 4"),
    given=_words("Aaron Brianna Carlos Denise Elijah Faith Gabriel Hannah Isaiah Jasmine"),
    family=_words("Abbott Boyd Castillo Donovan Everett Franklin Greene Hutchins Ingram O'Neal"),
)
BRAZIL = Place(
    country="BR",
    language="pt-br",
    street="{street}, {number}",
    cities=(("São Paulo", "01310-100"), ("Curitiba", "80020-310"), ("Recife", "50030-230")),
    streets=("Rua das Acácias", "Avenida do Porto", "Travessa da Estação"),
    given=_words("Antônia Breno Cecília Danilo Eduarda Flávio Giovana Heitor Iara João"),
    family=_words("Araújo Brandão Conceição Dutra Esteves Figueiró Guimarães Macêdo"),
)
JAPAN = Place(
    country="JP",
    language="ja",
    street="{street}{number}",
    cities=(
        ("東京都千代田区", "101-0047"),
        ("大阪市北区", "530-0001"),
        ("名古屋市中区", "460-0008"),
    ),
    streets=("緑町1-", "川端2-4-", "工房通3-"),
    given=_words("健|Ken 美咲|Misaki 翔太|Shota 由美|Yumi 大輔|Daisuke さくら|Sakura"),
    family=_words(
        "佐伯|Saeki 森山|Moriyama 藤原|Fujiwara 小林|Kobayashi 野口|Noguchi 石川|Ishikawa"
    ),
    name="{family} {given}",
)

PLACES = {
    place.country: place
    for place in (GERMANY, AUSTRIA, FRANCE, SPAIN, BRITAIN, STATES, BRAZIL, JAPAN)
}
