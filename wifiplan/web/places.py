"""Where a hand has put access points, as the page says it."""

import math
import sys
from collections.abc import Mapping
from typing import TypeGuard

from wifiplan.errors import SiteError
from wifiplan.files.json_input import Json, printable
from wifiplan.study.live_places import Place

MOST_MOVED = 2_000


def places_of(hand: Mapping[str, Json]) -> dict[str, Place]:
    """Return places by access point.

    Raises
    ------
    SiteError
        A place is no place.
    """
    if len(hand) > MOST_MOVED:
        raise SiteError(
            "too many access points were moved at once",
            remedy="make a new plan",
            zh=("一次移動的 AP 過多", "請重新規劃"),
        )
    return {key: _place(key, value) for key, value in hand.items()}


def _place(key: str, value: Json) -> Place:
    data = value if isinstance(value, Mapping) else {}
    x_m, y_m, floor = (data.get(name) for name in ("x_m", "y_m", "floor"))
    if not (is_number(x_m) and is_number(y_m)) or not isinstance(floor, int) or isinstance(floor, bool):
        raise SiteError(
            "a place needs x_m, y_m and floor",
            remedy="move it again",
            where=printable(key[:80]),
            zh=("位置需有 x_m、y_m 與 floor", "請再移動一次"),
        )
    return Place(x_m=float(x_m), y_m=float(y_m), floor=floor)


def is_number(value: Json) -> TypeGuard[float]:
    """Return whether a JSON value is a finite number."""
    # no float holds an integer of 400 digits
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= sys.maxsize
    return whole or (isinstance(value, float) and math.isfinite(value))
