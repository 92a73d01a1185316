"""The tables of an HTML page, one sheet each: what web pages and "Excel" exports of old reports hold."""

from __future__ import annotations

import codecs
import re
from html.parser import HTMLParser
from pathlib import Path

from bulk_io.reading.sheets import WIDEST, Gathered, Refused
from bulk_io.reading.texts import encoding

_HIDDEN = frozenset({"script", "style", "noscript", "template", "svg", "select"})
_BREAKING = frozenset({"p", "div", "li", "ul", "ol", "tr", "h1", "h2", "h3", "h4", "h5", "h6"})
_SECTIONS = frozenset({"thead", "tbody", "tfoot"})
_VOID = frozenset({"br", "img", "input", "hr", "meta", "link", "col", "wbr", "area", "base", "embed", "source"})
_SPACES = re.compile(r"[ \t\r\n\f]+")
_CHARSET = re.compile(rb"""<meta[^>]*?charset\s*=\s*["']?\s*([\w:.-]+)""", re.IGNORECASE)
_DEEPEST = 50
_BLOCK = 1 << 16


def sheets(path: str, charset: str | None = None) -> list[Gathered]:
    """Read all tables of a page, those inside others apart.

    Raises:
        Refused: no table of two rows and columns (``page``), or too large.
    """
    parser = _Page()
    with open(path, encoding=charset or declared(path), errors=encoding.ERRORS, newline="") as stream:
        while block := stream.read(_BLOCK):
            parser.feed(block)
    parser.close()
    parser.finish()
    if not any(sheet.height() >= 2 and sheet.width() >= 2 for sheet in parser.sheets):
        raise Refused("page", "")
    return parser.sheets


def declared(path: str) -> str:
    """Give a page's encoding: its mark, what it declares of itself, else what its bytes look like."""
    with open(path, "rb") as file:
        head = file.read(4096)
    wide = encoding.wide(head)
    match = None if wide else _CHARSET.search(head)
    if match and not head.startswith(codecs.BOM_UTF8):
        try:
            name = codecs.lookup(match[1].decode("ascii")).name
        except LookupError:
            name = ""
        if name and not name.startswith(("utf-16", "utf-32", "utf-8")):
            # browsers read Latin-1 as Windows-1252, and so do the pages' authors
            return "cp1252" if name in {"iso8859-1", "ascii"} else name
    return encoding.find(Path(path)).name


class _Grid:
    """One table while it is read: its cells so far, and those that reach down from rows above."""

    def __init__(self, name: str) -> None:
        self.sheet = Gathered(name)
        self.row = 0
        self.in_foot = False
        self.foot: list[list[str]] = []
        self.cells: list[str] = []
        self.reaching: dict[int, tuple[int, str]] = {}
        self.text: list[str] | None = None
        self.span = (1, 1)

    def begin_row(self) -> None:
        self.end_row()
        self.row += 1
        self.cells = []
        self._reach()

    def begin_cell(self, attributes: dict[str, str | None]) -> None:
        self.end_cell()
        if not self.row:
            self.begin_row()
        self.text = []
        self.span = _span(attributes.get("colspan")), _span(attributes.get("rowspan"))

    def end_cell(self) -> None:
        if self.text is None:
            return
        across, down = self.span
        value = tidy("".join(self.text))
        self.text = None
        self._reach()
        column = len(self.cells)
        if column + across > WIDEST:
            raise Refused("large", f"{column + across:,} columns")
        if (across, down) != (1, 1):
            area = (self.row, column, self.row + down - 1, column + across - 1)
            self.sheet.findings.merged.append(area)
        self.cells += [value, *[""] * (across - 1)]
        if down > 1:
            for place in range(column, column + across):
                self.reaching[place] = (self.row + down - 1, value if place == column else "")
        self._reach()

    def _reach(self) -> None:
        """Leave the places to the cells above that reach down to this row."""
        while (found := self.reaching.get(len(self.cells))) and found[0] >= self.row and self.row:
            if found[0] == self.row:
                del self.reaching[len(self.cells)]
            self.cells.append(found[1])

    def end_row(self) -> None:
        self.end_cell()
        if self.cells and self.in_foot:
            self.foot.append(self.cells)
        elif self.cells:
            self.sheet.add(self.row, self.cells)
        self.cells = []

    def end(self) -> None:
        """Close the table: its foot is shown below its rows, wherever the page has it."""
        self.end_row()
        for cells in self.foot:
            self.row += 1
            self.sheet.add(self.row, cells)


class _Page(HTMLParser):
    """Follows the tags of a page; what is left open is closed by what comes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets: list[Gathered] = []
        self._open: list[_Grid] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._hidden:
            if tag == self._hidden[-1] and tag not in _VOID:
                self._hidden.append(tag)
            return
        if tag == "table":
            self._begin_table()
        elif tag in _HIDDEN:
            self._hidden.append(tag)
        elif self._open:
            self._inside(self._open[-1], tag, dict(attrs))

    def _begin_table(self) -> None:
        if len(self._open) >= _DEEPEST:
            raise Refused("large", "tables nested too deeply")
        grid = _Grid(f"table {len(self.sheets) + 1}")
        self.sheets.append(grid.sheet)
        self._open.append(grid)

    def _inside(self, grid: _Grid, tag: str, attributes: dict[str, str | None]) -> None:
        if tag in _SECTIONS:
            grid.end_row()
            grid.in_foot = tag == "tfoot"
        elif tag == "tr":
            grid.begin_row()
        elif tag in {"td", "th"}:
            grid.begin_cell(attributes)
        elif grid.text is not None and (tag == "br" or tag in _BREAKING):
            grid.text.append("\x00")

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            if tag == self._hidden[-1]:
                self._hidden.pop()
            return
        if not self._open:
            return
        grid = self._open[-1]
        if tag in {"td", "th"}:
            grid.end_cell()
        elif tag == "tr" or tag in _SECTIONS:
            grid.end_row()
            grid.in_foot = grid.in_foot and tag == "tr"
        elif tag == "table":
            self._open.pop().end()
        elif tag in _BREAKING and grid.text is not None:
            grid.text.append("\x00")

    def handle_data(self, data: str) -> None:
        if self._open and not self._hidden and self._open[-1].text is not None:
            self._open[-1].text.append(data)

    def finish(self) -> None:
        """Close what the page left open."""
        while self._open:
            self._open.pop().end()


def tidy(text: str) -> str:
    """Give a cell's text as a browser shows it: blanks run together, line breaks only where tags make them."""
    lines = [_SPACES.sub(" ", line).strip(" ") for line in text.replace("\u00a0", " ").split("\x00")]
    return "\n".join(line for line in lines if line)


def _span(text: str | None) -> int:
    digits = (text or "").strip()
    return min(max(int(digits), 1), 1000) if digits.isdecimal() and len(digits) < 7 else 1
