"""The files of a run's folder: from what became of every row to what a person opens. The last step of a run.

Made from a `RunView` alone, so that they can be made again at any time; each is replaced whole.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from bulk_io.reports import page, rejected, results, workbook
from bulk_io.reports.view import RunView
from bulk_io.sharing import ALONE, Crew

__all__ = ["RunView", "write"]


def write(run_dir: Path, view: RunView, crew: Crew = ALONE) -> dict[str, Path | None]:
    """Write all reports of a run into its folder and give their paths: results, workbook, page, rejected.

    ``rejected`` is None when there is no row to give back; a file of an earlier time is then removed. The workbook,
    half of the work, is made by another of the ``crew`` if there is one: the view must be one that can be sent there.
    """
    summary = view.summary()
    picks = rejected.pick(run_dir, view, summary)
    files = {
        "results": run_dir / "results.csv",
        "workbook": run_dir / "report.xlsx",
        "page": run_dir / "report.html",
        "rejected": picks.path,
    }
    with crew.beside(partial(workbook.write, run_dir / "report.xlsx", view, summary, files=files)):
        rejected.write(run_dir, view, picks)
        results.write(run_dir / "results.csv", view.results())
        page.write(run_dir / "report.html", view, summary, files=files)
    return files
