"""Several processes at once: one owner a run, and several runs into one CRM that do not get into each other's way."""

from __future__ import annotations

import fcntl
import re
import signal
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from crash_scene import DONE, Crm, Job, Scene, results
from crashing import Deed, Ending, Process

from bulk_io import runs
from bulk_io.errors import UsageError
from bulk_io.sandbox import Sandbox

COUNTS = [pytest.param(2, id="two"), pytest.param(5, id="five")]


def unfinished(sandbox: Sandbox, folder: Path, seed: int, *, rows: int = 60) -> Job:
    """An import that was killed in the middle."""
    one = Job(Crm(sandbox, Scene.make(seed, rows)), folder, ("--lookup", ("never", "always")[seed % 2]))
    assert one.died(one.begin(Deed("answer come", 20))).code == -9
    return one


def refusal(one: Job, owner: str) -> str:
    """What a process says that finds a run at work."""
    run = one.run_folder()
    assert run is not None
    return f"run {run.name} is being worked on by {owner}; wait or stop it"


@pytest.mark.parametrize("count", COUNTS)
def test_of_many_that_resume_one_run_one_works(sandbox: Sandbox, tmp_path: Path, count: int) -> None:
    """The others end with one sentence that names its pid, and send nothing; every row is sent once."""
    one = unfinished(sandbox, tmp_path, count)
    racing = [one.resume(Deed("request leaving", 1, signal.SIGSTOP)) for _ in range(count)]
    # the winner stops at its first request, so that all others meet it at work
    (winner,) = [process for process in racing if process.stops("request leaving")]
    racing.remove(winner)
    for loser in racing:
        ending = loser.wait()
        assert (ending.code, loser.trace) == (2, [])
        assert ending.document == {"error": ending.err.strip().removeprefix("Error: "), "exit": 2}
        assert re.fullmatch(refusal(one, r"(process \d+|another process)"), ending.document["error"])
    late = one.resume().wait()
    assert (late.code, late.document) == (2, {"error": refusal(one, f"process {winner.pid}"), "exit": 2})
    winner.send(signal.SIGCONT)
    assert one.ended_well(winner.wait())


def test_a_killed_owner_makes_room_for_the_next(sandbox: Sandbox, tmp_path: Path) -> None:
    """Its lock goes with it, whatever it leaves on the disk."""
    one = unfinished(sandbox, tmp_path, 1)
    owner = one.resume(Deed("request leaving", 1, signal.SIGSTOP))
    assert owner.stops("request leaving")
    assert one.resume().wait().code == 2
    owner.send(signal.SIGKILL)
    assert one.died(owner).code == -9
    assert one.ended_well(one.finish())


@pytest.mark.slow
@pytest.mark.parametrize("turn", range(30))
def test_a_free_race_for_one_run(sandbox: Sandbox, tmp_path: Path, turn: int) -> None:
    """Nobody is held up: who comes late finds an owner, or a finished run, and sends nothing."""
    one = unfinished(sandbox, tmp_path, turn)
    endings = [process.wait() for process in [one.resume() for _ in range(5)]]
    finished = [ending for ending in endings if ending.code == 1]
    assert {ending.code for ending in endings} <= {1, 2}
    assert finished
    assert all(ending.document["exit"] == 2 for ending in endings if ending.code == 2)
    assert one.ended_well(finished[0])


def test_a_dead_process_is_never_named_as_the_owner(tmp_path: Path) -> None:
    """The next owner has the lock and has not yet written its pid over that of the one that was killed."""
    lock = tmp_path / "lock"
    lock.write_text("99999999")
    with closing(lock.open()) as owner:
        fcntl.flock(owner, fcntl.LOCK_EX)
        with pytest.raises(UsageError) as refused, runs.owned(tmp_path):
            pytest.fail("two at work")
    assert "99999999" not in str(refused.value)


def together(jobs: Sequence[Job]) -> list[Ending]:
    """Run imports that all begin to write at the same moment."""
    racing: list[Process] = [job.begin(Deed("plan complete", 1, signal.SIGSTOP)) for job in jobs]
    for process in racing:
        assert process.stops("plan complete"), process.wait()
    for process in racing:
        process.send(signal.SIGCONT)
    return [process.wait() for process in racing]


def agree(crm: Crm, folder: Path, endings: Sequence[Ending]) -> bool:
    """Fail unless the labels of all runs together are what the ledger has: each contact is created by one of them."""
    assert all((ending.code, ending.document["state"]) == (1, "finished") for ending in endings)
    labels = [results(folder, ending) for ending in endings]
    writes = crm.writes()
    contacts = {str(contact["phoneNumber"]): contact for contact in crm.contacts()}
    rows = crm.scene.rows
    assert contacts.keys() == {row.phone for row in rows if row.becomes in DONE}
    for at, row in enumerate(rows):
        said = Counter(label[at][1] for label in labels)
        if row.becomes not in DONE:
            assert said == {row.becomes: len(endings)}, row
            continue
        done = Counter(event["committed"] for event in writes.get(row.phone, ()))
        assert (said["created"], said["updated"]) == (done["created"], done["updated"]), row
        assert said["created"] == (row.phone not in crm.scene.known), row
        assert said.total() == said["created"] + said["updated"] + said["unchanged"], row
        assert {label[at][2] for label in labels} == {contacts[row.phone]["id"]}
        assert (contacts[row.phone]["name"], contacts[row.phone]["city"]) == (row.name, row.city)
    return True


@pytest.mark.parametrize("lookup", ["never", "always"])
@pytest.mark.parametrize("count", COUNTS)
def test_many_imports_of_one_file_at_once(sandbox: Sandbox, tmp_path: Path, count: int, lookup: str) -> None:
    """No contact is made twice, no row is left unknown, and each contact was `created` by exactly one of the runs."""
    crm = Crm(sandbox, Scene.make(count, 40))
    endings = together([Job(crm, tmp_path, ("--lookup", lookup)) for _ in range(count)])
    assert agree(crm, tmp_path, endings)


def test_who_created_a_contact_among_many_says_so(sandbox: Sandbox, tmp_path: Path) -> None:
    """Each run gives its own tag; the first tag of a contact is that of the run that calls it created."""
    crm = Crm(sandbox, Scene.make(7, 40))
    endings = together([Job(crm, tmp_path, ("--add-tag", f"run {at}")) for at in range(3)])
    assert agree(crm, tmp_path, endings)
    tags = {str(contact["id"]): contact["tags"] for contact in crm.contacts()}
    for at, ending in enumerate(endings):
        created = {contact for _, said, contact in results(tmp_path, ending) if said == "created"}
        assert {tags[contact][0] for contact in created} <= {f"run {at}"}
