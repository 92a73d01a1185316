"""Names: one person or two, in seven languages; equal names; joining and safe splitting."""

from __future__ import annotations

import unicodedata
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk_io import names

ONE_PERSON = """
Jean Dupont|jean dupont
Jean Dupont|JEAN DUPONT
Jean Dupont|Dupont Jean
DUPONT Jean|Jean Dupont
Dupont, Jean|Jean Dupont
J. Dupont|Jean Dupont
J. Dupont|Jeanne Dupont
Jean D.|Jean Dupont
J.D.|Jean Dupont
Dupont|Jean Dupont
Jean|Jean Dupont
Jean Dupond|Jean Dupont
Jean Duppont|Jean Dupont
Jaen Dupont|Jean Dupont
Loïc Fontain|Loïc Fontaine
Éléonore Lefèvre|Eleonore Lefevre
Eléonore Lefebvre|Éléonore Lefevre
Jean-Pierre Martin|Jean Pierre Martin
Jean-Pierre Martin|Jeanpierre Martin
Jean-Pierre Martin|J.-P. Martin
Jean-Pierre Martin|JP Martin
J.-P. Martin|JP Martin
J P Martin|Jean-Pierre Martin
Jean Dupont|Jean Dupont (Acme)
Jean Dupont (Acme)|Jean Dupont (Beta)
Jean Dupont|M. Jean Dupont
M Dupont|Jean Dupont
Mme Marie Durand|Marie Durand
Madame Durand Marie|Marie Durand
Me Paul Petit|Paul Petit
M. et Mme Dupont|Jean Dupont
Marie Durand|Marie Durand-Petit
Marie Petit|Marie Durand-Petit
Marie Durand Petit|Durand-Petit Marie
Jean de la Tour|Jean Latour
Jean de La Fontaine|Jean Delafontaine
Anne d'Estaing|Anne Destaing
Anne d’Estaing|Anne d'Estaing
Charles de Villiers|Charles Villiers
Alex Moreau|Alexandre Moreau
Alex Moreau|Alexandra Moreau
Fred Moreau|Frédéric Moreau
Manu Leroy|Emmanuelle Leroy
Steph Leroy|Stéphane Leroy
Seb Leroy|Sébastien Leroy
Nico Leroy|Nicolas Leroy
Ph. Leroy|Philippe Leroy
Mathieu Leroy|Matthieu Leroy
Mohamed Benali|Mohammed Ben Ali
Mohamed El Amrani|Mohamed Amrani
Youssef Haddad|Yusuf Haddad
Yassin Haddad|Yassine Haddad
Boulangerie Martin|Martin Boulangerie SARL
Boulangerie Martin|BOULANGERIE MARTIN (Lyon)
jean.dupont@example.com|Jean Dupont
+33 6 39 98 00 01|Jean Dupont
🔥|Jean Dupont
Jean Dupont 🔥|Jean Dupont
|Jean Dupont
Bob Smith|Robert Smith
Bill Gatewood|William Gatewood
Liz Taylor|Elizabeth Taylor
Peggy Olson|Margaret Olson
Mike Jones|Michael Jones
Kate Brown|Katherine Brown
Catherine Brown|Kathryn Brown
Tony Hale|Anthony Hale
Jon Hale|Jonathan Hale
Steven Hale|Stephen Hale
Robert "Bob" Smith|Bob Smith
Dr. John Watson|John Watson
Mr John H. Watson|John Watson
John A. Smith|John Andrew Smith
John Smith Jr.|John Smith Junior
John Smith, PhD|John Smith
Patrick O'Brien|Patrick OBrien
Patrick O'Brien|Patrick O Brien
Patrick O’Brien|O'BRIEN Patrick
Ronald McDonald|Ronald Mac Donald
Sean Connor|Seán Connor
Sarah Miller|Sara Miller
Smith|Smith John
Hans Müller|Hans Mueller
Hans Müller|Hans Muller
Johannes Müller|Hans Mueller
Herr Hans Weiß|Hans Weiss
Frau Dr. Anna Groß|Anna Gross
Dipl.-Ing. Karl Maier|Karl Meier
Kathi Bauer|Katharina Bauer
Uli Bauer|Ulrich Bauer
Chr. Bauer|Christian Bauer
Jürgen von der Heide|Juergen Heide
Jörg Schäfer|Joerg Schaefer
Günter Schmid|Günther Schmid
Stefan Köhler|Stephan Koehler
Karl-Heinz Groß|Karlheinz Gross
Sepp Huber|Josef Huber
Maria Garcia Lopez|Maria Garcia
María García López|Maria Garcia Lopez
Sr. Juan Pérez|Juan Perez
Sra. Ana Ruiz|Ana Ruiz
Pepe Ruiz|José Ruiz
Paco Ruiz|Francisco Ruiz
Nacho Ruiz|Ignacio Ruiz
Lola Ruiz|Dolores Ruiz
José Luis Gómez|Jose Gomez
Luis Gonzales|Luis González
Maria del Carmen Soto|Maria Carmen Soto
Dott. Giuseppe Verdi|Giuseppe Verdi
Dott.ssa Maria Verdi|Maria Verdi
Sig.ra Maria Verdi|Maria Verdi
Ing. Beppe Verdi|Giuseppe Verdi
Gigi Conti|Luigi Conti
Mimmo Conti|Domenico Conti
Sandro D'Angelo|Alessandro Dangelo
Gianluca De Luca|Gianluca Deluca
Niccolò Rossi|Nicolo Rossi
Jan van den Berg|Jan Vandenberg
Jan van den Berg|Jan Berg
Annemarie van den Berg|Anne-Marie Vandenberg
Dhr. Kees de Vries|Cornelis de Vries
Mevr. Els Jansen|Elisabeth Jansen
Henk Jansen|Hendrik Jansen
Piet Janssen|Pieter Janssen
Thijs Bakker|Matthijs Bakker
Wim Bakker|Willem Bakker
Zé Silva|José Silva
João da Silva|Joao Silva
Chico Souza|Francisco Souza
Luís Souza|Luiz Souza
Sr. António Costa|Antonio Costa
Teresa Costa|Tereza Costa
João Costa e Silva|Joao Costa Silva
Søren Ødegård|Soren Odegaard
Łukasz Wójcik|Lukasz Wojcik
Øyvind Sørensen|Oyvind Soerensen
Anna Ivanov|Anna Ivanova
Иван Петров|ПЕТРОВ Иван
山田 太郎|山田太郎
李伟 (Li Wei)|Li Wei
Ｊｅａｎ Dupont|Jean Dupont
Lead 12|lead 012
Lead 12|Lead
"""

TWO_PEOPLE = """
Jean Dupont|Jeanne Dupont
Michel Dupont|Michelle Dupont
Daniel Dupont|Danielle Dupont
Paul Dupont|Paula Dupont
Paul Dupont|Paule Dupont
Mario Rossi|Maria Rossi
Paolo Rossi|Paola Rossi
Andrea Rossi|Andreas Rossi
Francesco Rossi|Francesca Rossi
Christian Roux|Christiane Roux
Christian Roux|Christine Roux
Emmanuel Roux|Emmanuelle Roux
Gabriel Roux|Gabrielle Roux
François Roux|Françoise Roux
Frédéric Roux|Frédérique Roux
Valentin Roux|Valentine Roux
Laurent Roux|Laurence Roux
Simon Roux|Simone Roux
René Roux|Renée Roux
André Roux|Andrée Roux
Denis Roux|Denise Roux
Louis Roux|Louise Roux
Alexandre Roux|Alexandra Roux
Julien Roux|Julie Roux
Lucien Roux|Lucienne Roux
Marie Dupont|Pierre Dupont
Marie et Pierre Dupont|Jean Dupont
M. Dupont|Mme Dupont
Herr Schmidt|Frau Schmidt
Mr Smith|Mrs Smith
Sr. García|Sra. García
Paul Martin|Paul Bernard
Paul Martin|Martin Dupont
J. Dupont|Marie Dupont
J. Dupont|P. Dupont
JP Martin|Jean-Claude Martin
John A. Smith|John B. Smith
John Smith Jr|John Smith Sr
Marc Petit|Marie Petit
Anna Petit|Anne Petit
Julie Petit|Julia Petit
Eric Petit|Erica Petit
Jose Petit|Josef Petit
Jean Petit|Jan Petit
Jean Petit|Joan Petit
Alain Petit|Alan Petit
Marin Petit|Martin Petit
Marion Petit|Mario Petit
Amel Haddad|Amal Haddad
Karim Haddad|Karima Haddad
Samir Haddad|Samira Haddad
Hamid Haddad|Hafid Haddad
Lea Petit|Leo Petit
Noa Petit|Noe Petit
Tim Petit|Tom Petit
Xavio Brzk|Xavia Brzk
Bob Smith|Bill Smith
Alexandre Moreau|Alexis Moreau
Stéphane Leroy|Stéphanie Leroy
Jean-Pierre Martin|Jean-Paul Martin
Marie-Claude Martin|Marie-Laure Martin
Marie Durand|Marie Petit
Maria Garcia Lopez|Maria Garcia Perez
Dupont (Jean)|Dupont (Marie)
Van Nguyen|Minh Nguyen
Li Da|Li Wei
Tim Lee|Tim Lew
Jean Roux|Jean Doux
Jean Lenoir|Jean Renoir
Jean Martin|Luc Bernard
Test 1|Test 2
Lead 12|Lead 13
Lead (1)|Lead (2)
lead12|lead13
12|13
Contact 2024 1|Contact 2024 2
Boulangerie Martin|Boucherie Martin
Boulangerie Martin|Garage Dupont
Acme GmbH|Beta GmbH
Acme Lyon SARL|Acme Paris SARL
Hans Müller|Heidi Müller
Karl Maier|Kurt Maier
Jan de Vries|Piet de Vries
Klaas de Vries|Kees de Vries
João Silva|Joana Silva
José Silva|Josefa Silva
Carlos Ruiz|Carla Ruiz
Antonio Ruiz|Antonia Ruiz
Fernando Ruiz|Fernanda Ruiz
Giulio Conti|Giulia Conti
Иван Петров|Мария Петрова
山田太郎|山田次郎
राम|रमा
Maria Sá|Maria Costa
"""


def pairs(table: str) -> list[tuple[str, str]]:
    """Read a table of pairs, one a line."""
    return [(a, b) for a, b in (line.split("|") for line in table.strip().splitlines())]


@pytest.mark.parametrize(("a", "b"), pairs(ONE_PERSON), ids=str)
def test_one_person_fits(a: str, b: str) -> None:
    """Spellings of one person's name fit, from either side."""
    assert names.fits(a, b)
    assert names.fits(b, a)


@pytest.mark.parametrize(("a", "b"), pairs(TWO_PEOPLE), ids=str)
def test_two_people_do_not_fit(a: str, b: str) -> None:
    """Couples, brothers and sisters, namesakes and numbered leads stay apart, from either side."""
    assert not names.fits(a, b)
    assert not names.fits(b, a)


LATIN = st.text("abcdefghijklmnopqrstuvwxyzABCÀÉÈÊËÎÏÔÖÙÛÜÇàâäåéèêëîïñôöøùûüçłß'-. ()0123456789", max_size=24)
REAL = st.sampled_from([name for pair in pairs(ONE_PERSON + TWO_PEOPLE.lstrip()) for name in pair])
ANY = st.one_of(REAL, LATIN, st.text(max_size=24))


@settings(deadline=None, max_examples=200)
@given(ANY, ANY)
def test_fitting_is_symmetric(a: str, b: str) -> None:
    """The order of the two texts does not matter, and equal names fit."""
    assert names.fits(a, b) == names.fits(b, a)
    assert names.same(a, b) == names.same(b, a)
    if names.same(a, b):
        assert names.fits(a, b)


@settings(deadline=None, max_examples=100)
@given(ANY, st.randoms(use_true_random=False))
def test_words_in_any_order_fit(text: str, chance: Random) -> None:
    """A name fits itself, in capitals, and with its words in any order."""
    words = text.split()
    chance.shuffle(words)
    assert names.fits(text, text)
    assert names.same(text, text)
    assert names.fits(text, text.upper()) or not text.isascii()
    assert names.fits(text, " ".join(words))


@settings(deadline=None, max_examples=100)
@given(st.one_of(REAL, LATIN))
def test_names_without_their_accents_fit(text: str) -> None:
    """Dropping accents and case changes nothing."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not "\u0300" <= c <= "\u036f").lower()
    assert names.same(text, bare)
    assert names.fits(text, bare)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("Jean Dupont", "DUPONT jean", True),
        ("Éléonore Lefèvre", "eleonore  lefevre", True),
        ("Jean-Pierre Martin", "Martin, Jean Pierre", True),
        ("Groß", "GROSS", True),
        ("", "", True),
        ("Müller", "Mueller", False),
        ("J. Dupont", "Jean Dupont", False),
        ("Jean Dupont", "M. Jean Dupont", False),
        ("Bob Smith", "Robert Smith", False),
        ("Jean Dupont", "Jean Dupond", False),
        ("", "Jean", False),
        ("🔥", "", False),
        ("Test 1", "Test 2", False),
    ],
    ids=str,
)
def test_same_overlooks_only_case_accents_and_order(a: str, b: str, expected: bool) -> None:
    """Anything more than case, accents, order and spacing is a difference worth an update."""
    assert names.same(a, b) is expected


@pytest.mark.parametrize(
    ("first", "last", "full"),
    [
        ("Jean", "Dupont", "Jean Dupont"),
        (" Jean  Pierre ", "", "Jean Pierre"),
        ("", "Dupont", "Dupont"),
        ("", "", ""),
        ("Jean Dupont", "Dupont Jean", "Jean Dupont"),
        ("Thomas", "Thomas", "Thomas Thomas"),
    ],
    ids=str,
)
def test_join_makes_a_full_name(first: str, last: str, full: str) -> None:
    """First name first, single spaces, a full name in both columns once."""
    assert names.join(first, last) == full


@pytest.mark.parametrize(
    ("full", "first", "last"),
    [
        ("Dupont, Jean", "Jean", "Dupont"),
        ("de la Fontaine, Jean", "Jean", "de la Fontaine"),
        ("Dr. Dupont, Jean", "Jean", "Dupont"),
        ("Dupont, M. Jean", "Jean", "Dupont"),
        ("Martin Lopez, Carla", "Carla", "Martin Lopez"),
        ("Smith, John A.", "John A.", "Smith"),
        ("DUPONT Jean", "Jean", "DUPONT"),
        ("Jean DUPONT", "Jean", "DUPONT"),
        ("M. DUPONT Jean-Pierre", "Jean-Pierre", "DUPONT"),
        ("Jean Pierre DUPONT", "Jean Pierre", "DUPONT"),
        ("DE LA TOUR Anne", "Anne", "DE LA TOUR"),
        ("Jan van den BERG", "Jan", "van den BERG"),
        ("O'BRIEN Patrick", "Patrick", "O'BRIEN"),
        ("Élodie LEFÈVRE", "Élodie", "LEFÈVRE"),
        ("LI Wei", "Wei", "LI"),
    ],
    ids=str,
)
def test_split_where_the_writing_says_which_is_which(full: str, first: str, last: str) -> None:
    """A comma, or capitals beside mixed case, tells the last name; titles are dropped."""
    assert names.split(full) == (first, last)


@pytest.mark.parametrize(
    ("full", "first", "last"),
    [
        ("Jean Dupont", "Jean", "Dupont"),
        ("Dupont Jean", "Jean", "Dupont"),
        ("JEAN DUPONT", "JEAN", "DUPONT"),
        ("jean dupont", "jean", "dupont"),
        ("Mme Sophie Lefèvre", "Sophie", "Lefèvre"),
        ("Müller Sabine", "Sabine", "Müller"),
        ("Herr Jürgen Groß", "Jürgen", "Groß"),
        ("Sra. Lucía Fernández", "Lucía", "Fernández"),
        ("Dott.ssa Giulia Bianchi", "Giulia", "Bianchi"),
        ("Mevr. Anneke Visser", "Anneke", "Visser"),
        ("Exma. Sra. Joana Ferreira", "Joana", "Ferreira"),
        ("Jean-Pierre Dupont", "Jean-Pierre", "Dupont"),
        ("Marie Dupont-Lefèvre", "Marie", "Dupont-Lefèvre"),
        ("Ludovic de la Tour", "Ludovic", "de la Tour"),
        ("Vincenzo da Silva", "Vincenzo", "da Silva"),
        ("Hassan Benali", "Hassan", "Benali"),
        ("Chloé O'Brien", "Chloé", "O'Brien"),
    ],
    ids=str,
)
def test_two_words_are_split_where_one_is_a_known_first_name(full: str, first: str, last: str) -> None:
    """In either order, whatever the case; titles are dropped, particles stay with the last name."""
    assert names.split(full) == (first, last)


@pytest.mark.parametrize(
    "full",
    ["Jean Martin", "Martin Dupont", "Dupont Martin", "Xylo Dupont", "Jean Pierre", "Benali Hassan", "Jean",
     "DUPONT", "", "Saint Denis", "Le Goff", "da Conceição", "Weber, Klein y Ruiz", "Chez Julie",
     "Team Sophie", "Contact Sophie", "Jean Dupont Lyon", "Sophie 2",
     "Acme, Inc", "MARTIN SARL",
     "Boulangerie MARTIN", "Martin, S.A.", "Acme S.A.", "Müller GmbH", "Jean Dupont, Lyon", "Jean Dupont PDG",
     "JP Martin", "Jean D.", "Dupont, Jean, Paris", "Dupont,", ", Jean", "Dupont, M.", "Jean et Marie DUPONT",
     "DUPONT Jean & Marie",
     "DUPONT Jean 2", "Jean DUPONT (Acme)", "Jean DUPONT Paris", "李伟", "Иван Петров"],
    ids=str,
)  # fmt: skip
def test_split_gives_up_where_it_is_not_safe(full: str) -> None:
    """Words that are family names, too, or none that we know, companies, couples, notes and places are not split."""
    assert names.split(full) is None


@pytest.mark.parametrize(
    ("full", "first", "last"),
    [
        ("Maria del Carmen Lopez", "Maria del Carmen", "Lopez"),
        ("Jean Pierre Dupont", "Jean Pierre", "Dupont"),
        ("Juan Carlos Pérez", "Juan Carlos", "Pérez"),
        ("Anna Maria van den Berg", "Anna Maria", "van den Berg"),
        ("John F. Kennedy", "John F.", "Kennedy"),
        ("Dupont Jean Pierre", "Jean Pierre", "Dupont"),
        ("Dr. Anna Maria Weber", "Anna Maria", "Weber"),
        ("de La Fontaine Jean", "Jean", "de La Fontaine"),
        ("Van Damme Jean Claude", "Jean Claude", "Van Damme"),
    ],
)
def test_several_first_names_are_split_from_the_one_word_beside_them(full: str, first: str, last: str) -> None:
    """Where all but one are known first names, with initials among them and particles before either."""
    assert names.split(full) == (first, last)


@pytest.mark.parametrize(
    "full",
    [
        "Helena Bonham Carter", "Carlos García López", "María del Carmen López García", "Marie Claire Martin",
        "Anna Maria Elena", "Pedro y Ana Silva", "J. F. Kennedy", "Jean Pierre D", "Team Anna Maria", "John Paul II",
        "Le Van Tran", "Ludwig van Beethoven",
    ],
)  # fmt: skip
def test_more_words_are_not_split_where_two_may_be_of_either_name(full: str) -> None:
    """Two words that are no first names, first names only, couples, initials alone."""
    assert names.split(full) is None
