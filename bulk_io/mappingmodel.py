"""What a mapping says: the model of the TOML format, strict, with faults told in the user's words.

``mappingfile`` finds, reads and writes the files; ``mapping`` binds a mapping to a file's header and applies it.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Literal

import phonenumbers
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from bulk_io.aliases import field_called
from bulk_io.errors import MappingError
from bulk_io.fields import BY_NAME, WRITABLE
from bulk_io.headers import did_you_mean

OWN_EXPORT = "bulk-io-export"
"""The name of our own export's mapping: the only one that may feed ``id``."""


Part = Literal["city", "country"]
"""What a cell that holds a whole place may be asked for."""


class Rule(BaseModel):
    """How one contact field is fed: from columns, or by a constant.

    Several ``columns`` without ``join`` mean the first with a value, row by row. ``split`` holds the separators: tags
    are split on them instead of the default set; of any other field the first part with a value is kept. ``values``
    translates (tags one by one), then ``default`` fills what is empty. ``part`` takes the city or the country out of a
    place such as ``Paris, Île-de-France, France``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    columns: tuple[str, ...] = ()
    join: str | None = None
    split: tuple[str, ...] | None = None
    part: Part | None = None
    default: str | None = None
    constant: str | None = None
    values: dict[str, str] = {}

    @model_validator(mode="before")
    @classmethod
    def _long_form(cls, given: Any) -> Any:
        if isinstance(given, str | list):
            return {"columns": _texts(given)}
        if not isinstance(given, dict):
            raise _fault('must be a header in quotes, a list of headers, or a table such as { column = "Header" }')
        rule = dict(given)
        if "column" in rule:
            if "columns" in rule:
                raise _fault("has both 'column' and 'columns'; keep one")
            rule["columns"] = rule.pop("column")
        if "columns" in rule:
            rule["columns"] = _texts(rule["columns"])
        if "split" in rule:
            rule["split"] = _separators(rule["split"])
        return rule

    @model_validator(mode="after")
    def _makes_sense(self) -> Rule:
        if self.constant is not None:
            if self.columns or self.default is not None or self.join is not None or self.values or self.part:
                raise _fault("has a 'constant', which stands alone; take out the rest")
        elif not self.columns:
            raise _fault('names no column; write a header, or { constant = "text" }')
        if any(not column.strip() for column in self.columns):
            raise _fault("has an empty header; write the column's header")
        if len(set(self.columns)) < len(self.columns):
            raise _fault("names one column twice; keep it once")
        if self.split is not None and not (self.split and all(self.split)):
            raise _fault("has no separator in 'split'; write for example split = \";\"")
        return self


class Mapping(BaseModel):
    """What a mapping file says. Frozen; two are equal when they say the same."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: str
    title: str = ""
    detect: tuple[str, ...] = ()
    region: str = ""
    ignore: tuple[str, ...] = ()
    opt_out: tuple[str, ...] = ()
    """Columns that say who must not be written to: whatever is in them, but a plain no, holds the row."""
    opt_in: tuple[str, ...] = ()
    """Columns that say who may be written to: a refusal in them holds the row."""
    fields: dict[str, Rule]

    @field_validator("detect", "ignore", "opt_out", "opt_in", mode="before")
    @classmethod
    def _as_tuple(cls, given: Any) -> Any:
        return _texts(given)

    @field_validator("name")
    @classmethod
    def _has_name(cls, name: str) -> str:
        if not name.strip():
            raise _fault("is empty; give the mapping a name")
        return name

    @field_validator("region")
    @classmethod
    def _is_country(cls, region: str) -> str:
        if region and region not in phonenumbers.SUPPORTED_REGIONS:
            hint = "; did you mean GB?" if region.upper() == "UK" else ""
            raise _fault(f'must be a country code of two capital letters such as "FR", not "{region}"{hint}')
        return region

    @model_validator(mode="after")
    def _feeds_contact_fields(self) -> Mapping:
        if not self.fields:
            raise _fault('no field stands under [fields]; write for example phoneNumber = "Phone"')
        for name in self.fields:
            if name not in WRITABLE and not (name == "id" and self.name == OWN_EXPORT):
                raise _fault(unknown_field(name, " under [fields]"))
        phone = self.fields.get("phoneNumber")
        if phone and (phone.constant is not None or phone.default is not None):
            raise _fault("phoneNumber under [fields] cannot be one text for many rows; name the column that holds it")
        return self


def parse(text: str, file: str) -> Mapping:
    """Read a mapping from TOML text; ``file`` is what messages call it, and the name where the text gives none.

    Raises MappingError.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(_toml_fault(str(error), text, file)) from None
    content.setdefault("name", Path(file).stem)
    try:
        return Mapping.model_validate(content)
    except ValidationError as error:
        found = error.errors(include_url=False)
        more = f" (and {len(found) - 1} more to fix)" if len(found) > 1 else ""
        raise MappingError(f"{file}: {_told(found[0])}{more}") from None


def unknown_field(name: str, where: str = "") -> str:
    """Say what is wrong with a text that is no mappable field, naming a near one."""
    if name in BY_NAME:
        return f"the field '{name}'{where} is given by the CRM and cannot be mapped; take it out"
    called = next((field for field in WRITABLE if field.casefold() == name.casefold()), "") or field_called(name)
    if called:
        return f"unknown field '{name}'{where}; did you mean {called}?"
    hint = did_you_mean(name, WRITABLE) or f"; the fields are {', '.join(WRITABLE)}"
    return f"unknown field '{name}'{where}{hint}"


def _texts(given: Any) -> Any:
    """Take a text or a list as a tuple; what is neither goes on as it is, for the model to refuse."""
    if isinstance(given, str):
        return (given,)
    return tuple(given) if isinstance(given, list) else given


def _separators(given: Any) -> Any:
    """Read a text as one separator a character (a blank beside others is only layout), a list as it stands."""
    if not isinstance(given, str):
        return _texts(given)
    return tuple(dict.fromkeys(char for char in given if not char.isspace())) or tuple(dict.fromkeys(given))


def _fault(text: str) -> PydanticCustomError:
    return PydanticCustomError("mapping", "{text}", {"text": text})


def _told(error: ErrorDetails) -> str:
    """Tell one fault that pydantic found: the key, what is wrong, and the fix."""
    place = [str(step) for step in error["loc"]]
    kind = error["type"]
    if kind == "extra_forbidden":
        known = {*Rule.model_fields, "column"} if place[0] == "fields" else set(Mapping.model_fields)
        hint = did_you_mean(place[-1], known) or f"; the keys are {', '.join(sorted(known))}"
        return f"unknown key '{place[-1]}'{_under(place[:-1])}{hint}"
    if kind == "missing":
        return f"the table [{place[-1]}] is missing; it says which column feeds which contact field"
    if kind == "mapping":
        return f"{_named(place)}{error['msg']}"
    if kind in _WANTED:
        return f"{_named(place)}must be {_WANTED[kind]}, not {error['input']!r}"
    return f"{_named(place)}{error['msg']}"


def _under(place: list[str]) -> str:
    if not place:
        return ""
    return f" under [{place[0]}]" if len(place) == 1 else f" in {place[1]} under [{place[0]}]"


def _named(place: list[str]) -> str:
    """Name the key that a fault is about: ``phoneNumber under [fields] ``; list positions are left out."""
    place = [step for step in place if not step.isdigit()]
    if len(place) > 2:
        return f"'{place[-1]}' of {place[1]} under [{place[0]}] "
    if len(place) == 2:
        return f"{place[1]} under [{place[0]}] "
    return f"'{place[0]}' " if place else ""


_WANTED = {
    "string_type": "text in quotes",
    "tuple_type": "text in quotes, or a list of them",
    "dict_type": 'a table such as { "PDG" = "CEO" }',
    "model_type": "a header in quotes",
    "literal_error": '"city" or "country"',
}


def _toml_fault(error: str, text: str, file: str) -> str:
    at = _AT.search(error)
    what = _AT.sub("", error).strip()
    if at is None:
        return f"{file}: is not valid TOML: {what}"
    number = int(at["line"])
    line = text.replace("\r\n", "\n").split("\n")[number - 1].strip()
    name = line.split("=")[0].strip()
    if "overwrite" in error and "=" in line:
        return (
            f"{file}, line {number}: '{name}' is there twice, and nothing says which comes first; "
            f'write one line with a list: {name} = ["First choice", "Second choice"]'
        )
    return f"{file}, line {number}: is not valid TOML: {what}; texts stand in double quotes: {_SHOWN.format(line)}"


_AT = re.compile(r"\s*\(at line (?P<line>\d+), column \d+\)")
_SHOWN = "the line is `{}`"
