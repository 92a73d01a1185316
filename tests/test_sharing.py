"""One step over many pieces, shared among processes."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from bulk_io.sharing import Crew


def told(piece: int, *, slow: int = -1) -> tuple[int, int]:
    """Give a piece back with the process that had it."""
    if piece == slow:
        time.sleep(0.3)
    return piece, os.getpid()


def failing(piece: int) -> int:
    """Fail at one piece."""
    if piece == 7:
        raise ValueError(piece)
    return piece


def killed(piece: int, *, parent: int) -> int:
    """End every process but the parent, as the system does when memory runs out."""
    if os.getpid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
    return piece


def noted(path: Path, what: Callable[[], object] = os.getpid) -> None:
    """Write down what this process says."""
    path.write_text(str(what()))


def knows_colours() -> bool:
    """Tell whether this process has loaded a module that nobody else needs."""
    return "colorsys" in sys.modules


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_results_come_in_the_order_of_the_pieces(at_once: int) -> None:
    """Whichever process is slow; the caller's own process does its share."""
    with Crew(at_once) as crew:
        crew.call()
        found = list(crew.in_order(partial(told, slow=3), range(40)))
    assert [piece for piece, _ in found] == list(range(40))
    where = {process for _, process in found}
    assert os.getpid() in where
    assert (len(where) > 1) == (at_once > 1)


def test_the_others_have_work_while_a_result_is_used() -> None:
    """Further pieces are with them before a result is given, yet never all of them."""
    taken: list[int] = []

    def pieces() -> Iterator[int]:
        for piece in range(40):
            taken.append(piece)
            yield piece

    with Crew(2) as crew:
        crew.call()
        for piece, _ in crew.in_order(told, pieces()):
            assert min(piece + 2, 40) <= len(taken) <= piece + 1 + 8
            time.sleep(0.02)


@pytest.mark.parametrize("at_once", [1, 2])
def test_an_error_of_the_step_is_raised(at_once: int) -> None:
    """Wherever it happened, as it was."""
    with Crew(at_once) as crew:
        crew.call()
        with pytest.raises(ValueError, match="7"):
            list(crew.in_order(failing, range(20)))


def test_a_process_that_is_killed_loses_nothing() -> None:
    """What it had is done here."""
    parent = os.getpid()
    with Crew(2) as crew:
        crew.call()
        assert list(crew.in_order(partial(killed, parent=parent), range(20))) == list(range(20))


SCRIPT = """
import os, sys, time
sys.path.insert(0, {folder!r})
from test_sharing import told
from bulk_io.sharing import Crew
crew = Crew(2)
crew.call()
for _, process in crew.in_order(told, iter(int, 1)):
    if process != os.getpid():
        print(process, flush=True)
        time.sleep(60)
"""


def test_the_other_processes_go_with_the_one_that_called() -> None:
    """Even if that was killed and could not tell them; the script needs no main guard."""
    script = SCRIPT.format(folder=str(Path(__file__).parent))
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as caller:
        assert caller.stdout
        other = int(caller.stdout.readline())
        caller.kill()
    for _ in range(100):
        time.sleep(0.1)
        if not is_alive(other):
            return
    pytest.fail("it is still there")


def is_alive(process: int) -> bool:
    """Tell whether there is such a process; one that nobody has waited for yet is none."""
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("at_once", [1, 2])
def test_a_step_is_done_beside_a_block(at_once: int, tmp_path: Path) -> None:
    """By another process if there is one; it is done when the block ends."""
    with Crew(at_once) as crew:
        crew.call()
        with crew.beside(partial(noted, tmp_path / "by")):
            pass
        assert ((tmp_path / "by").read_text() == str(os.getpid())) == (at_once == 1)


@pytest.mark.parametrize("at_once", [1, 2])
def test_an_error_beside_a_block_is_raised(at_once: int) -> None:
    """As it was; one of the block itself comes first."""
    with Crew(at_once) as crew:
        crew.call()
        with pytest.raises(ValueError, match="7"), crew.beside(partial(failing, 7)):
            pass
        with pytest.raises(KeyError), crew.beside(partial(told, 3, slow=3)):
            raise KeyError


def test_a_step_beside_a_block_whose_process_is_killed_is_done_here() -> None:
    """Nothing is lost."""
    with Crew(2) as crew:
        crew.call()
        with crew.beside(partial(killed, 1, parent=os.getpid())):
            pass


def test_others_who_were_dismissed_do_nothing_more() -> None:
    """Steps are done here then."""
    with Crew(2) as crew:
        crew.call()
        crew.dismiss()
        assert {process for _, process in crew.in_order(told, range(20))} == {os.getpid()}


def test_others_collect_garbage_as_seldom(tmp_path: Path) -> None:
    """As the one that called them."""
    before = gc.get_threshold()
    gc.set_threshold(12_345, 6, 7)
    try:
        with Crew(2) as crew:
            crew.call()
            with crew.beside(partial(noted, tmp_path / "by", gc.get_threshold)):
                pass
    finally:
        gc.set_threshold(*before)
    assert (tmp_path / "by").read_text() == "(12345, 6, 7)"


def test_others_load_what_they_will_need(tmp_path: Path) -> None:
    """While they start; this process does not."""
    with Crew(2, ("colorsys",)) as crew:
        crew.call()
        with crew.beside(partial(noted, tmp_path / "by", knows_colours)):
            pass
    assert ((tmp_path / "by").read_text(), knows_colours()) == ("True", False)


def test_pieces_are_taken_as_they_are_needed() -> None:
    """A few are ahead of what was given back: a file need not fit into memory."""
    taken = 0

    def pieces() -> Iterator[int]:
        nonlocal taken
        while True:
            taken += 1
            yield taken

    with Crew(2) as crew:
        crew.call()
        results = crew.in_order(told, pieces())
        for number in range(1, 50):
            assert next(results)[0] == number
            assert taken <= number + 12


def test_nobody_is_started_who_was_not_called() -> None:
    """A small file is done here, whatever cores there are."""
    with Crew(4) as crew:
        assert {process for _, process in crew.in_order(told, range(20))} == {os.getpid()}


def test_a_semaphore_that_went_too_early_is_not_told_to_the_user() -> None:
    """loky counts them in a process of its own, which hears of an end by chance too late and would warn."""
    script = (
        "from bulk_io.sharing import Crew\n"
        "from loky.backend import resource_tracker\n"
        "with Crew(2) as crew:\n"
        "    crew.call()\n"
        "    resource_tracker.register('/bulk-io-gone', 'semlock')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == ""
