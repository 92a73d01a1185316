"""Imports while the API misbehaves: every kind of fault, alone or with others, ends as the ledger says."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from storm import Verdict, run, with_bulk_io, with_naive_loop
from storm_kinds import KINDS

from bulk_io.sandbox import Sandbox, start

TWINS = (
    *("latency after", "answer later than the timeout before", "no answer before", "garbage before", "body cut before"),
    *("body reset after", "headers cut before", "empty 200 before", "empty 201", "a list before", "null", "a number"),
    *("cut json before", "deep json before", "deep object", "invalid utf-8 before", "204 before", "html 200 before"),
    *("33 MiB after", "no data", "no id before", "408 after", "500", "502 before", "503 before", "504 after"),
    *("301 after", "302", "307", "308 before", "429, Retry-After negative", "429, Retry-After decimal"),
)
"""How kinds begin that have a like in the default run, so that they blow only in the long one."""


@pytest.fixture(scope="module")
def crm() -> Iterator[Sandbox]:
    """A sandbox for all storms of a worker."""
    with start() as running:
        yield running


def told(verdict: Verdict) -> str:
    """All that went wrong, for a failed test."""
    return "\n".join([*map(str, verdict.wrong), *verdict.finish.told])


@pytest.mark.parametrize("name", [name for name in KINDS if not name.startswith(TWINS)])
def test_a_kind_of_fault_alone(crm: Sandbox, name: str) -> None:
    """Rows add up, nothing is lost, doubled, mislabelled or unknown, and the run ends."""
    # even seeds do not look contacts up first, so that 409s come
    seed = 2 * list(KINDS).index(name) + name.startswith(("429", "503 with", "404", "422"))
    verdict = run(with_bulk_io, crm, [KINDS[name]], seed, rows=12, probability=0.5)
    assert verdict.hits
    assert not verdict.wrong, told(verdict)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("name", KINDS)
def test_a_kind_of_fault_alone_with_ten_seeds(crm: Sandbox, name: str, seed: int) -> None:
    """The same with larger files."""
    verdict = run(with_bulk_io, crm, [KINDS[name]], 100 + seed, rows=40)
    assert not verdict.wrong, told(verdict)


def mixed(crm: Sandbox, seed: int, rows: int) -> Verdict:
    """Three to six kinds at once, each hitting a request in ten."""
    chance = random.Random(seed)
    kinds = [KINDS[name] for name in chance.sample(list(KINDS), chance.randint(3, 6))]
    return run(with_bulk_io, crm, kinds, seed, rows=rows, probability=0.1)


@pytest.mark.parametrize("seed", range(4))
def test_a_mixed_storm(crm: Sandbox, seed: int) -> None:
    """Several kinds at once."""
    verdict = mixed(crm, 1000 + seed, 30)
    assert not verdict.wrong, told(verdict)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(200))
def test_many_mixed_storms(crm: Sandbox, seed: int) -> None:
    """Several kinds at once, two hundred times."""
    verdict = mixed(crm, 2000 + seed, 60)
    assert not verdict.wrong, told(verdict)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("fin after", "mislabelled"),
        ("500 after", "mislabelled"),
        ("id stripped", "mislabelled"),
        ("500 before", "unknown"),
        ("success false", "mislabelled"),
        ("city dropped", "value"),
        ("302 before", "leaked"),
    ],
)
def test_the_storm_bites_the_naive_loop(crm: Sandbox, name: str, what: str) -> None:
    """The vendor's loop with three tries and a counter fails the same comparison."""
    verdict = run(with_naive_loop, crm, [KINDS[name]], 0, rows=30)
    assert what in {wrong.what for wrong in verdict.wrong}, told(verdict)


def test_the_naive_loop_is_right_in_good_weather(crm: Sandbox) -> None:
    """What the storm finds is the storm's doing."""
    assert run(with_naive_loop, crm, [], 0).wrong == []


def test_a_hanging_importer_is_told(crm: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The watchdog ends it, and every row counts as unknown."""
    monkeypatch.setattr("storm.LONGEST", 0.3)

    def asleep(*given: object) -> None:
        while True:
            pass

    wrong = run(asleep, crm, [], 0, rows=5).wrong  # type: ignore[arg-type]
    assert wrong[0].what == "hung"
    assert {one.what for one in wrong} == {"hung", "unknown", "lost", "value"}
