"""Ctrl-C and SIGTERM: nothing more is sent, what is under way comes to its end, and ``resume`` does the rest."""

from __future__ import annotations

import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from crash_scene import Crm, Job, Scene
from crashing import HANGS, Deed, Ending, Process, launcher

from bulk_io import session
from bulk_io.crashpoints import POINTS
from bulk_io.journal import FILE_NAME
from bulk_io.sandbox import Sandbox

SIGNALS = [pytest.param(signal.SIGINT, id="Ctrl-C"), pytest.param(signal.SIGTERM, id="SIGTERM")]
MANY = 32
"""Requests in flight."""
ANSWERED = 60
"""Requests that are answered before those."""
HELD_MS = 1500
"""How long those are under way."""


def job(sandbox: Sandbox, folder: Path, *options: str, rows: int = 60) -> Job:
    """An import; all contacts are looked up first, so that a row costs one request."""
    return Job(Crm(sandbox, Scene.make(1, rows)), folder, ("--lookup", "always", *options))


def full(one: Job) -> tuple[Process, list[dict[str, Any]]]:
    """Begin an import, and give it when 32 requests are in flight that the CRM holds back, with these requests."""
    one.patches = {"bulk_io.throttle.START": MANY}
    quick = {"action": "pass", "delay_ms": 8, "times": ANSWERED}
    one.crm.set_faults([quick, {"action": "pass", "delay_ms": HELD_MS}])
    process = one.begin()
    deadline = time.monotonic() + HANGS
    while True:
        under_way = one.crm.in_flight()
        held = [event for at, event in under_way if at >= ANSWERED]
        # all of one generation: the CRM does not answer any of them while the signal is on its way
        if len(held) == len(under_way) == MANY and time.time() - held[0]["at"] < HELD_MS / 2000:
            one.crm.set_faults([])
            return process, held
        assert process.alive_after(0.02)
        assert time.monotonic() < deadline, f"{len(held)} in flight"


def delivered(process: Process, number: int) -> None:
    """Send a signal, and wait until the process has it: a second one of its kind would be lost before."""
    process.send(number)
    status = Path(f"/proc/{process.pid}/status")
    while status.exists() and any(
        int(line.split()[1], 16) >> (number - 1) & 1
        for line in status.read_text().splitlines()
        if line.startswith(("SigPnd", "ShdPnd"))
    ):
        pass


def states(job: Job) -> Counter[str]:
    """How many rows stand how in the journal."""
    run = job.run_folder()
    assert run is not None
    with closing(sqlite3.connect(run / FILE_NAME)) as journal:
        return Counter(dict(journal.execute("SELECT state, count(*) FROM actions GROUP BY state")))


def reports(ending: Ending, job: Job) -> bool:
    """Tell whether the reports were made that a stopped run names."""
    files = [name for name in ending.document["files"].values() if name]
    return len(files) >= 3 and all((job.folder / name).is_file() for name in files)


def stopped_in_time(sandbox: Sandbox, folder: Path, number: int) -> None:
    """Stop an import with 32 requests in flight, see that it ended as it should, and go on with it."""
    one = job(sandbox, folder, "--concurrency", str(MANY), rows=160)
    process, held = full(one)
    at = time.time()
    process.send(number)
    ending = one.died(process)
    assert (ending.code, ending.document["exit"], ending.document["state"]) == (128 + number, 128 + number, "stopped")
    assert "`bulk-io resume` goes on" in ending.document["error"]
    assert reports(ending, one)
    assert [event["path"] for event in one.crm.events() if event["at"] > at] == []
    sent = one.crm.writes()
    expected = [
        row.becomes if row.phone in sent or row.becomes in ("unchanged", "held", "invalid") else "pending"
        for row in one.crm.scene.rows
    ]
    assert [said for _, said, _ in one.labels(ending)] == expected
    assert "pending" in expected
    phones = {one.crm.phone_of(event) for event in held}
    assert len(phones) == MANY
    assert phones <= one.settled()
    assert one.ended_well(one.finish(), sends=1)


@pytest.mark.parametrize("turn", range(5))
def test_a_signal_with_32_requests_in_flight(sandbox: Sandbox, tmp_path: Path, turn: int) -> None:
    """All 32 are settled, nothing leaves after it, reports, resume line and exit code are there; resume finishes."""
    stopped_in_time(sandbox, tmp_path, (signal.SIGINT, signal.SIGTERM)[turn % 2])


@pytest.mark.slow
@pytest.mark.parametrize("turn", range(50))
def test_fifty_signals_with_32_requests_in_flight(sandbox: Sandbox, tmp_path: Path, turn: int) -> None:
    """The same, fifty times."""
    stopped_in_time(sandbox, tmp_path, (signal.SIGINT, signal.SIGTERM)[turn % 2])


@pytest.mark.parametrize("number", SIGNALS)
def test_a_server_that_never_answers_is_not_waited_for(sandbox: Sandbox, tmp_path: Path, number: int) -> None:
    """The deadline ends the wait; the reports are made, and resume finds out which requests had worked."""
    assert session.DRAIN_SECONDS == 10.0
    one = job(sandbox, tmp_path, "--timeout", "900")
    one.patches = {"bulk_io.session.DRAIN_SECONDS": 0.3, "bulk_io.throttle.START": MANY}
    one.crm.set_faults([{"action": "hang", "method": "POST", "when": when, "every": 2} for when in ("after", "before")])
    process = one.begin()
    assert process.until(lambda reached: reached["request leaving"] >= 20)
    process.send(number)
    ending = one.died(process)
    assert (ending.code, ending.document["state"]) == (128 + number, "stopped")
    assert "`bulk-io resume`" in ending.document["error"]
    assert reports(ending, one)
    assert states(one)["sent"] >= 1
    one.crm.set_faults([])
    assert one.ended_well(one.finish())


@pytest.mark.parametrize("number", SIGNALS)
def test_a_second_signal_leaves_at_once(sandbox: Sandbox, tmp_path: Path, number: int) -> None:
    """The requests are still in flight when it has ended; they come in late, and resume still tells the truth."""
    one = job(sandbox, tmp_path, "--concurrency", str(MANY), rows=160)
    process, _ = full(one)
    delivered(process, number)
    process.send(number)
    ending = one.died(process)
    assert len(one.crm.in_flight()) == MANY
    assert ending.code == 128 + number
    assert "`bulk-io resume`" in ending.document["error"]
    assert states(one)["sent"] >= MANY
    assert one.ended_well(one.finish())


def test_what_never_left_is_not_unknown(sandbox: Sandbox, tmp_path: Path) -> None:
    """After a clean stop every row is either settled or still planned; resume does not ask how it ended."""
    one = job(sandbox, tmp_path, "--concurrency", "8")
    assert one.died(one.begin(Deed("answer come", 20, signal.SIGINT))).code == 130
    assert set(states(one)) == {"planned", "settled"}


def test_the_way_on_is_printed(sandbox: Sandbox, tmp_path: Path) -> None:
    """The last line of what a person reads says how to go on."""
    one = job(sandbox, tmp_path)
    stop = Deed("answer come", 5, signal.SIGINT)
    process = launcher().run(
        "import", "leads.csv", "--concurrency", "4", folder=tmp_path, sandbox=one.crm.sandbox, deeds=[stop]
    )
    ending = process.wait()
    assert ending.code == 130
    assert ending.err.splitlines()[-1] == "Error: stopped by SIGINT; `bulk-io resume` goes on"


def moments() -> Iterator[Any]:
    """Each point with one of the signals, and in the long run with the other one too."""
    for at, point in enumerate(POINTS):
        for turn, number in enumerate((signal.SIGINT, signal.SIGTERM)):
            marks = [pytest.mark.slow] if turn != at % 2 else []
            yield pytest.param(point, number, id=f"{number.name} at {point}", marks=marks)


@pytest.mark.parametrize(("point", "number"), list(moments()))
def test_a_signal_at_a_point(sandbox: Sandbox, tmp_path: Path, point: str, number: int) -> None:
    """The exit code is the signal's wherever it comes, the document is one, and resume finishes the run."""
    one = job(sandbox, tmp_path, "--lookup", "never", "--concurrency", "4")
    ending = one.died(one.begin(Deed(point, 1, number)))
    assert (ending.code, ending.document.get("exit")) == (128 + number, 128 + number), ending.err
    assert one.ended_well(one.finish())
