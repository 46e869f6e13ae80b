"""A floor with its access points as a clean vector drawing, for people and for drawing programs."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from wifiplan.errors import DrawingError
from wifiplan.files.drawings.records import Account, Note
from wifiplan.files.json_input import printable
from wifiplan.files.output import atomic_path
from wifiplan.site.building import Floor, Point, Room, Site, Wall
from wifiplan.site.geometry import centroid
from wifiplan.site.network import AccessPoint

CUT_M = 1.2
"""Height at which a plan cuts a building: through windows, above parapets, as architects draw it."""

MARGIN_M, HEAD_M = 1.5, 2.0
PAPER_MM = 10.0
"""Millimetres of paper a metre: 1:100."""

THIN_M = 0.06
"""A wall is drawn at least so thick that it shows in print."""

LETTER_M, SMALL_M = 0.55, 0.4
WIDE_SHARE = 0.62
"""Width of a Latin letter by its height; a Chinese one is as wide as high."""

_STYLE = (
    "text{font-family:'Noto Sans TC','Noto Sans CJK TC','Microsoft JhengHei',sans-serif;text-anchor:middle;fill:#000}"
    ".room{fill:#fff;stroke:#bbb;stroke-width:.03}.corridor{fill:#f1f1f1}"
    ".wall{stroke:#333}.window{stroke:#333;stroke-width:.12}.pane{stroke:#fff;stroke-width:.05}"
    ".door{stroke:#888;stroke-width:.05;stroke-dasharray:.15 .1}.parapet{stroke:#666;stroke-width:.1}"
    ".ap{fill:#fff;stroke:#000;stroke-width:.08}.dot{fill:#000}.cabinet{fill:#000}"
    ".halo{paint-order:stroke;stroke:#fff;stroke-width:.12;stroke-linejoin:round}.bar{stroke:#000;stroke-width:.1}"
)


def write_svg(path: Path, site: Site, access_points: Sequence[AccessPoint], *, level: int | None = None) -> Account:
    """Write floors as one SVG drawing, in metres and to print at 1:100.

    Parameters
    ----------
    path : Path
        The file; it is written in one go.
    site : Site
        The building.
    access_points : sequence of AccessPoint
        As planned, or as they hang.
    level : int or None
        The floor; None: all of them, one above the other.

    Returns
    -------
    Account
        What was drawn, and what a plan does not show.

    Raises
    ------
    DrawingError
        The site has no such floor.
    OutputError
        The file cannot be written.
    """
    floors = [f for f in sorted(site.floors, key=lambda f: -f.level) if level is None or f.level == level]
    if not floors:
        known = ", ".join(str(f.level) for f in site.floors)
        raise DrawingError(
            f"there is no floor on level {level}",
            remedy=f"choose one of: {known}",
            where=site.name,
            zh=(f"沒有第 {level} 層", f"可選：{known}"),
        )
    counts: Counter[str] = Counter()
    placed = [_placed(ap, site) for ap in access_points]
    sheets = [_sheet(site, floor, [ap for ap in placed if ap.floor == floor.level], counts) for floor in floors]
    width = max(w for _, w, _ in sheets)
    height = sum(h for _, _, h in sheets)
    title = escape(printable(site.name))
    size = f'width="{width * PAPER_MM:.1f}mm" height="{height * PAPER_MM:.1f}mm"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {_n(width)} {_n(height)}">',
        f"<title>{title}</title>",
        f"<style>{_STYLE}</style>",
        f'<rect width="{_n(width)}" height="{_n(height)}" fill="#fff"/>',
    ]
    top = 0.0
    for (body, _, high), floor in zip(sheets, floors, strict=True):
        parts += [f'<g id="level{floor.level}" transform="translate(0 {_n(top)})">', *body, "</g>"]
        top += high
    with atomic_path(path) as target:
        target.write_text("\n".join([*parts, "</svg>", ""]), encoding="utf-8")
    return _account(counts, sum(ap.x_m is None for ap in placed), len(site.floors) - len(floors))


def _account(counts: Counter[str], n_nowhere: int, n_other: int) -> Account:
    took = ("floors", "rooms", "walls", "doors", "windows", "parapets", "access points", "cabinets")
    left = (
        ("walls", counts["uncut"], "below or above the plan's cut at 1.2 m", "位於 1.2 m 剖切面之上或之下"),
        ("access points", n_nowhere, "without a place", "沒有位置"),
        ("floors", n_other, "not asked for", "未指定"),
        ("underlays", counts["underlays"], "a drawing of lines only", "只繪線條"),
    )
    return Account(
        took=tuple(Note(what=what, count=counts[what]) for what in took if counts[what]),
        left=tuple(Note(what=what, count=n, detail=detail, zh=zh) for what, n, detail, zh in left if n),
    )


def _placed(ap: AccessPoint, site: Site) -> AccessPoint:
    """Return an access point with a place: one that is known by its room hangs in the room's middle."""
    if ap.x_m is not None and ap.y_m is not None:
        return ap
    room = next((r for f in site.floors for r in f.rooms if r.id == ap.room_id), None)
    if room is None:
        return replace(ap, x_m=None, y_m=None)
    x_m, y_m = centroid(room.polygon)
    return replace(ap, x_m=x_m, y_m=y_m)


def _sheet(
    site: Site, floor: Floor, access_points: Sequence[AccessPoint], counts: Counter[str]
) -> tuple[list[str], float, float]:
    """Return one floor's elements, and the width and height that they take."""
    points = [p for w in floor.walls for p in w.line] + [p for r in floor.rooms for p in r.polygon]
    points += [(ap.x_m, ap.y_m) for ap in access_points if ap.x_m is not None and ap.y_m is not None]
    points += [(c.x_m, c.y_m) for c in floor.cabinets] + [*(floor.outline or ())]
    west, south = min((x for x, _ in points), default=0.0), min((y for _, y in points), default=0.0)
    east, north = max((x for x, _ in points), default=10.0), max((y for _, y in points), default=5.0)
    frame = _Frame(west - MARGIN_M, north + MARGIN_M + HEAD_M)
    counts["floors"] += 1
    counts["underlays"] += floor.underlay is not None
    name = f"{site.name}　{floor.name or floor.level}"
    width, height = max(east - west, 8.0) + 2 * MARGIN_M, north - south + 2 * MARGIN_M + HEAD_M
    body = [
        _text((width / 2, 1.3), name, min(0.8, (width - 1.0) / max(_wide(name), 1.0)), "title"),
        *(element for room in floor.rooms for element in _room(room, frame, counts)),
        *(element for wall in sorted(floor.walls, key=_layer) for element in _wall(wall, frame, counts)),
        *(element for ap in access_points for element in _access_point(ap, frame, counts)),
    ]
    for cabinet in floor.cabinets:
        counts["cabinets"] += 1
        x, y = frame.at((cabinet.x_m, cabinet.y_m))
        body += [
            f'<rect class="cabinet" x="{_n(x - 0.25)}" y="{_n(y - 0.25)}" width=".5" height=".5"/>',
            _text((x, y + 0.65), cabinet.name or cabinet.id, SMALL_M, "halo"),
        ]
    x, y = MARGIN_M, height - 0.6
    body += [
        f'<path class="bar" d="M{_n(x)} {_n(y)}h5m-5 -.15v.3m5 -.3v.3"/>',
        _text((x + 5.5, y + 0.1), "5 m", SMALL_M),
    ]
    return body, width, height


class _Frame:
    """Turns the plan's metres, y up, into the drawing's, y down."""

    def __init__(self, west_m: float, north_m: float) -> None:
        self._west, self._north = west_m, north_m

    def at(self, point: Point) -> Point:
        return (point[0] - self._west, self._north - point[1])


def _room(room: Room, frame: _Frame, counts: Counter[str]) -> Iterator[str]:
    counts["rooms"] += 1
    corners = " ".join(f"{_n(x)},{_n(y)}" for x, y in map(frame.at, room.polygon))
    yield f'<polygon class="room {room.use}" points="{corners}"/>'
    xs = [x for x, _ in room.polygon]
    size = min(LETTER_M, 0.9 * (max(xs) - min(xs)) / max(_wide(room.name), 1.0))
    ys = [y for _, y in room.polygon]
    x, y = frame.at(centroid(room.polygon))
    # below the access point that may hang in the middle, if the room is deep enough
    below = 1.4 if max(ys) - min(ys) > 5.0 else 0.2
    if size > 0.08:
        yield _text((x, y + below), room.name, size)


def _layer(wall: Wall) -> tuple[int, bool]:
    """Return when a wall is drawn: doors last, over the windows above them."""
    return (("wall", "window", "parapet", "door").index(wall.kind), wall.bottom_m <= CUT_M)


def _wall(wall: Wall, frame: _Frame, counts: Counter[str]) -> Iterator[str]:
    if wall.kind == "wall" and not wall.bottom_m <= CUT_M <= wall.top_m:
        counts["uncut"] += 1
        return
    counts[f"{wall.kind}s"] += 1
    (x1, y1), (x2, y2) = map(frame.at, wall.line)
    line = f'x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"'
    if wall.kind == "wall":
        yield f'<line class="wall" {line} stroke-width="{_n(max(wall.thickness_m or 0.1, THIN_M))}"/>'
        return
    if wall.kind == "window" and wall.bottom_m > CUT_M:
        yield f'<line class="high" {line}/>'
        return
    if wall.kind == "door":
        yield f'<line class="gap" {line} stroke-width="{_n(max(wall.thickness_m or 0.0, 0.3))}"/>'
    yield f'<line class="{wall.kind}" {line}/>'
    if wall.kind == "window":
        yield f'<line class="pane" {line}/>'


def _access_point(ap: AccessPoint, frame: _Frame, counts: Counter[str]) -> Iterator[str]:
    if ap.x_m is None or ap.y_m is None:
        return
    counts["access points"] += 1
    x, y = frame.at((ap.x_m, ap.y_m))
    yield f'<g class="access-point" data-id={quoteattr(printable(ap.id))}>'
    at = f'cx="{_n(x)}" cy="{_n(y)}"'
    yield f'<circle class="ap" {at} r=".32"/><circle class="dot" {at} r=".1"/>'
    yield _text((x, y - 0.45), ap.name or ap.id, SMALL_M, "halo")
    radios = " / ".join(f"{r.band}G:{r.channel}" for r in ap.radios if r.channel is not None)
    if radios:
        yield _text((x, y + 0.65), radios, 0.8 * SMALL_M, "halo")
    yield "</g>"


def _text(at: Point, said: str, size_m: float, kind: str = "") -> str:
    known = f' class="{kind}"' if kind else ""
    return f'<text{known} x="{_n(at[0])}" y="{_n(at[1])}" font-size="{_n(size_m)}">{escape(printable(said))}</text>'


def _wide(text: str) -> float:
    """Return how wide a text is, in letter heights."""
    return sum(WIDE_SHARE if ord(c) < 0x2E80 else 1.0 for c in text)


def _n(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") or "0"
