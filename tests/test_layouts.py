"""The measure of matching holds: nothing wrong on the invented layouts, and nearly everything right."""

from __future__ import annotations

from pathlib import Path

import layouts
import pytest


@pytest.fixture(autouse=True)
def _no_own_mappings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the mappings of whoever runs the tests out of them."""
    monkeypatch.setenv("BULK_IO_MAPPINGS", str(tmp_path))


@pytest.mark.parametrize("name", layouts.LAYOUTS)
def test_no_column_of_a_layout_is_used_for_what_it_is_not(name: str) -> None:
    """Neither for another field, nor where it is somebody else's or something else."""
    assert [one for one in layouts.judge(name) if one.ended == "wrong"] == []


def test_nearly_every_column_is_right() -> None:
    """At least 95 of 100 columns of at least 60 layouts."""
    every = [one.ended for name in layouts.LAYOUTS for one in layouts.judge(name)]
    assert len(layouts.LAYOUTS) >= 60
    assert every.count("right") >= 0.95 * len(every)
