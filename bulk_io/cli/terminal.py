"""What a person reads at the terminal: the summary of a run, notes, progress; cells cannot play tricks with it."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from bulk_io.cli import STARTED
from bulk_io.records import Outcome, Summary, Trouble
from bulk_io.text import counted
from bulk_io.watching import Agreement, Approval, Guess, Taken, Watcher

if TYPE_CHECKING:
    from tqdm import tqdm

_COLOURS = {
    "created": "green", "updated": "green", "valid": "green", "unchanged": "blue", "merged": "blue",
    "held": "yellow", "skipped": "blue", "pending": "yellow", "invalid": "red", "rejected": "red", "failed": "red",
}  # fmt: skip
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories of what a terminal obeys, or does not show."""
_BAR = 30
_WIDEST = 28
_MOST_PROBLEMS = 8


def escape(text: str) -> str:
    """Make control, bidi and other invisible characters of a text visible, so that a cell cannot forge the screen."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if unicodedata.category(char) not in _UNSEEN else _escaped(char) for char in text)


def coloured(text: str, colour: str, *, stream: Any = None) -> str:
    """Colour a text for a stream (stdout by default) that is a terminal, unless ``NO_COLOR`` is set."""
    stream = stream or sys.stdout
    return click.style(text, fg=colour) if stream.isatty() and not os.environ.get("NO_COLOR") else text


def print_document(document: Mapping[str, Any]) -> None:
    """Print the one JSON document of ``--json``: exact, with what could forge the screen escaped as JSON does."""
    text = json.dumps(document, ensure_ascii=False, indent=None)
    print("".join(char if unicodedata.category(char) not in _UNSEEN else json.dumps(char)[1:-1] for char in text))


def print_columns(columns: Iterable[tuple[str, str, str, Sequence[str]]], *, stream: Any = None) -> None:
    """Print what each column was taken for, and why, with samples: (header, field or "", why, samples)."""
    stream = stream or sys.stdout
    known = list(columns)
    widest = min(_WIDEST, max((len(header) for header, *_ in known), default=0))
    for header, field, why, samples in known:
        shown = escape(" | ".join(sample[:_WIDEST] for sample in samples))
        name = coloured(f"{field or '-':<14}", "green" if field else "yellow", stream=stream)
        print(f"  {escape(header)[:_WIDEST]:<{widest}}  {name}  {shown}", file=stream)
        print(f"  {'':<{widest}}  {coloured(escape(why), 'bright_black', stream=stream)}", file=stream)


def print_summary(summary: Summary, *, notes: bool = False) -> None:
    """Print a run on one screen: what went in, what became of it, what is wrong, where the reports are.

    ``notes`` repeats what the run noted while it worked.
    """
    source = summary.source
    facts = [
        source.format,
        source.encoding,
        f"sheet {source.sheet}" if source.sheet else "",
        counted(summary.rows, "row"),
    ]
    print(f"{escape(source.file)}  ({', '.join(escape(str(fact)) for fact in facts if fact)})")
    if summary.target:
        print(f"{'would go to' if summary.dry_run else 'to'} {escape(summary.target)}")
    print()
    most = max([*summary.outcomes.values(), 1])
    for name, count in summary.outcomes.items():
        if count:
            bar = "█" * max(1, round(_BAR * count / most))
            print(f"  {name:<10} {count:>9,}  {coloured(bar, _COLOURS[name])}")
    _print_counts("problems", summary.problems)
    _print_counts("warnings", summary.warnings)
    if refused := summary.problems.get("consent.opted_out", 0):
        print(f"\n  {counted(refused, 'contact')} opted out: not written unless --include-opted-out says so")
    _print_troubles(summary.troubles)
    for note in summary.notes if notes else ():
        print(f"\n  {escape(note)}")
    _print_files(summary)


def _escaped(char: str) -> str:
    code = ord(char)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _print_counts(title: str, counts: Mapping[str, int]) -> None:
    if not counts:
        return
    print(f"\n  {title}")
    for code, count in list(counts.items())[:_MOST_PROBLEMS]:
        print(f"    {count:>7,}  {escape(code)}")
    if len(counts) > _MOST_PROBLEMS:
        print(f"             and {counted(len(counts) - _MOST_PROBLEMS, 'more kind')}: see the report")


def _print_troubles(troubles: Sequence[Trouble]) -> None:
    if troubles:
        print("\n  phone numbers, by cause")
    for trouble in troubles[:_MOST_PROBLEMS]:
        print(f"    {trouble.count:>7,}  {escape(str(trouble))}")
    if len(troubles) > _MOST_PROBLEMS:
        print(f"             and {counted(len(troubles) - _MOST_PROBLEMS, 'rarer cause')}: see the report")


def _print_files(summary: Summary) -> None:
    print(f"\n  {summary.seconds:.1f} s, {counted(summary.requests_sent, 'request')}")
    if page := summary.files.get("page"):
        print(f"  report    {escape(page)}")
    if rejected := summary.files.get("rejected"):
        from bulk_io.reports import outcomes  # made long ago where there are files to tell of

        refused = outcomes.opted_out(summary)
        away = f", {refused:,} of them opted out" if refused else ""
        back = counted(outcomes.rows_back(summary), "row")
        print(f"  to fix    {escape(rejected)}  ({back}{away}; fix and import this file)")


class Terminal(Watcher):
    """Shows progress and notes on stderr. ``approved`` answers the question before the first write."""

    def __init__(self, *, quiet: bool, verbose: bool = False, approved: bool = True, began: float = STARTED) -> None:
        super().__init__(began)
        self._quiet = quiet
        self._verbose = verbose
        self._approved = approved
        self._bar: tqdm[Any] | None = None
        self._counts: dict[str, int] = {}
        self._shown: tuple[Taken, ...] = ()

    def stage(self, name: str, total: int | None) -> None:
        self.end()
        if self._quiet:
            return
        from tqdm import tqdm  # here, because --help and `runs` should not wait for it

        unit = " contacts" if name in ("uploading", "exporting") else " rows"
        # disable=None: no bar where stderr is not a terminal
        self._bar = tqdm(desc=name, total=total, unit=unit, disable=None, leave=False, mininterval=0.2)

    def advance(self, rows: int) -> None:
        if self._bar is not None:
            self._bar.update(rows)

    def outcome(self, outcome: Outcome) -> None:
        self._counts[outcome] = self._counts.get(outcome, 0) + 1
        if self._bar is not None:
            self._bar.set_postfix_str(" ".join(f"{name} {n}" for name, n in self._counts.items()), refresh=False)
            self._bar.update(1)

    def note(self, sentence: str) -> None:
        if not self._quiet:
            kind = "" if sentence.startswith("warning: ") else "note: "
            self._say(coloured(kind + escape(sentence), "yellow", stream=sys.stderr))

    def detail(self, sentence: str) -> None:
        if self._verbose and not self._quiet:
            self._say(escape(sentence))

    def approve(self, approval: Approval) -> bool:
        planned = ", ".join(f"{count:,} {name}" for name, count in approval.planned.items() if count)
        self.end()
        if not self._quiet:
            print(f"writing to {escape(approval.target)}: {planned}", file=sys.stderr)
        return self._approved or not _can_ask() or _asked("Write this?")

    def agree(self, guess: Guess) -> Agreement | None:
        if self._approved or not (guess.proposed or guess.unsure):
            return Agreement()
        if not _can_ask():
            return None if guess.unsure else Agreement()
        for note in guess.notes:
            print(f"  {coloured(escape(note), 'yellow', stream=sys.stderr)}\n", file=sys.stderr)
        changed = [one for one in guess.columns if one not in self._shown]
        print_columns(changed, stream=sys.stderr)
        if self._shown:
            print(f"  {counted(len(guess.columns) - len(changed), 'column')} as before", file=sys.stderr)
        self._shown = guess.columns
        return _agreement()

    def password(self, reason: str) -> str:
        return asked_password(reason)

    def _say(self, line: str) -> None:
        """Print a line on stderr, above the progress bar if there is one."""
        if self._bar is not None:
            self._bar.write(line, file=sys.stderr)
        else:
            print(line, file=sys.stderr)

    def end(self) -> None:
        """Close the progress bar."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def asked_password(reason: str) -> str:
    """Ask for a file's password, unseen; ``""`` where nobody can be asked or nobody answers."""
    if not _can_ask():
        return ""
    print(escape(reason), file=sys.stderr)
    try:
        return str(click.prompt("Password", default="", show_default=False, hide_input=True, err=True))
    except click.Abort:
        return ""


def _can_ask() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _agreement() -> Agreement | None:
    """Ask once: yes, no, or corrections as ``--map`` takes them; Ctrl-C stops everything, for nothing has begun."""
    question = "Is this right? [y]es, [n]o, or HEADER=field to correct it (HEADER= leaves a column out)"
    answer = click.prompt(question, default="y", show_default=False, err=True).strip()
    if "=" in answer:
        return Agreement(corrections=(answer,))
    return Agreement(keep=True) if answer.casefold() in ("y", "yes", "") else None


def _asked(question: str) -> bool:
    try:
        return click.confirm(question, default=False, err=True)
    except click.Abort:
        return False
