"""What our own projects say beside the format: how a floor lies and stands, and the head of the site file."""

from collections.abc import Mapping
from dataclasses import replace

from wifiplan.files.drawings.esx.frames import FRAME_KEY
from wifiplan.files.drawings.esx.project import Project
from wifiplan.files.drawings.esx.storeys import Storey
from wifiplan.files.json_input import Json
from wifiplan.files.site import check_site, site_to_plain
from wifiplan.site.building import Floor, Site

FLOOR_KEY = "wifiplanFloor"
"""On a floor plan: the floor as in a site file, without walls and rooms. Readers of the format pass over it."""
SITE_KEY = "wifiplanSite"
"""On the project: the head of the site file."""
_NOT_HEAD = ("format", "name", "floors", "access_points")
_SAME_SHARE = 0.001
_MAX_M = 1e5


def head_of(project: Project) -> dict[str, Json]:
    """Return the head of the site file that a project of ours was written from, empty for others."""
    row = project.head("project")
    head = row.data.get(SITE_KEY) if row is not None else None
    return {key: value for key, value in head.items() if key not in _NOT_HEAD} if isinstance(head, Mapping) else {}


def with_own_floors(project: Project, found: tuple[Storey, ...]) -> tuple[tuple[Storey, ...], dict[str, Floor]]:
    """Return storeys as the site had them from which the project was written, and their floors by plan.

    Where the program has since changed scale or size of a plan, or one plan says nothing, nothing of it holds.
    """
    written = [one.plan.data.get(FLOOR_KEY) for one in found]
    if not any(isinstance(floor, Mapping) for floor in written):
        return found, {}
    checked, faults = check_site({"name": "?", "floors": written})
    placed = [_placed(one) for one in found]
    if checked is None or faults or any(one is None for one in placed):
        project.tally.guess(
            "floorPlans", "changed since wifiplan wrote it: heights and places as in the program", "已被修改"
        )
        return found, {}
    floors = {one.id: floor for one, floor in zip(found, checked.floors, strict=True)}
    own = tuple(
        replace(one, level=floors[one.id].level, height_m=floors[one.id].height_m) for one in placed if one is not None
    )
    return own, floors


def with_head(project: Project, site: Site, head: Mapping[str, Json]) -> Site:
    """Return the site with the head that it was written from, as far as that is sound."""
    if not head:
        return site
    plain = site_to_plain(site)
    listed = head.get("antennas")
    # antennas that the program has added since stand beside those that the site had
    antennas = [*(listed if isinstance(listed, list) else ()), *plain.get("antennas", ())]
    full, faults = check_site(plain | dict(head) | ({"antennas": antennas} if antennas else {}))
    if full is not None and not faults:
        return full
    project.tally.leave("project", f"{SITE_KEY}: no longer fits what is drawn", "與目前內容不符，未採用")
    return site


def _placed(one: Storey) -> Storey | None:
    frame = one.plan.data.get(FRAME_KEY)
    if not isinstance(frame, Mapping):
        return None
    values = [_metres(frame.get(key)) for key in ("x_m", "y_m", "width_m", "height_m")]
    known = [value for value in values if value is not None]
    if len(known) != len(values):
        return None
    x_m, y_m, *size = known
    same = all(abs(a - b) <= _SAME_SHARE * abs(b) for a, b in zip(one.frame.size_m, size, strict=True))
    return replace(one, frame=replace(one.frame, angle_deg=0.0, shift_m=(x_m, y_m))) if same else None


def _metres(value: Json) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _MAX_M:
        return None
    return float(value)
