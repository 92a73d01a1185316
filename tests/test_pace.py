"""The pace that a server allows is found out by its 429s, used almost fully, and asked too much of seldom."""

from __future__ import annotations

import pytest
from limiters import CASES, FORMS, LIMITERS, is_hopeless, measured, usage

from bulk_io.pace import PLATEAU, Pace


def learned(passed: int, *, seconds: float = 10.0, wait: float = 1.0, cap: float | None = None) -> tuple[Pace, float]:
    """A pace that had one lesson, and the moment when the gate opens."""
    pace = Pace(cap, 0.0)
    for number in range(passed):
        pace.passed(number * seconds / passed)
    pace.close(seconds, seconds + wait)
    return pace, seconds + wait


def test_there_is_no_pace_before_the_first_push_back() -> None:
    """Only how many may be on their way at once counts."""
    pace = Pace(None, 0.0)
    pace.left(0.0)
    assert (pace.rate(0.0), pace.wait(0.0)) == (float("inf"), 0.0)


def test_the_first_lesson_is_what_got_through_less_a_tenth() -> None:
    """99 requests in ten seconds and a wait of one: 9 a second, of which 8.1 are tried."""
    pace, opened = learned(99)
    assert pace.rate(opened) == pytest.approx(0.9 * 9.0)


def test_answers_that_come_while_the_gate_is_closed_count_too() -> None:
    """They were let through before; a 429 is often the quicker answer."""
    pace = Pace(None, 0.0)
    pace.close(0.1, 1.1)
    for _ in range(11):
        pace.passed(0.2)
    assert pace.rate(1.1) == pytest.approx(0.9 * 11 / 1.1)


def test_a_push_back_out_of_the_blue_teaches_nothing() -> None:
    """Where nothing ever got through there is nothing to tell a rate by."""
    pace = Pace(None, 0.0)
    pace.close(0.0, 30.0)
    assert pace.rate(30.0) == float("inf")


def test_a_single_early_push_back_is_forgotten_soon() -> None:
    """After one request and one 429, a thousand a second are tried again within six seconds."""
    pace, opened = learned(1, seconds=0.02)
    assert pace.rate(opened) < 1.0
    assert pace.rate(opened + 6.0) > 1_000


def test_a_pace_that_was_confirmed_grows_slowly_around_what_got_through() -> None:
    """Flat where the server pushed back, and above it only later; a limit that was lifted is found out in a minute."""
    pace, now = learned(500)
    for _ in range(3):
        for number in range(500):
            pace.passed(now + number / 50)
        pace.close(now + 10.0, now + 10.2)
        now += 10.2
    ceiling = pace.rate(now + PLATEAU)
    assert 45 <= ceiling <= 70
    assert pace.rate(now) == pytest.approx(0.9 * ceiling)
    assert pace.rate(now + 1.5 * PLATEAU) < 1.02 * ceiling
    assert pace.rate(now + 6 * PLATEAU) > 10 * ceiling


def test_push_backs_with_nothing_between_them_are_one_long_wait() -> None:
    """600 in a second and refusals up to the next minute: ten a second."""
    pace, now = learned(600, seconds=1.0)
    assert pace.rate(now) > 100
    for _ in range(58):
        pace.close(now, now + 1.0)
        now += 1.0
    assert pace.rate(now) == pytest.approx(0.9 * 10.0)


def test_requests_keep_their_distance() -> None:
    """At ten a second each waits a tenth longer than the one before it; those that come late catch up a little."""
    pace = Pace(10.0, 0.0)
    waits = []
    for _ in range(4):
        waits.append(pace.wait(0.0))
        pace.left(0.0)
    assert waits == pytest.approx([0.0, 0.1, 0.2, 0.3])
    assert pace.wait(10.0) == 0.0
    pace.left(10.0)
    assert pace.wait(10.0) == pytest.approx(0.095)


def test_the_cap_is_never_exceeded() -> None:
    """--rate counts whatever got through."""
    pace, opened = learned(1_000, cap=20.0)
    assert Pace(20.0, 0.0).rate(0.0) == 20.0
    assert pace.rate(opened) == 20.0


USED = [
    *((name, "whole seconds") for name in LIMITERS),
    ("bucket of 1 s", "exact"),
    ("bucket of 1 s", "none"),
    ("window of 60 s", "none"),
    ("sliding 1 s", "zero"),
]


@pytest.mark.parametrize(("name", "form"), USED, ids=[f"{name}, {form}" for name, form in USED])
def test_a_limit_is_used_and_seldom_overstepped(name: str, form: str) -> None:
    """At least 80 % of what the server allows, at most 5 % of the requests pushed back, over two minutes."""
    found = usage(LIMITERS[name], FORMS[form], rate=50, latency=0.02, rows=6_000)
    assert found.share >= 0.8
    assert found.waste <= 0.05


@pytest.mark.slow
@pytest.mark.parametrize("case", [case for case in CASES if not is_hopeless(case)], ids=str)
def test_every_limit_is_used_and_seldom_overstepped(case: tuple[str, str, float, float]) -> None:
    """The same for each kind of limit, form of Retry-After, rate and latency."""
    found = measured(*case)
    assert found.share >= 0.8
    assert found.waste <= 0.05
