"""The e-mail addresses of a list: whose they are (a person's, an office's), and what their two sides say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bulk_io.likeness.firms import words
from bulk_io.likeness.labels import Labels
from bulk_io.likeness.vocabulary import Flags

_WORD = re.compile(r"[._-]")
_OFFICE = words(
    """
info infos contact contacts kontakt contacto contatto contatti sales vente ventes commercial vertrieb verkauf ventas
vendite office buero bureau ufficio oficina hello hallo bonjour hola ciao accueil empfang reception recepcion admin
administration verwaltung administracion amministrazione mail email post poczta support service services client
clients kunden kundenservice help hilfe team equipe direction secretariat sekretariat segreteria secretaria rh hr jobs
job recrutement career careers bewerbung compta comptabilite buchhaltung accounting accounts contabilidad billing
facturation rechnung invoice invoices facturacion marketing presse press prensa media webmaster postmaster noreply
no-reply achat achats einkauf purchasing compras orders order bestellung commande commandes pedidos shop boutique
enquiries enquiry inquiries general privacy legal dpo security it sav logistique logistics export geral comercial
"""
)
_FREE = words(
    """
gmail googlemail yahoo ymail hotmail outlook live msn icloud me mac aol gmx web t-online freenet arcor orange free
wanadoo laposte sfr neuf bbox numericable libero tiscali alice virgilio telefonica terra btinternet sky virginmedia
comcast verizon att protonmail proton mail mailbox posteo qq 163 126 yandex hushmail zoho fastmail example bluewin
telenet skynet ziggo kpnmail planet home hetnet sapo wp o2 onet interia btopenworld ntlworld talktalk rocketmail
"""
)


@dataclass(frozen=True, slots=True)
class Mailboxes:
    """The addresses of all rows, and their two sides.

    ``office``: the local part is an office's (info@). ``free``: the domain is a provider's, and says nothing of an
    employer.
    """

    addresses: Labels
    locals: Labels
    domains: Labels
    office: Flags
    free: Flags

    @classmethod
    def of(cls, cells: Sequence[str]) -> Mailboxes:
        """Take addresses apart, case and plus tags aside.

        Local parts are numbered without punctuation: ``jean.dupont`` and ``jeandupont`` are one (at Gmail, one box).
        """
        known = {cell: _parts(cell) for cell in set(cells)}
        parts = [known[cell] for cell in cells]
        office = {local for local, _ in known.values() if _bare(local) in _OFFICE}
        free = {domain for _, domain in known.values() if domain.partition(".")[0] in _FREE}
        return cls(
            Labels.of([f"{local}@{domain}" if local else "" for local, domain in parts], str),
            Labels.of([local for local, _ in parts], _together),
            Labels.of([domain for _, domain in parts], str),
            np.array([local in office for local, _ in parts], dtype=np.bool_),
            np.array([domain in free for _, domain in parts], dtype=np.bool_),
        )


def _parts(cell: str) -> tuple[str, str]:
    local, at, domain = cell.strip().lower().rpartition("@")
    local = local.partition("+")[0]
    domain = "gmail.com" if domain == "googlemail.com" else domain
    return (local, domain) if at and local and "." in domain else ("", "")


def _together(local: str) -> str:
    return _WORD.sub("", local) or local


def _bare(local: str) -> str:
    """Give the first word of a local part: sales.fr, office-paris and info2 are offices too."""
    return local if local in _OFFICE else _WORD.split(local)[0].rstrip("0123456789")
