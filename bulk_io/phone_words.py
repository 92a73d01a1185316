"""The words around phone numbers in seven languages, as data: what they say is read by ``phone_cells``."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PLACEHOLDERS: frozenset[str] = _words(
    "n/a na #n/a #nv #n/d #n/b n.a n.a. nc n.c n.c. nr none null nil nan aucun neant keine kein ninguno nessuno geen"
    " nenhum unknown inconnu unbekannt desconocido sconosciuto onbekend desconhecido tbd"
)
"""Words that people and programs write where there is no number, folded."""

MOBILE_LABELS: frozenset[str] = _words(
    "mobile mobiles mob cell cells cellphone cellular cellulaire portable port gsm smartphone whatsapp whats wa sms"
    " handy handynummer handynr mobil mobilnummer mobiltelefon mobilfunk movil celular cel cellulare"
    " telemovel telem tlm mobiel mobieltje mobielnummer"
)
"""Words that say that the number beside them is a mobile one, folded."""

LABELS: frozenset[str] = MOBILE_LABELS | _words(
    "tel tele tels tph telephone telephones phone phones telephonique"
    " fixe fixed line land landline ligne directe direct bureau bur perso pers personnel personnelle personal pro prof"
    " professionnel professionnelle domicile dom maison travail work home office business main primary principal"
    " standard call no n nr num numero nummer number numbers contact app nouveau nouvelle new prive private"
    " telefon telefonnummer telefonnr rufnummer fon privat geschaftlich dienstlich dienst buro fest festnetz zentrale"
    " arbeit durchwahl direkt hauptnummer neu"
    " telefono telefonos tlf tlfn tfno tfn telf fijo casa oficina trabajo directo particular nuevo"
    " ufficio lavoro fisso abitazione centralino diretto numeri nuovo telefone fone fixo residencial"
    " comercial escritorio trabalho direto novo telefoon telefoonnummer telnr thuis werk zakelijk vast"
    " vaste kantoor nieuw"
)
"""Words that say what kind of number stands beside them, folded."""

FAX_LABELS: frozenset[str] = _words("fax telefax telecopie telecopieur")
"""Words that say that the number beside them is a fax, folded: that is no phone."""

EXTENSIONS = (
    r"ext(?:n|ension|ensi[oó]n|ens[aã]o|ensie)?|xtn|poste|pst|int(?:erno|erne)?|anexo|ramal|apparat|durchwahl|dw"
    r"|nebenstelle|nst|toestel|tst"
)
"""What stands before the digits of an extension, as a pattern."""

BETWEEN = r"ou|or|et|and|und|oder|y|o|e|en|of|bzw|puis|sinon|then|dann|luego|poi|dan|depois"
"""What stands between two numbers, as a pattern."""
