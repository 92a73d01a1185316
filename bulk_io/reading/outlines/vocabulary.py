"""The words of contact headers, in seven languages: evidence that a row names columns."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from bulk_io.reading.outlines.kinds import is_value

_WORD_LIST = """
name names full first last given family middle nickname surname forename fname lname contact contacts person lead
salutation civility nom noms prenom prenoms civilite interlocuteur vorname nachname familienname zuname anrede
anzeigename ansprechpartner nombre apellido apellidos nome cognome nominativo sobrenome apelido naam voornaam
achternaam familienaam contactpersoon phone phones telephone mobile cell cellphone landline fax whatsapp sms tel gsm
portable fixe numero telecopie telefon telefonnummer rufnummer handy mobil mobiltelefon mobilnummer durchwahl
festnetz telefono movil celular cellulare recapito telefoon telefoonnummer mobiel telefone telemovel fone
phonenumber email mail mails courriel mel adresse address correo posta indirizzo endereco emailadresse mailadresse
title position role job occupation poste fonction profession metier titre funktion berufsbezeichnung stelle titel
cargo puesto funcion qualifica ruolo posizione mansione functie functietitel rol funcao profissao company
organization organisation account employer business societe entreprise employeur enseigne firma unternehmen
firmenname empresa compania organizacion azienda societa ditta bedrijf bedrijfsnaam organisatie companhia
organizacao industry sector vertical secteur activite branche industrie sektor industria ramo settore setor city
town locality ville commune localite ort stadt wohnort ciudad localidad poblacion citta comune localita stad plaats
woonplaats gemeente cidade municipio country region state pays land pais paese nazione zip postcode postal plz cp
street rue tags tag labels label lists list groups group categories segment etiquettes groupes listes schlagworter
kategorien gruppen etiquetas categorias grupos etichette categorie gruppi categorieen groepen marcadores id type
status source owner created updated date notes note comment comments url website linkedin language birthday
createdat updatedat
"""
WORDS = frozenset(_WORD_LIST.split())
"""Words of contact headers in English, French, German, Spanish, Italian, Dutch and Portuguese, without accents."""

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NO_WORD = re.compile(r"[\W_\d]+")
_PLACEHOLDER = re.compile(r"[{\[<%]{2}.+[}\]>%]{2}|\$?\{.+\}|\$\[.+\]")
"""What a template has where a value shall be: it may be called like a field, but names none."""


@lru_cache(maxsize=4096)
def is_word(cell: str) -> bool:
    """Say whether a cell has a word of contact headers in it, and is no sentence."""
    if len(cell) > 60 or is_value(cell) or _PLACEHOLDER.search(cell):
        return False
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", cell))
    plain = "".join(char for char in plain if not unicodedata.combining(char)).casefold()
    words = _NO_WORD.sub(" ", plain).split()
    return len(words) <= 6 and (not WORDS.isdisjoint(words) or "".join(words) in WORDS)
