"""Bars of a study: how far each assumption moves an answer (a tornado), and what each case needs; legible in grey."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from wifiplan.report.figures.drawing import INK, SOFT, font

WIDTH_MM = 182.0
"""The width of the text of an A4 page [mm]."""

ROW_MM, EDGE_MM = 8.0, 22.0
"""Height of a bar's row, and of what stands above and below all rows [mm]."""

_LOW, _HIGH = "#ffffff", "#8a8a8a"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """One bar of a tornado: its name, and the value and text of both ends."""

    label: str
    low: float
    high: float
    low_text: str
    high_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """One bar from zero: its name, value, what stands beside it, and its standard error."""

    label: str
    value: float
    text: str
    se: float | None = None


def draw_tornado(bars: Sequence[Ends], *, axis_text: str, low_text: str, high_text: str) -> Figure:
    """Return bars to both sides of the base, the first on top; low ends white and hatched, high ends grey."""
    figure, axes = _canvas(len(bars), left=0.3)
    reach = max((abs(v) for bar in bars for v in (bar.low, bar.high)), default=0.0) or 1.0
    for row, bar in enumerate(bars):
        ends = ((bar.low, bar.low_text, _LOW, "////"), (bar.high, bar.high_text, _HIGH, ""))
        same_side = (bar.low < 0) == (bar.high < 0) and bar.low != 0 and bar.high != 0
        for n, (value, text, colour, hatch) in enumerate(ends):
            # ends on one side share the row's height, so that neither hides the other
            height = 0.34 if same_side else 0.68
            y = row + ((-0.17, 0.17)[n] if same_side else 0.0)
            axes.barh(y, value, height=height, facecolor=colour, edgecolor=INK, linewidth=0.7, hatch=hatch)
            if value:
                _beside(axes, value, y, text, size_pt=6.0 if same_side else 7.0)
    axes.axvline(0.0, color=INK, linewidth=1.0)
    axes.set_xlim(-1.62 * reach, 1.62 * reach)
    _rows(axes, [bar.label for bar in bars], axis_text)
    for x, colour, hatch, text in ((0.3, _LOW, "////", low_text), (0.62, _HIGH, "", high_text)):
        key = figure.add_axes((x, 1.0 - 6.0 / _height_mm(len(bars)), 0.03, 3.6 / _height_mm(len(bars))))
        key.set(xticks=[], yticks=[], facecolor=colour, xlim=(0, 1), ylim=(0, 1))
        key.bar(0.5, 1.0, width=1.0, facecolor=colour, edgecolor=INK, hatch=hatch, linewidth=0.7)
        key.text(1.2, 0.5, text, fontproperties=font(7.5), va="center", clip_on=False)
    return figure


def draw_amounts(bars: Sequence[Amount], *, axis_text: str) -> Figure:
    """Return bars from zero with whiskers of one standard error, the first on top and darker: it is the base."""
    figure, axes = _canvas(len(bars), left=0.3)
    reach = max((bar.value for bar in bars), default=0.0) or 1.0
    for row, bar in enumerate(bars):
        colour = "#666666" if row == 0 else "#c4c4c4"
        axes.barh(row, bar.value, height=0.62, facecolor=colour, edgecolor=INK, linewidth=0.7, xerr=bar.se or None)
        _beside(axes, bar.value + (bar.se or 0.0), row, bar.text, size_pt=7.5)
    axes.set_xlim(0, 1.42 * reach)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    _rows(axes, [bar.label for bar in bars], axis_text)
    return figure


def _height_mm(n_rows: int) -> float:
    return ROW_MM * max(1, n_rows) + EDGE_MM


def _canvas(n_rows: int, *, left: float) -> tuple[Figure, Axes]:
    height_mm = _height_mm(n_rows)
    figure = Figure(figsize=(WIDTH_MM / 25.4, height_mm / 25.4), facecolor="white")
    axes = figure.add_axes((left, 13.0 / height_mm, 0.98 - left, (height_mm - EDGE_MM) / height_mm))
    axes.set_ylim(max(1, n_rows) - 0.5, -0.5)
    return figure, axes


def _beside(axes: Axes, value: float, y: float, text: str, *, size_pt: float) -> None:
    axes.annotate(
        text,
        (value, y),
        xytext=(-3 if value < 0 else 3, 0),
        textcoords="offset points",
        ha="right" if value < 0 else "left",
        va="center",
        fontproperties=font(size_pt),
        color=INK,
        parse_math=False,
    )


def _rows(axes: Axes, labels: Sequence[str], axis_text: str) -> None:
    axes.set_yticks(range(len(labels)), labels=[_wrapped(label) for label in labels], parse_math=False)
    axes.set_xlabel(axis_text, fontproperties=font(8.0))
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(font(7.5))
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(SOFT)
    axes.grid(visible=True, axis="x", color="#d8d8d8", linewidth=0.4)
    axes.set_axisbelow(True)


def _wrapped(label: str) -> str:
    """Return a label in two lines where it is too long for one: Chinese breaks anywhere, English at a space."""
    chinese = any(character > "\u2e7f" for character in label)
    most = 17 if chinese else 32
    if len(label) <= most:
        return label
    half = min(most, (len(label) + 1) // 2)
    cut = half if chinese or " " not in label[:most] else label.rfind(" ", 0, most)
    rest = label[cut:].strip()
    return label[:cut].rstrip() + "\n" + (rest if len(rest) <= most else rest[: most - 1] + "…")
