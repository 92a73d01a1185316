"""kill -9 at every named point and at any moment: after ``resume`` all is as if nothing had happened."""

from __future__ import annotations

import random
import signal
from pathlib import Path
from typing import Any

import pytest
from crash_scene import Crm, Job, Scene
from crashing import LEAST, Deed, Process
from kill_loop import Figures, NaiveJob, kill_loop

from bulk_io.crashpoints import POINTS
from bulk_io.sandbox import Sandbox

UNSENT = (
    "run made",
    "rows kept",
    "rows checked",
    "plan written",
    "plan complete",
    "intents written",
    "intents durable",
)
"""The points at which nothing was sent yet, the first time that they are reached."""
SENT = ("file written", "file named", "run finished")
"""The points at which nothing is left to be sent."""
CRUCIAL = ("plan complete", "intents durable", "request leaving", "answer come", "ends durable")
"""The points that the default run tries with a lookup too, after which no 409 leads to an update."""
SHOTS = [
    *(pytest.param(point, "never", id=point) for point in POINTS),
    *(
        pytest.param(point, "always", id=f"{point}, looked up", marks=() if point in CRUCIAL else pytest.mark.slow)
        for point in POINTS
        if not point.startswith("update")
    ),
]
LOST = {"action": "close", "when": "after", "probability": 0.25, "seed": 3}


def job(sandbox: Sandbox, folder: Path, seed: int, lookup: str, **given: Any) -> Job:
    """An import of some 70 rows."""
    return Job(Crm(sandbox, Scene.make(seed, 60, **given)), folder, ("--lookup", lookup))


def carried_out(one: Job, process: Process, what: str, count: int) -> None:
    """Wait until so many requests that are still under way were carried out; they hang after that."""
    while sum(event["committed"] == what for _, event in one.crm.in_flight()) < count:
        assert process.alive_after(0.01)


@pytest.mark.parametrize("lookup", ["never", "always"])
def test_an_import_that_nothing_disturbs(sandbox: Sandbox, tmp_path: Path, lookup: str) -> None:
    """It ends as the scene says, and comes by every point: one that the code has lost fails here."""
    one = job(sandbox, tmp_path, 1, lookup)
    process = one.begin()
    assert one.ended_well(process.wait(), sends=1)
    missed = {point for point in POINTS if process.reached[point] < LEAST.get(point, 1)}
    assert missed == (set() if lookup == "never" else {"update written", "update durable"})


@pytest.mark.parametrize(("point", "lookup"), SHOTS)
def test_an_import_is_killed_at_a_point(sandbox: Sandbox, tmp_path: Path, point: str, lookup: str) -> None:
    """Resumed it ends as if nothing had happened, also where the resumed run is killed in its turn."""
    chance = random.Random(f"{point} {lookup}")
    deed = Deed(point, chance.randint(1, LEAST.get(point, 1)))
    one = job(sandbox, tmp_path, chance.randrange(1000), lookup)
    process = one.begin(deed)
    assert one.died(process).code == -9
    assert (process.trace[-1], process.reached[point]) == (deed.point, deed.nth)
    sent = len(one.crm.writes())
    assert not (sent and point in UNSENT and deed.nth == 1)
    if chance.random() < 0.5:
        second = Deed(chance.choice([other for other in POINTS if other != "run made"]), chance.randint(1, 3))
        one.died(one.resume(second))
    assert one.ended_well(one.finish())
    if point in SENT:
        assert len(one.crm.writes()) == sent


def test_a_death_between_two_people_of_one_number(sandbox: Sandbox, tmp_path: Path) -> None:
    """A row met its number's owner of another name, a later row is that owner and was written: it stays `updated`."""
    one = job(sandbox, tmp_path, 1, "never", strangers_first=True)
    # the updates are carried out, and the process dies before it is told so
    one.crm.set_faults([{"action": "hang", "method": "PUT", "when": "after"}])
    process = one.begin()
    carried_out(one, process, "updated", sum(row.becomes == "held" for row in one.crm.scene.rows))
    process.send(signal.SIGKILL)
    assert one.died(process).code == -9
    # the strangers come to their ends last
    one.crm.set_faults([{"action": "pass", "method": "POST", "delay_ms": 300}])
    assert one.ended_well(one.finish())


def test_a_death_before_the_run_has_its_name(sandbox: Sandbox, tmp_path: Path) -> None:
    """There is nothing to resume, which is said; nothing was sent, and the import can simply be made again."""
    one = job(sandbox, tmp_path, 1, "never")
    process = one.begin()
    process.send(signal.SIGKILL)
    assert (one.died(process).code, process.trace) == (-9, [])
    assert (one.run_folder(), one.crm.events()) == (None, [])
    refused = one.resume().wait()
    assert (refused.code, refused.document) == (2, {"error": "there is no run in bulk-io-runs", "exit": 2})
    assert one.ended_well(one.finish())


def told(figures: Figures) -> str:
    """Print what many kills came to, and give it."""
    print(figures)
    return str(figures)


@pytest.mark.parametrize("seed", range(4))
def test_kills_at_any_moment(sandbox: Sandbox, tmp_path: Path, seed: int) -> None:
    """Five times four: 0 lost, 0 doubled, 0 unknown, 0 mislabelled, with 20 % of the contacts there before."""
    figures = kill_loop(sandbox, tmp_path, kills=5, seed=seed)
    assert not figures.wrong, told(figures)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_two_hundred_kills_at_any_moment(sandbox: Sandbox, tmp_path: Path, seed: int) -> None:
    """The same, five times forty, with longer files; ``python tests/crashing.py`` prints the figures."""
    figures = kill_loop(sandbox, tmp_path, kills=5, seed=100 + seed, rows=300)
    assert not figures.wrong, told(figures)


@pytest.mark.parametrize("seed", range(2))
def test_kills_while_answers_are_lost(sandbox: Sandbox, tmp_path: Path, seed: int) -> None:
    """A quarter of the answers never comes, beside the kills: what was made is still known for our own."""
    figures = kill_loop(sandbox, tmp_path, kills=3, seed=seed, faults=[LOST])
    assert not figures.wrong, told(figures)


@pytest.mark.parametrize(("kind", "wrong"), [(Job, []), (NaiveJob, ["mislabelled"])], ids=["bulk_io", "naive loop"])
def test_the_kills_bite_the_naive_loop(sandbox: Sandbox, tmp_path: Path, kind: type[Job], wrong: list[str]) -> None:
    """Killed between a creation and its answer, the vendor's loop with a counter calls its own contact updated."""
    one = kind(Crm(sandbox, Scene.make(1, 40, plain=True)), tmp_path)
    one.crm.set_faults([{"action": "hang", "method": "POST", "when": "after", "nth": 12}])
    process = one.begin()
    carried_out(one, process, "created", 1)
    process.send(signal.SIGKILL)
    assert one.died(process).code == -9
    one.crm.set_faults([])
    assert [found.what for found in one.faults(one.finish())] == wrong
