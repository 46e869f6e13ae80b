"""Where to measure next in a school: the places that leave the fewest wrong verdicts of classrooms, as one walk."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from wifiplan.site.building import Floor, Room, Site
from wifiplan.site.geometry import seat_points
from wifiplan.site.network import Need
from wifiplan.study.measured_levels import Known, RoomLevels, levels_at, room_levels, rooms_needs
from wifiplan.study.settings import Settings
from wifiplan.survey.planning import Choice, Goals, Readings, choose
from wifiplan.survey.walking import walking_order
from wifiplan.units import Array, IntArray

_SEATS_M = 3.0
"""Seats that stand for a room where many rooms are weighed against each other [m]."""

_STEP_M = 2.0
"""Distance of places that are offered: half of what the field around an access point changes over [m]."""

_FROM_WALLS_M = 0.7
"""Nobody stands nearer to a wall [m]."""

_MOST_PLACES = 600
"""Places offered at a school; more of them are thinned out by a wider step."""

_APS_PER_PLACE = 4

_MEANS_NOTHING_DBM = -88.0
"""Weaker than this an access point is hardly heard, and a reading of it tells little [dBm]."""

_N_DRAWS = 400

_TELLS_SHARE = 0.1
"""A place that tells less of a room's margin is not said to be about that room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextPlace:
    """One place to measure at: `rank` by what it tells, 1 the most; the places come in walking order.

    `wrong_less` is what it takes off the expected number of wrong verdicts, given those that rank before it, and
    `variance_share` off the variance of the rooms' margins. `rooms` are the ids of classrooms that it tells most of.
    """

    floor: int
    x_m: float
    y_m: float
    room_id: str
    room_name: str
    rank: int
    wrong_less: float
    variance_share: float
    rooms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NextPlaces:
    """Where to measure next; `wrong_before` and `wrong_after` are expected numbers of rooms with a wrong verdict.

    `n_rooms` rooms were weighed, in `n_unseen` of them nobody has measured; `exhausted`: no further place would bring
    anything.
    """

    places: tuple[NextPlace, ...]
    n_rooms: int
    n_unseen: int
    wrong_before: float
    wrong_after: float
    exhausted: bool


def next_places(
    known: Known,
    settings: Settings,
    *,
    k: int = 10,
    needs: Sequence[Need] | None = None,
    start: tuple[int, float, float] | None = None,
    measured: Collection[str] = (),
) -> NextPlaces:
    """Return the k places whose readings would leave the fewest wrong verdicts of classrooms, in walking order.

    Parameters
    ----------
    known : Known
        What is known of levels: from surveys, or from a law alone before the first.
    settings : Settings
        What rooms need and how the class's device hears.
    k : int
        How many places.
    needs : sequence of Need, optional
        The rooms that matter; all classrooms and specialist rooms of the site without.
    start : tuple of (floor, x_m, y_m), optional
        Where the walk begins; without, at the lowest cabinet, or in the south-west of the lowest floor.
    measured : collection of str
        Rooms in which somebody has stood already: the others get no verdict before somebody does.
    """
    rooms = room_levels(
        known, settings, rooms_needs(known.site, settings) if needs is None else needs, spacing_m=_SEATS_M
    )
    offered = _offered(known.site, {room.floor.level for room in rooms})
    if not rooms or not offered:
        return NextPlaces(
            places=(), n_rooms=len(rooms), n_unseen=len(rooms), wrong_before=0.0, wrong_after=0.0, exhausted=True
        )
    goals, readings = _problem(known, settings, rooms, offered)
    wanted = {room.room.id: r for r, room in enumerate(rooms) if room.room.id not in measured}
    readings = replace(readings, visit_p=np.array([wanted.get(place.room.id, -1) for place in offered]))
    chosen = choose(goals, readings, k=k)
    picked = [offered[choice.place] for choice in chosen.choices]
    xy = np.array([(place.x_m, place.y_m) for place in picked]).reshape(-1, 2)
    order = walking_order(xy, [place.floor.level for place in picked], start=start or start_of(known.site))
    return NextPlaces(
        places=tuple(_next(picked[n], chosen.choices[n], int(n) + 1, rooms) for n in order),
        n_rooms=len(rooms),
        n_unseen=len(wanted),
        wrong_before=chosen.before,
        wrong_after=chosen.choices[-1].after if chosen.choices else chosen.before,
        exhausted=chosen.exhausted,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    floor: Floor
    room: Room
    x_m: float
    y_m: float


def _next(place: _Place, choice: Choice, rank: int, rooms: Sequence[RoomLevels]) -> NextPlace:
    return NextPlace(
        floor=place.floor.level,
        x_m=round(place.x_m, 2),
        y_m=round(place.y_m, 2),
        room_id=place.room.id,
        room_name=place.room.name,
        rank=rank,
        wrong_less=choice.gain,
        variance_share=float(np.mean(choice.variance_share_g)),
        rooms=_tells_of(choice, rooms),
    )


def start_of(site: Site) -> tuple[int, float, float] | None:
    """Return the lowest cabinet: where a technician begins."""
    cabinets = [(floor.level, cabinet.x_m, cabinet.y_m) for floor in site.floors for cabinet in floor.cabinets]
    return min(cabinets, default=None)


def _offered(site: Site, levels: set[int]) -> list[_Place]:
    """Return places in rooms and corridors of some floors, away from walls: at most so many, on an even grid."""
    step_m = _STEP_M
    while True:
        found = [
            _Place(floor=floor, room=room, x_m=float(x), y_m=float(y))
            for floor in site.floors
            if floor.level in levels
            for room in floor.rooms
            for x, y in seat_points(room.polygon, spacing_m=step_m, margin_m=_FROM_WALLS_M)
        ]
        n_rooms = sum(len(floor.rooms) for floor in site.floors)
        if len(found) <= max(_MOST_PLACES, n_rooms):
            return found
        step_m *= 1.25


def margin_weights(room: RoomLevels, n_draws: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return drawn margins of a room (d,) [dB], and by how much each of its levels (a · s,) decides them.

    The margin is that of the weakest seat that must hold. It moves with a level as often as that level is the one
    which decides: the gradient of its mean.
    """
    margin_ds, joined_ds = room.margins_db(n_draws, rng)
    n_s = margin_ds.shape[1]
    rank = n_spare(n_s, room.need.min_seats_share)
    seat_d = np.argpartition(margin_ds, rank, axis=1)[:, rank]
    rows = np.arange(n_draws)
    decides = joined_ds[rows, seat_d] * n_s + seat_d
    weight_n = np.bincount(decides, minlength=room.mean_dbm_as.size) / n_draws
    return margin_ds[rows, seat_d], weight_n


def n_spare(n_seats: int, share: float) -> int:
    """Return how many seats of a room may fail.

    >>> n_spare(30, 0.95), n_spare(5, 0.95), n_spare(20, 0.95)
    (1, 0, 1)
    """
    return max(0, n_seats - max(1, int(np.ceil(share * n_seats - 1e-9))))


def _problem(
    known: Known, settings: Settings, rooms: Sequence[RoomLevels], offered: Sequence[_Place]
) -> tuple[Goals, Readings]:
    """Return the rooms' margins and what could be read, as `planning.choose` takes them."""
    rng = np.random.default_rng(0)
    xyz = np.array([(place.x_m, place.y_m, settings.radio.device_height_m) for place in offered])
    floor_p = np.array([place.floor.level for place in offered], dtype=np.int64)
    place_m, ap_m = _heard(known, rooms, xyz, floor_p)
    read = levels_at(known, ap_m, xyz[place_m], floor_p[place_m])
    mean, variance, shared = [], [], []
    for room in rooms:
        margin_d, weight_n = margin_weights(room, _N_DRAWS, rng)
        rows = np.flatnonzero(weight_n)
        n_s = room.mean_dbm_as.shape[1]
        ap_n = room.ap_a[rows // n_s]
        levels = levels_at(known, ap_n, room.xyz_m_s[rows % n_s], np.full(rows.size, room.floor.level))
        across = known.believed.covariance_db2(levels, read)
        mean.append(float(margin_d.mean()))
        variance.append(float(margin_d.var()))
        linear = weight_n[rows] @ known.believed.covariance_db2(levels) @ weight_n[rows]
        # the weakest of many seats strays less than one of them: shared variance must not exceed that of the margin
        shared.append(weight_n[rows] @ across * min(1.0, float(np.sqrt(variance[-1] / max(float(linear), 1e-12)))))
    goals = Goals(
        mean_db_g=np.array(mean),
        variance_db2_g=np.array(variance),
        weight_g=np.array([1.0 if room.need.priority == 0 else 0.5 for room in rooms]),
        shared_db2_gm=np.array(shared).reshape(len(rooms), place_m.size),
    )
    return goals, Readings(
        place_m=place_m,
        covariance_db2_mm=known.believed.covariance_db2(read),
        noise_db=known.believed.spreads.noise_db,
        xy_m_p=xyz[:, :2],
        floor_p=floor_p,
    )


def _heard(known: Known, rooms: Sequence[RoomLevels], xyz: Array, floor_p: IntArray) -> tuple[IntArray, IntArray]:
    """Return the readings that matter: place and access point of those that are heard there and serve some room."""
    mean_ip, _ = known.at(xyz, floor_p)
    matters = np.unique(np.concatenate([room.ap_a for room in rooms]))
    place_m: list[int] = []
    ap_m: list[int] = []
    for p in range(len(xyz)):
        order = matters[np.argsort(-mean_ip[matters, p], kind="stable")][:_APS_PER_PLACE]
        heard = [int(i) for i in order if mean_ip[i, p] >= _MEANS_NOTHING_DBM]
        place_m += [p] * len(heard)
        ap_m += heard
    return np.array(place_m, dtype=np.int64), np.array(ap_m, dtype=np.int64)


def _tells_of(choice: Choice, rooms: Sequence[RoomLevels]) -> tuple[str, ...]:
    """Return of which rooms, three at most, a place tells a tenth of their variance or more, given those before it."""
    told_g = np.array(choice.variance_share_g)
    best = np.argsort(-told_g, kind="stable")[:3]
    return tuple(rooms[g].room.id for g in best if told_g[g] >= _TELLS_SHARE)
