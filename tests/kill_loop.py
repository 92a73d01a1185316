"""Kills at random moments, counted: what they do to bulk_io, and to the naive loop.

``python tests/kill_loop.py`` prints the figures of both.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import naive_loop
from crash_scene import WINDOW, WRONGS, Crm, Job, Label, Scene, Wrong, judge
from crashing import Deed, Ending, Process, launcher

from bulk_io.sandbox import Sandbox, start


@dataclass(slots=True)
class Figures:
    """What many kills came to: ``moments`` are the points that the killed processes had come by last."""

    kills: int = 0
    runs: int = 0
    rows: int = 0
    moments: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    stories: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counts = ", ".join(f"{self.wrong[what]} {what}" for what in WRONGS)
        where = ", ".join(f"{count} after {point!r}" for point, count in self.moments.most_common())
        lines = [f"{self.kills} kills in {self.runs} runs of {self.rows} rows: {counts}", f"killed {where}"]
        return "\n".join([*lines, *self.stories])


def kill_loop(
    sandbox: Sandbox,
    folder: Path,
    *,
    kills: int,
    seed: int,
    rows: int = 100,
    faults: Sequence[Mapping[str, object]] = (),
    naive: bool = False,
) -> Figures:
    """Import scene after scene, each killed up to three times at random moments, until there were so many kills."""
    chance = random.Random(seed)
    figures = Figures()
    while figures.kills < kills:
        crm = Crm(sandbox, Scene.make(chance.randrange(1000), rows, plain=naive))
        crm.set_faults(faults)
        place = folder / f"{seed}-{figures.runs}"
        place.mkdir()
        patches = {WINDOW: chance.choice([8, 64]), "hasty": True}
        options = ("--lookup", ("never", "always")[figures.runs % 2])
        job = (NaiveJob if naive else Job)(crm, place, options, patches)
        most = min(kills - figures.kills, chance.randint(1, 3))
        _kill(job, chance, most, figures)
        ending = job.finish()
        wrong = job.faults(ending, sends=99 if faults else 2)
        figures.runs += 1
        figures.rows += len(crm.scene.rows)
        figures.wrong.update(one.what for one in wrong)
        figures.stories += [f"{place.name} {options[1]}: {one.what} {one.phone} {one.story}" for one in wrong]
    return figures


def _kill(job: Job, chance: random.Random, most: int, figures: Figures) -> None:
    for _ in range(most):
        process = job.go_on()
        requests = chance.randint(1, len(job.crm.scene.rows) // 2)
        if isinstance(job, NaiveJob) or chance.random() < 0.25:
            alive = process.alive_after(chance.uniform(0.0, 0.6))
        else:
            alive = process.until(lambda reached, n=requests: reached["request leaving"] >= n)  # type: ignore[misc]
            alive = alive and process.alive_after(chance.uniform(0.0, 0.03))
        if not alive:
            process.wait()
            return
        process.send(signal.SIGKILL)
        figures.kills += job.died(process).code == -signal.SIGKILL
        figures.moments[process.trace[-1] if process.trace else "its start"] += 1


class NaiveJob(Job):
    """The same with the naive loop, which is started again at its counter."""

    def begin(self, *deeds: Deed) -> Process:
        """Start it."""
        return launcher().run(folder=self.folder, sandbox=self.crm.sandbox, program="kill_loop:naive")

    def resume(self, *deeds: Deed) -> Process:
        """Start it again."""
        return self.begin()

    def labels(self, ending: Ending) -> list[Label]:
        """The last that its log has of each row."""
        lines = (self.folder / "log").read_text().splitlines()
        said = {phone: (phone, outcome, contact) for phone, outcome, contact in (line.split(",") for line in lines)}
        return [said.get(row.phone, (row.phone, "", "")) for row in self.crm.scene.rows]

    def settled(self) -> frozenset[str]:
        """It knows of none."""
        return frozenset()

    def faults(self, ending: Ending, *, sends: int = 2) -> list[Wrong]:
        """What its log gets wrong."""
        return judge(self.crm, self.labels(ending), self.crm.writes())


class _Log(dict[str, tuple[str, str]]):
    """The naive loop's log: what it says of each row is in a file before it goes on."""

    def __setitem__(self, phone: str, said: tuple[str, str]) -> None:
        with Path("log").open("a") as file:
            file.write(",".join([phone, *said]) + "\n")


def naive() -> None:
    """Run the naive loop, in a process of its own."""
    api = naive_loop.ContactsAPI(os.environ["ISAO_BASE_URL"], os.environ["ISAO_API_KEY"], 10.0)
    naive_loop.import_rows(Path("leads.csv"), api, Path("counter"), _Log())


def main() -> int:
    """Print what kills do to bulk_io and to the naive loop."""
    parser = argparse.ArgumentParser(description="Rows that an import gets wrong when it is killed at random moments.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--rows", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=["bulk_io", "naive"])
    given = parser.parse_args()
    wrong = 0
    with start() as sandbox, tempfile.TemporaryDirectory(prefix="kills-") as name:
        for program in [given.only] if given.only else ["bulk_io", "naive"]:
            place = Path(name) / program
            place.mkdir()
            asked = {"kills": given.kills, "seed": given.seed, "rows": given.rows}
            figures = kill_loop(sandbox, place, **asked, naive=program == "naive")
            figures.stories[20:] = []
            print(f"{program}: {figures}", flush=True)
            wrong += figures.wrong.total() if program == "bulk_io" else 0
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
