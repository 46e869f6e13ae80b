"""Predicted against measured as a chart of dots around the line where both agree, before and after calibration."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from wifiplan.report.figures.drawing import INK, SOFT, font
from wifiplan.report.texts import number_text, texts
from wifiplan.study.measured_errors import Pair
from wifiplan.units import Array

WIDTH_MM, HEIGHT_MM = 182.0, 58.0
"""Size of the chart: the width of the text of an A4 page [mm]."""

MOST_DOTS = 1500
"""Dots of a chart: more only make it black; every second, third, … reading is left out."""

OFF_DB = 10.0
"""Distance of the thin lines from the line where both agree [dB]."""


def draw_scatter(pairs: Sequence[Pair], lang: str) -> Figure:
    """Return two charts side by side: measured over planned, and measured over calibrated."""
    words = texts(lang)
    bands = " / ".join(dict.fromkeys(pair.band for pair in pairs))
    heard = [
        (p.rssi_dbm, p.planned_dbm, p.fitted_dbm)
        for p in pairs
        if p.rssi_dbm is not None and p.planned_dbm is not None and p.fitted_dbm is not None
    ]
    values = np.array(heard, dtype=np.float64).reshape(-1, 3)
    figure = Figure(figsize=(WIDTH_MM / 25.4, HEIGHT_MM / 25.4))
    low = 10 * np.floor(values.min() / 10) if len(values) else -100.0
    high = 10 * np.ceil(values.max() / 10) if len(values) else 0.0
    for k, name in enumerate(("planned", "fitted")):
        axes = figure.add_axes((0.08 + 0.49 * k, 0.17, 0.38, 0.71))
        title = words[f"survey.scatter.{name}"].format(
            band=bands, rms=number_text(_rms_db(values[:, 0] - values[:, k + 1])), n=len(values)
        )
        axes.set_title(title, fontproperties=font(8.0), loc="left", pad=4)
        axes.set_xlabel(words[f"survey.scatter.{name}.x"], fontproperties=font(7.5), labelpad=1.5)
        axes.set_ylabel(words["survey.scatter.y"], fontproperties=font(7.5), labelpad=1.5)
        _draw(axes, values[:, [0, k + 1]], (float(low), float(high)))
    return figure


def _rms_db(apart_db: Array) -> float:
    return float(np.sqrt(np.mean(apart_db**2))) if len(apart_db) else float("nan")


def _draw(axes: Axes, values: Array, ends: tuple[float, float]) -> None:
    for off_db, width in ((-OFF_DB, 0.5), (0.0, 1.0), (OFF_DB, 0.5)):
        axes.plot(ends, [ends[0] + off_db, ends[1] + off_db], color=SOFT, linewidth=width, zorder=1)
    shown = values[:: -(-len(values) // MOST_DOTS)] if len(values) else values
    axes.plot(
        shown[:, 1], shown[:, 0], linestyle="", marker="o", markersize=2.2, mfc="none", mec=INK, mew=0.35, zorder=2
    )
    axes.set(xlim=ends, ylim=ends)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(font(7.0))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, color="#e0e0e0", linewidth=0.4)
