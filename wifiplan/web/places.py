"""Where a hand has put access points, as the page says it."""

import math
from collections.abc import Mapping

from wifiplan.errors import SiteError
from wifiplan.files.json_input import Json
from wifiplan.study.live import Place

MOST_MOVED = 2_000


def places_of(hand: Mapping[str, Json]) -> dict[str, Place]:
    """Return places by access point.

    Raises
    ------
    SiteError
        A place is no place.
    """
    if len(hand) > MOST_MOVED:
        raise SiteError("too many access points were moved at once", remedy="make a new plan")
    return {key: _place(key, value) for key, value in hand.items()}


def _place(key: str, value: Json) -> Place:
    data = value if isinstance(value, Mapping) else {}
    x_m, y_m, floor = data.get("x_m"), data.get("y_m"), data.get("floor")
    known = isinstance(x_m, int | float) and isinstance(y_m, int | float) and isinstance(floor, int)
    if not known or isinstance(floor, bool) or not (math.isfinite(x_m) and math.isfinite(y_m)):
        raise SiteError("a place needs x_m, y_m and floor", remedy="move it again", where=key[:80])
    return Place(x_m=float(x_m), y_m=float(y_m), floor=floor)
