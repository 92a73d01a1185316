"""The arrows of the design, held by reading the imports: who may know of whom, and that nobody goes in circles."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "bulk_io"

GROUPS = {
    # what all speak of
    "fields": "fields",
    # the moments of a run at which tests kill it
    "crashpoints": "crashpoints",
    "records": "records",
    "bodies": "bodies",
    "errors": "errors",
    # one kind of value each, with the tables and steps behind it
    "values": """
        text tags base formulas difference countries emails phones phone_cells phone_digits
        phone_words numbering names nameparts namewords nicknames namesearch companies kinds places
        """,
    # what was asked for, and who is told
    "options": "options watching selection",
    # pure steps over chunks
    "stage: mapping": """
        mapping mappingfile mappingmodel headers aliases aliastables spellings consent overrides keptlayouts precedence
        """,
    "stage: matching": "matching suggestion refusers neighbours falsefriends contents proposals",
    "stage: edits": "edits",
    "stage: validation": "validation",
    "stage: regions": "regions",
    "stage: troubles": "troubles",
    "stage: duplicates": "duplicates carriers",
    "stage: likeness": "likeness likeness.*",
    "stage: decisions": "decisions",
    "stage: plan": "plan threeway",
    # where the program ends and the world begins
    # files read: where the table lies among rows, then what has sheets, then each family of formats, then who chooses
    "reading: outlines": "reading.outlines reading.outlines.*",
    "reading: sheets": "reading.sheets reading.cells",
    "reading: texts": "reading.texts reading.texts.*",
    "reading: books": "reading.books reading.books.*",
    "reading: records": "reading.records reading.records.*",
    "rim: reading": """
        reading reading.archives reading.child reading.continuation reading.detect reading.guard reading.table
        reading.textformats reading.workbook
        """,
    "rim: api": "answers connection client pace throttle",
    "rim: journal": "journal blocks worklog runs stored gathered workplace",
    "rim: writing": "writing writing.*",
    # who puts things together
    "composition": """
        opening pipeline lookup pages collecting retry session access upload delivery endings groupcommit
        sharing exporting outbound differing ledger report reports reports.*
        run checking jobs importing intake library reviews reviewing
        """,
    "sandbox": "sandbox sandbox.*",
    "cli": "cli cli.*",
    "entry": "__main__",
    # the package itself: ``__version__``, and names that are imported when they are used
    "face": "bulk_io",
}
"""Every module of the package, in exactly one group."""

_VOCABULARY = {"fields", "records", "bodies", "errors"}
_VALUES = _VOCABULARY | {"values"}
_RIMS = {group for group in GROUPS if group.startswith("rim: ")}
_READING = {group for group in GROUPS if group.startswith("reading: ")}
_STAGES = {group for group in GROUPS if group.startswith("stage: ")}
_ALL_BELOW = _VALUES | _RIMS | _STAGES | {"crashpoints", "options", "composition", "sandbox", "face"}

MAY_IMPORT = {
    "fields": set[str](),
    "crashpoints": set[str](),
    "records": set[str](),
    "bodies": {"fields", "records"},
    "errors": set[str](),
    "values": _VALUES,
    "options": _VALUES,
    "stage: mapping": _VALUES | {"options", "stage: mapping"},
    "stage: matching": _VALUES | {"options", "stage: mapping", "stage: matching"},
    "stage: edits": _VALUES,
    "stage: validation": _VALUES | {"options", "stage: edits"},
    "stage: regions": _VALUES | {"options"},
    "stage: troubles": _VALUES,
    "stage: duplicates": _VALUES | {"options", "stage: duplicates", "stage: edits"},
    "stage: likeness": _VALUES | {"stage: likeness"},
    "stage: decisions": _VALUES | {"stage: likeness"},
    "stage: plan": _VALUES | {"options", "stage: plan"},
    "reading: outlines": _VALUES | {"reading: outlines"},
    "reading: sheets": _VALUES | {"reading: outlines", "reading: sheets"},
    "reading: texts": _VALUES | {"reading: outlines", "reading: sheets", "reading: texts"},
    "reading: books": _VALUES | {"reading: outlines", "reading: sheets", "reading: books"},
    "reading: records": _VALUES | {"reading: outlines", "reading: sheets", "reading: texts", "reading: records"},
    "rim: reading": _VALUES | _READING | {"rim: reading"},
    "rim: api": _VALUES | {"rim: api", "face", "crashpoints"},
    "rim: journal": _VALUES | {"rim: journal", "crashpoints"},
    "rim: writing": _VALUES | {"rim: writing", "crashpoints"},
    "composition": _ALL_BELOW,
    "sandbox": {"fields", "errors", "values", "sandbox"},
    "cli": _ALL_BELOW | {"cli"},
    "entry": {"cli", "errors"},
    "face": _ALL_BELOW,
}
"""Which groups a group's modules may import, anywhere in their text."""


@dataclass(frozen=True)
class Import:
    """A module of ours that another one imports: at which line, and whether that happens when it is loaded."""

    module: str
    line: int
    at_load: bool


def name_of(path: Path) -> str:
    """A module's name below the package: ``reading.table``, ``reading`` for its ``__init__``, ``bulk_io`` the top."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__") or "bulk_io"


MODULES = {name_of(path): path for path in sorted(ROOT.rglob("*.py"))}


def group_of(module: str) -> list[str]:
    """The groups that list a module."""
    package = module.rpartition(".")[0]
    return [group for group, listed in GROUPS.items() if {module, f"{package}.*"} & set(listed.split())]


def imports(tree: ast.Module) -> list[Import]:
    """What a module imports of ours; ``from bulk_io import names`` is the module ``names`` where there is one."""
    found: list[Import] = []

    def visit(node: ast.AST, at_load: bool) -> None:
        if isinstance(node, ast.Import):
            ours = [alias.name for alias in node.names if alias.name.split(".")[0] == "bulk_io"]
            found.extend(Import(named(name), node.lineno, at_load) for name in ours)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports name the package"
            origin = node.module or ""
            if origin.split(".")[0] == "bulk_io":
                wanted = (f"{origin}.{alias.name}" for alias in node.names)
                found.extend(Import(named(name, origin), node.lineno, at_load) for name in wanted)
        checking = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        later = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            visit(child, at_load and not later and not checking)

    visit(tree, True)
    return found


def named(dotted: str, origin: str = "") -> str:
    """The module that a dotted name stands for: itself, or the one that it is a name of."""
    module = dotted.removeprefix("bulk_io.")
    return module if module in MODULES else origin.removeprefix("bulk_io.") or "bulk_io"


IMPORTS = {module: imports(ast.parse(path.read_text(encoding="utf-8"))) for module, path in MODULES.items()}


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_its_place(module: str) -> None:
    """A new module is put into a group, and into one only."""
    assert len(group_of(module)) == 1, f"{module} is in {group_of(module) or 'no group'}"


def test_every_name_in_the_table_is_a_module() -> None:
    """A module that went leaves the table too."""
    listed = {name for names in GROUPS.values() for name in names.split()}
    assert {name for name in listed if name.removesuffix(".*") not in MODULES} == set()
    assert GROUPS.keys() == MAY_IMPORT.keys()


@pytest.mark.parametrize("module", MODULES)
def test_a_module_knows_only_whom_it_may(module: str) -> None:
    """Stages know values, rims know nobody else's rim, only the composition puts things together."""
    (group,) = group_of(module) or ["none"]
    wrong = [
        f"line {one.line}: {one.module} ({', '.join(group_of(one.module))})"
        for one in IMPORTS[module]
        if not set(group_of(one.module)) <= MAY_IMPORT[group]
    ]
    assert not wrong, f"{module} ({group}) must not import {'; '.join(wrong)}"


def test_nobody_imports_the_commands_but_the_entry() -> None:
    """The library works without its command line."""
    askers = {module for module, found in IMPORTS.items() for one in found if one.module.split(".")[0] == "cli"}
    assert {module for module in askers if module.split(".")[0] != "cli"} == {"__main__"}


@pytest.mark.parametrize("module", ["bulk_io", "__main__", "cli", "reading"])
def test_what_must_start_fast_loads_none_of_the_heavy_parts(module: str) -> None:
    """``import bulk_io``, ``--help`` and the workbook child load no stage, no rim and no pandas."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += [found.module for found in IMPORTS[one] if found.at_load]
    groups = {group for one in seen for group in group_of(one)}
    assert not groups & (_STAGES | _RIMS - {"rim: reading"} | {"composition"}), sorted(seen)


def test_no_module_imports_itself_in_a_circle() -> None:
    """At module level the imports are a tree that can be read from the bottom."""
    graph = {module: {one.module for one in found if one.at_load} for module, found in IMPORTS.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("from bulk_io import names", Import("names", 1, True), id="a module of the package"),
        pytest.param("from bulk_io import __version__", Import("bulk_io", 1, True), id="a name of the package"),
        pytest.param("from bulk_io.reading import read_table", Import("reading", 1, True), id="a name of a module"),
        pytest.param("from bulk_io.reading import table", Import("reading.table", 1, True), id="a module below"),
        pytest.param("import bulk_io.names", Import("names", 1, True), id="by its whole name"),
        pytest.param("def f():\n import bulk_io.names", Import("names", 2, False), id="in a function"),
        pytest.param("if TYPE_CHECKING:\n import bulk_io.names", Import("names", 2, False), id="for types only"),
        pytest.param("class C:\n from bulk_io import names", Import("names", 2, True), id="in a class"),
    ],
)
def test_the_reader_of_imports_sees_them_all(text: str, expected: Import) -> None:
    """However an import is written, it is one arrow."""
    assert imports(ast.parse(text)) == [expected]
