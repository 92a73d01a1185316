"""What a job takes in: the table of a file, the mapping it got, and whether somebody agrees to that.

The first step of `jobs`. What stands in the way of everything else is said here first: a source without phone numbers.
"""

from __future__ import annotations

import filecmp
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path

import pandas as pd

from bulk_io import kinds, mappingfile, matching, opening, suggestion, writing
from bulk_io.errors import MappingError, UsageError
from bulk_io.fields import BY_NAME, SEVERAL
from bulk_io.headers import BOOKKEEPING, is_guarded, is_place, key
from bulk_io.matching import PROPOSED, Choice
from bulk_io.options import Options
from bulk_io.overrides import MANY
from bulk_io.pipeline import Layout
from bulk_io.reading.table import Table
from bulk_io.text import counted
from bulk_io.watching import Guess, Taken, Watcher

TO_FILL_IN = "Phone"
"""The column that is added for the numbers that a source lacks."""


@dataclass(frozen=True, slots=True)
class Intake:
    """A file as it is understood. ``sample`` has its first rows, None without any; ``options`` what was agreed.

    ``seen``: a person looked at the columns and said that they are right.
    """

    path: str
    table: Table
    sample: pd.DataFrame | None
    choice: Choice
    options: Options
    seen: bool = False

    @property
    def layout(self) -> Layout:
        """How the file's rows become contact fields."""
        guarded = self.choice.own_export and is_guarded(self.table.header, self.table.source)
        return Layout(self.choice.binding, guarded=guarded)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the person should know and has not seen: each column that its values or a near spelling decided."""
        return () if self.seen else (*self.choice.notes, *_guesses(self.choice))


def understood(path: str | Path, options: Options, watcher: Watcher) -> Intake:
    """Read a file's start and choose its mapping, whatever it lacks."""
    named = ("sheet", "header_row", "encoding", "delimiter", "password_file")
    table = opening.table(path, ask=watcher.password, **{name: getattr(options, name) for name in named})
    sample = next(table.chunks(matching.SAMPLE_ROWS), None)
    return Intake(str(path), table, sample, _chosen(table, sample, options), options)


def take(path: str | Path, options: Options, watcher: Watcher, *, run_dir: Path) -> Intake:
    """Read a file's start and choose its mapping.

    Raises UsageError where nothing feeds the phone number or the name. Where the file has no numbers at all, its rows
    are written to ``run_dir`` first, with a column to fill in.
    """
    intake = understood(path, options, watcher)
    table = intake.table
    if _lacks_numbers(intake):
        raise UsageError(_no_numbers(intake, run_dir))
    matching.demand(intake.choice)
    for detail in (*table.source.notes, f"mapping: {intake.choice.name}"):
        watcher.detail(detail)
    for one in intake.choice.proposals:
        watcher.detail(f"column {one.header!r}: {one.field or 'not used'}, {one.why}")
    return intake


def agreed(intake: Intake, watcher: Watcher) -> Intake:
    """Ask whether the mapping is right, and take what is corrected; what was answered is kept for the next time.

    Raises UsageError where nobody agrees: without a terminal to what values or near spellings decided.
    """
    corrected = intake
    while True:
        unsure = _guesses(corrected.choice)
        proposed, notes = corrected.choice.name == PROPOSED, corrected.choice.notes if corrected is intake else ()
        answer = watcher.agree(Guess(proposed, tuple(_taken(corrected)), unsure, notes))
        if answer is None:
            raise UsageError(_refused(unsure))
        if not answer.corrections:
            break
        try:
            corrected = _corrected(corrected, answer.corrections)
        except MappingError as error:
            watcher.note(str(error))
    if answer.keep and not intake.options.save_mapping and not all(map(is_place, intake.table.header)):
        name = mappingfile.free_name(_stem(intake.path))
        watcher.note(_kept(corrected, name))
    return replace(corrected, seen=answer.keep)


def keep(intake: Intake, watcher: Watcher) -> None:
    """Keep the mapping under the name that ``--save-mapping`` gives, if it does; raises UsageError for a taken one."""
    if intake.options.save_mapping:
        watcher.note(_kept(intake, intake.options.save_mapping))


def _chosen(table: Table, sample: pd.DataFrame | None, options: Options) -> Choice:
    return matching.choose(table.header, sample, mapping=options.mapping, overrides=options.map, required=False)


def _corrected(intake: Intake, texts: tuple[str, ...]) -> Intake:
    """Put corrections on top; a later one takes the place of an earlier one of the same column or field.

    A column of phone numbers or e-mail addresses takes the place of none: it comes first, the others behind it.
    """
    kept = [old for old in intake.options.map if not any(_same_target(old, new) for new in texts)]
    more = [field for field in SEVERAL if any(text.rpartition("=")[2].strip() == field for text in texts)]
    behind = [f"{column}={field}" for field in more for column in intake.choice.binding.headers(field)]
    options = replace(intake.options, map=(*texts, *kept, *behind))
    return replace(intake, options=options, choice=_chosen(intake.table, intake.sample, options))


def _same_target(old: str, new: str) -> bool:
    (before, _, field), (column, _, wanted) = old.rpartition("="), new.rpartition("=")
    return key(before) == key(column) or (field.strip() == wanted.strip() and field.strip() not in {"", *MANY})


def _taken(intake: Intake) -> Iterator[Taken]:
    for one in intake.choice.proposals:
        yield Taken(one.header, one.field or "", one.why, matching.samples(intake.sample, one.header))


def _guesses(choice: Choice) -> tuple[str, ...]:
    unsure = (one for one in choice.proposals if one.field and not one.sure)
    return tuple(f"'{one.header}' was taken for the {BY_NAME[str(one.field)].label}, {one.why}" for one in unsure)


def _refused(unsure: tuple[str, ...]) -> str:
    what = "; ".join(unsure) if unsure else "the mapping was not agreed to"
    return f"{what}; use --yes if that is right, else --map 'HEADER=field' or --mapping"


def _kept(intake: Intake, name: str) -> str:
    text = suggestion.toml(intake.choice, name, title=f"Columns as in {Path(intake.path).name}")
    path = mappingfile.save(name, text)
    if all(map(is_place, intake.table.header)):
        return f"the mapping is kept as '{name}' ({path}); this file has no header to know its like by: name it then"
    return f"the mapping is kept as '{name}' ({path}): a file with these headers will be known by itself"


def _stem(path: str) -> str:
    return Path(path).stem if path != "-" else "stdin"


def _lacks_numbers(intake: Intake) -> bool:
    """Tell whether a file of people has no column of phone numbers at all, not even one that was left out."""
    binding, sample = intake.choice.binding, intake.sample
    if binding.with_base or "phoneNumber" in binding.fields or not any(map(binding.headers, matching.NAMED_BY)):
        return False
    if sample is None:
        return False
    looked = (kinds.column(sample[name].tolist()[:_ENOUGH]) for name in intake.table.header)
    return not any(column.share("phone") > _SOME and not column.bare for column in looked)


def _no_numbers(intake: Intake, run_dir: Path) -> str:
    """Write the rows with a column to fill in, and say so."""
    rows, path = _to_fill_in(intake, run_dir)
    known = "" if intake.choice.name == PROPOSED else f" ({intake.choice.name})"
    return (
        f"no phone numbers: {intake.path}{known} has no column of them, and no contact can be without one; its "
        f"{counted(rows, 'row', 'is')} in {path} with a column '{TO_FILL_IN}' to fill in: import that file then, or "
        "say which column holds the numbers with --map 'HEADER=phoneNumber'"
    )


def _to_fill_in(intake: Intake, run_dir: Path) -> tuple[int, Path]:
    header = [name for name in intake.table.header if name not in BOOKKEEPING]
    written = 0

    def rows() -> Iterator[list[str]]:
        nonlocal written
        for chunk in intake.table.chunks():
            for cells in chunk[header].itertuples(index=False, name=None):
                written += 1
                yield ["", *cells]

    run_dir.mkdir(parents=True, exist_ok=True)
    earlier, path = _places(run_dir, f"{_stem(intake.path)}-to-enrich")
    writing.csv(path, [TO_FILL_IN, *header], rows(), delimiter=intake.table.source.delimiter or ",")
    if same := next((one for one in earlier if filecmp.cmp(one, path, shallow=False)), None):
        writing.remove(path)
    return written, same or path


def _places(folder: Path, stem: str) -> tuple[list[Path], Path]:
    """Give the csv files of earlier times, which somebody may be filling in, and the path of the next one."""
    earlier: list[Path] = []
    for mark in chain([""], (f"-{number}" for number in count(2))):
        path = folder / f"{stem}{mark}.csv"
        if not path.exists():
            break
        earlier.append(path)
    return earlier, path


_SOME, _ENOUGH = 0.5, 100
