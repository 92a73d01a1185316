"""The ratios of a run as a picture: a bar for each peer, on a logarithmic scale, 1 is as fast as bulk_io."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot as plt


def draw(ratios: Mapping[str, float], path: Path) -> None:
    """Draw how many times the wall time of bulk_io each peer takes."""
    plt.rcParams["svg.hashsalt"] = "bulk_io"  # the same picture from the same figures
    names, values = list(ratios)[::-1], list(ratios.values())[::-1]
    figure, axes = plt.subplots(figsize=(9, 1 + 0.32 * len(names)))
    bars = axes.barh(names, values, color=["#2F6F5E" if value >= 1 else "#B8792F" for value in values])
    axes.bar_label(bars, labels=[f"{value:.2f}x" if value < 10 else f"{value:.0f}x" for value in values], padding=3)
    axes.axvline(1, color="#1F2933", linewidth=1)
    axes.set_xscale("log")
    axes.set_xlim(min(0.2, *values) / 1.5, max(values) * 2)
    axes.set_xlabel("time of the peer / time of bulk_io (right of the line: bulk_io is faster)")
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
