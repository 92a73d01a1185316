"""The words that invented lead lists are made of: names, places and habits of five countries."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Land:
    """A country's names, places and habits; the commonest names come first."""

    country: str
    given: str
    family: str
    cities: str
    forms: str
    mails: str
    mobile: Callable[[random.Random], str]
    prefix: str
    jobs: str


def _digits(rng: random.Random, size: int) -> str:
    return "".join(rng.choices("0123456789", k=size))


LANDS = (
    Land(
        "France",
        "Marie Jean Pierre Michel Philippe Nathalie Isabelle Sylvie Nicolas Julien Camille Thomas Léa Manon Chloé "
        "Marine Hélène François Jérôme Stéphane Céline Aurélie Benoît Zéphirine Gwenaëlle Maxime Alexandre Christophe",
        "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefèvre Michel Garcia "
        "David Bertrand Roux Vincent Fournier Girard Bonnet Lambert Fontaine Rousseau Chevalier Gauthier Quatrefages",
        "Paris Lyon Marseille Nantes Lille Bordeaux Toulouse Rennes Saint-Étienne Annecy",
        "SAS SARL SA SASU",
        "gmail.com orange.fr free.fr wanadoo.fr yahoo.fr",
        lambda rng: "6" + "39980" + _digits(rng, 3) if rng.random() < 0.2 else rng.choice("67") + _digits(rng, 8),
        "33",
        "Directeur commercial|Gérant|Responsable achats|Chef de projet|Assistante|DRH|PDG|Comptable",
    ),
    Land(
        "Deutschland",
        "Thomas Michael Andreas Peter Stefan Sabine Petra Monika Julia Anna Lukas Jürgen Jörg Günther Katharina Ulrike",
        "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein "
        "Wolf Schröder Neumann Krüger Groß Vogel Jäger",
        "Berlin Hamburg München Köln Frankfurt Stuttgart Düsseldorf Nürnberg",
        "GmbH AG KG GmbH_&_Co._KG",
        "gmx.de web.de gmail.com t-online.de",
        lambda rng: rng.choice(("151", "160", "170", "176")) + _digits(rng, 8),
        "49",
        "Geschäftsführer|Vertriebsleiter|Einkauf|Projektleiter|Assistenz|Buchhaltung",
    ),
    Land(
        "United Kingdom",
        "John David William James Robert Margaret Elizabeth Sarah Susan Jonathan Thomas Emma Katherine Andrew Edward "
        "Christopher Jennifer Daniel Matthew Rebecca",
        "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts "
        "Green Hall Wood Jackson Clarke O'Connor McDonald",
        "London Manchester Leeds Bristol Glasgow Birmingham Sheffield",
        "Ltd Limited PLC LLP",
        "gmail.com hotmail.co.uk btinternet.com yahoo.co.uk",
        lambda rng: "7" + rng.choice("4579") + _digits(rng, 8),
        "44",
        "Sales Director|Managing Director|Buyer|Project Manager|Office Manager|CEO|HR Manager",
    ),
    Land(
        "España",
        "María Carmen José Antonio Manuel Francisco Ana Laura Javier Carlos Isabel Lucía Pilar Miguel Jesús",
        "García González Rodríguez Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz "
        "Moreno Álvarez Muñoz",
        "Madrid Barcelona Valencia Sevilla Bilbao Málaga",
        "SL SA SLU",
        "gmail.com hotmail.es telefonica.net",
        lambda rng: "6" + _digits(rng, 8),
        "34",
        "Director comercial|Gerente|Compras|Jefe de proyecto|Contable",
    ),
    Land(
        "Italia",
        "Giuseppe Maria Anna Giovanni Antonio Francesco Luca Marco Francesca Giulia Chiara Alessandro Alessandra Paolo",
        "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti De_Luca Costa",
        "Milano Roma Torino Napoli Bologna Firenze",
        "SRL SpA S.r.l. S.p.A.",
        "gmail.com libero.it tiscali.it",
        lambda rng: "3" + rng.choice("2349") + _digits(rng, 8),
        "39",
        "Direttore vendite|Amministratore|Acquisti|Responsabile progetto",
    ),
)


def _listed(words: str) -> list[str]:
    return words.split()


SOUNDS = _listed(
    "ba be bo bri ca cha co da de dro du fa fe gui "
    "ha jo ka ke la le li lo ma me mo na ne pa per qua ra re ro sa ser ta te tri va ve vi wal za"
)
ENDS = _listed("bert chet dec fort gnac guet lard lin mann mond nard nec ric son tier vic ville witz zac")
TRADES = _listed(
    "Conseil Logistique Systems Industrie Media "
    "Pharma Énergie Software Textil Foods Bau Consulting Transports Solutions Partners"
)
SECTORS = "Industry|Retail|Software|Consulting|Logistics|Health|Energy|Food"
GENERIC = _listed("info contact sales office hello accueil kontakt admin")
NICK = {
    "Jonathan": "Jon", "William": "Bill", "Robert": "Bob", "Elizabeth": "Liz", "Margaret": "Maggie", "Thomas": "Tom",
    "Katherine": "Kate", "Christopher": "Chris", "Jennifer": "Jenny", "Daniel": "Dan", "Edward": "Ted",
    "Matthew": "Matt", "Andrew": "Andy", "Michael": "Mike", "Alexandre": "Alex", "Francisco": "Paco", "José": "Pepe",
    "Christophe": "Chris", "Isabelle": "Isa", "Giuseppe": "Beppe", "Alessandro": "Sandro", "Katharina": "Kathi",
}  # fmt: skip
NEAR = (("Marie", "Marine"), ("Jean", "Jeanne"), ("Julien", "Julian"), ("Léa", "Léo"), ("Francesco", "Francesca"))
_BARE = str.maketrans("áàâäãéèêëíîïóôöõúûüçñ", "aaaaaeeeeiiioooouuucn")


def bare(text: str) -> str:
    """Take the accents of Western letters."""
    return text.replace("ß", "ss").translate(_BARE).translate(str.maketrans("ÁÉÍÓÚÄÖÜÑÀÈÇ", "AEIOUAOUNAEC"))
