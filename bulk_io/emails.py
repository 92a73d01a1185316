"""E-mail addresses: text -> normal form, or a sentence that says what is wrong. Syntax only, nothing is looked up.

email-validator decides; each domain is asked once, and a plain local part is known without asking.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote

from email_validator import EmailNotValidError, validate_email

from bulk_io.text import tidy

_ADDRESS = re.compile(r"[^\s<>;,|\"]+@[^\s<>;,|\"]+")
_SCHEME = re.compile(r"^mailto:\s*", re.IGNORECASE)
_STARRED = re.compile(r"^\*\s+")
_NAMED = re.compile(r"[^<>@]*<\s*([^<>\s]+@[^<>\s]+)\s*>")
_EDGES = " \t'\"`´‘’“”<>();,:|"
# RFC 5322 dot-atom with the letters of RFC 6531: what the library accepts at once, and nearly every address there is.
_PLAIN = re.compile(r"[\w!#$%&'*+/=?^`{|}~\-]+(?:\.[\w!#$%&'*+/=?^`{|}~\-]+)*")
_ORDINARY = re.compile(r"([A-Za-z0-9_+\-]+(?:\.[A-Za-z0-9_+\-]+)*)@([A-Za-z0-9.\-]+[A-Za-z0-9])")
_SPECIAL_USE = re.compile(r"(?<=\.)(?:arpa|invalid|local|localhost|onion|test)$", re.IGNORECASE)
_LONGEST, _LONGEST_CELL = 254, 1000


def normalise(text: str) -> tuple[str, str]:
    """Give an address in normal form and a message, which is "" if the address is good (an empty text is).

    The domain is lower-cased, the local part kept as it is; ``mailto:``, angle brackets, quotes and a display name
    around the address are taken off. Any syntactically valid address is good, also at ``.local`` or ``.test``.
    With a message the first part is empty.
    """
    ordinary = _ORDINARY.fullmatch(text) if len(text) <= _LONGEST else None
    if ordinary:
        local, domain = ordinary.groups()
        known, fault = _domain(domain)
        return ("", f"“{_shown(text)}” {fault}") if fault else (f"{local}@{known}", "")
    bare = _bare(tidy(text))
    if not bare:
        return ("", "") if not text.strip() else ("", f"“{text.strip()}” is not an e-mail address")
    if len(bare) > _LONGEST_CELL:
        return "", f"“{_shown(bare)}” is far too long for an e-mail address"
    several = dict.fromkeys(found.strip(_EDGES + ".") for found in _ADDRESS.findall(bare))
    if len(several) > 1:
        shown = " and ".join(f"“{address}”" for address in several)
        return "", f"holds {len(several)} e-mail addresses, {shown}: keep one in the cell"
    address = next(iter(several)) if several and bare.count("@") > 1 else bare
    good, fault = _checked(address)
    return (good, "") if good else ("", f"“{_shown(address)}” {fault}")


def _checked(address: str) -> tuple[str, str]:
    local, at, domain = address.rpartition("@")
    if not at:
        return "", "has no @: write an address such as name@example.com"
    if _PLAIN.fullmatch(local) and domain.isascii() and len(address.encode()) <= _LONGEST:
        known, fault = _domain(domain)
        return (f"{unicodedata.normalize('NFC', local)}@{known}", "") if not fault else ("", fault)
    return _asked(local, domain)


def _bare(text: str) -> str:
    # Google Contacts marks the address that it prefers with a star.
    text = _STARRED.sub("", text).strip(_EDGES)
    if text[:7].lower() == "mailto:":
        text = unquote(_SCHEME.sub("", text).partition("?")[0]).strip(_EDGES)
    named = _NAMED.fullmatch(f"{text}>" if "<" in text and ">" not in text else text)
    return named[1] if named else text.strip(_EDGES).removesuffix(".")


@lru_cache(maxsize=1 << 16)
def _domain(domain: str) -> tuple[str, str]:
    address, fault = _asked("a", domain)
    return address.removeprefix("a@"), fault


def _asked(local: str, domain: str) -> tuple[str, str]:
    # The library refuses names that are never routed globally; what people store may well be such a name.
    special = _SPECIAL_USE.search(domain)
    asked = domain[: special.start()] + "example" if special else domain
    try:
        found = validate_email(f"{local}@{asked}", check_deliverability=False)
    except EmailNotValidError as error:
        return "", f"is not a valid e-mail address: {error}"
    name = found.domain.removesuffix("example") + special.group().lower() if special else found.domain
    return f"{unicodedata.normalize('NFC', local)}@{name}", ""


def _shown(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "…"
