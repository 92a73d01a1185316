"""The files of a run's folder: from what became of every row to what a person opens. The last step of a run.

Made from a `RunView` alone, so that they can be made again at any time; each is replaced whole.
"""

from __future__ import annotations

from pathlib import Path

from bulk_io.reports import page, rejected, results, workbook
from bulk_io.reports.view import RunView

__all__ = ["RunView", "write"]


def write(run_dir: Path, view: RunView) -> dict[str, Path | None]:
    """Write all reports of a run into its folder and give their paths: results, workbook, page, rejected.

    ``rejected`` is None when there is no row to give back; a file of an earlier time is then removed.
    """
    picks = rejected.Picks()
    files: dict[str, Path | None] = {
        "results": run_dir / "results.csv",
        "workbook": run_dir / "report.xlsx",
        "page": run_dir / "report.html",
    }
    results.write(run_dir / "results.csv", picks.watch(view.results()))
    files["rejected"] = rejected.write(run_dir, view, picks=picks)
    workbook.write(run_dir / "report.xlsx", view, files=files)
    page.write(run_dir / "report.html", view, files=files)
    return files
