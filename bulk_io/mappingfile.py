"""Mapping files: where they lie, the shipped ones and the user's own, and how one is written."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from functools import lru_cache
from pathlib import Path

import platformdirs

from bulk_io.errors import MappingError, UsageError
from bulk_io.headers import did_you_mean
from bulk_io.mappingmodel import Mapping, Rule, parse

FOLDER_VARIABLE = "BULK_IO_MAPPINGS"
_NAME = re.compile(r"\w[\w .-]*")


def load(name_or_path: str | Path) -> Mapping:
    """Load a mapping: the user's own or a shipped one by name, or any file by path. Raises MappingError."""
    return read(find(name_or_path)[0])


def find(name_or_path: str | Path) -> tuple[Path, bool]:
    """Find a mapping's file; the flag says that it is the user's own. By name, an own one hides a shipped one.

    Raises MappingError where there is none.
    """
    text = os.fspath(name_or_path)
    path = Path(text).expanduser()
    if not (text.endswith(".toml") or path.name != text):
        for folder in (own_folder(), shipped_folder()):
            for file in _files(folder):
                if file.stem.casefold() == text.casefold():
                    return file, folder != shipped_folder()
    if path.is_file():
        return path, path.resolve().parent != shipped_folder().resolve()
    names = sorted({file.stem for folder in (own_folder(), shipped_folder()) for file in _files(folder)})
    hint = did_you_mean(path.stem, names)
    raise MappingError(f"there is no mapping '{text}'{hint or ';'} there are: {', '.join(names)}")


def read(path: Path) -> Mapping:
    """Read one mapping file. Raises MappingError where it cannot be read or is wrong."""
    try:
        return parse(path.read_bytes().decode("utf-8-sig"), path.name)
    except UnicodeDecodeError:
        raise MappingError(f"{path.name}: is not UTF-8 text; save it again as UTF-8") from None
    except OSError as error:
        raise MappingError(f"{path}: cannot be read ({error.strerror or error})") from None


@lru_cache(maxsize=1)
def shipped() -> tuple[Mapping, ...]:
    """Give the shipped mappings, by name."""
    return tuple(read(file) for file in _files(shipped_folder()))


def own() -> tuple[Mapping, ...]:
    """Give the user's own mappings, by file name; a broken one raises MappingError, which names it."""
    return tuple(read(file) for file in _files(own_folder()))


def shipped_folder() -> Path:
    """Give the folder of the shipped mappings: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "mappings"
    return inside if inside.is_dir() else package.parent / "mappings"


def own_folder() -> Path:
    """Give the folder of the user's own mappings: ``BULK_IO_MAPPINGS``, else ``mappings`` in their settings folder."""
    given = os.environ.get(FOLDER_VARIABLE)
    return Path(given).expanduser() if given else platformdirs.user_config_path("bulk-io") / "mappings"


def save(name: str, text: str) -> Path:
    """Write a mapping among the user's own and give its path; raises UsageError for a bad name or a taken one."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"--save-mapping {name}: a name is made of letters, digits, blanks, '-', '_' and '.'")
    path = own_folder() / f"{name}.toml"
    if path.exists() and read(path) == parse(text, path.name):
        return path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as made:
            made.write(text)
    except FileExistsError:
        raise UsageError(f"there is a mapping '{name}' already ({path}); choose another name, or remove it") from None
    except OSError as error:
        raise UsageError(f"the mapping cannot be kept: {path}: {error.strerror or error}") from error
    return path


def free_name(wanted: str) -> str:
    """Give a name for a mapping that none has, like the wanted one."""
    plain = re.sub(r"[^\w .-]+", "-", wanted).strip("-. ") or "mapping"
    taken = {file.stem.casefold() for folder in (own_folder(), shipped_folder()) for file in _files(folder)}
    names = (plain if number < 2 else f"{plain}-{number}" for number in range(1, len(taken) + 3))
    return next(name for name in names if name.casefold() not in taken)


def to_toml(
    mapping: Mapping, *, why: Dictionary[str, str] | None = None, unused: Dictionary[str, str] | None = None
) -> str:
    """Write a mapping as TOML that loads back equal.

    ``why`` gives a comment above a field's line, by field; ``unused`` closes the file with the columns that feed
    nothing and the reason of each, by header.
    """
    lines = [f"name = {_quoted(mapping.name)}"]
    if mapping.title:
        lines.append(f"title = {_quoted(mapping.title)}")
    if mapping.detect:
        lines += ["", "# A file is this one when all of these headers are there.", f"detect = {_list(mapping.detect)}"]
    if mapping.region:
        lines += ["", "# The country of numbers without a prefix.", f"region = {_quoted(mapping.region)}"]
    if mapping.ignore:
        lines += ["", "# Columns that are never proposed.", f"ignore = {_list(mapping.ignore)}"]
    if mapping.opt_out:
        lines += ["", "# Columns that say who must not be written to.", f"opt_out = {_list(mapping.opt_out)}"]
    if mapping.opt_in:
        lines += ["", "# Columns that say who may be written to.", f"opt_in = {_list(mapping.opt_in)}"]
    lines += ["", "# contact field = column; a list means: the first of them with a value, row by row.", "[fields]"]
    for name, rule in mapping.fields.items():
        lines += [_comment(why[name])] if why and name in why else []
        lines.append(f"{name} = {_rule(rule)}")
    if unused:
        lines += ["", "# Columns that are not used:"]
        lines += [_comment(f"  {_quoted(column)}: {reason}") for column, reason in unused.items()]
    return "\n".join(lines) + "\n"


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.toml")) if folder.is_dir() else []


def _rule(rule: Rule) -> str:
    """Write a rule in the shortest form that says the same."""
    extra: list[str] = []
    if rule.join is not None:
        extra.append(f"join = {_quoted(rule.join)}")
    if rule.split is not None:
        extra.append(f"split = {_list(rule.split)}")
    if rule.part is not None:
        extra.append(f"part = {_quoted(rule.part)}")
    if rule.values:
        pairs = ", ".join(f"{_quoted(old)} = {_quoted(new)}" for old, new in rule.values.items())
        extra.append(f"values = {{ {pairs} }}")
    if rule.default is not None:
        extra.append(f"default = {_quoted(rule.default)}")
    if rule.constant is not None:
        return f"{{ {', '.join([f'constant = {_quoted(rule.constant)}', *extra])} }}"
    columns = _quoted(rule.columns[0]) if len(rule.columns) == 1 else _list(rule.columns)
    if not extra:
        return columns
    word = "column" if len(rule.columns) == 1 else "columns"
    return f"{{ {', '.join([f'{word} = {columns}', *extra])} }}"


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


def _quoted(text: str) -> str:
    """Write a TOML basic string: JSON's escapes are TOML's; what a screen does not show is written as its code."""
    shown = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in shown)


def _comment(text: str) -> str:
    return "# " + "".join(char if char.isprintable() else " " for char in text)
