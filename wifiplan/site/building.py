"""The building: frozen records of floors, rooms and walls. Metres; origin at the plan's south-west corner."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from wifiplan.catalog.antennas import MeasuredAntenna
from wifiplan.scheme.school import Stage
from wifiplan.site.network import AccessPoint

Point: TypeAlias = tuple[float, float]
"""(x east, y north) [m]."""

RoomUse: TypeAlias = Literal["classroom", "specialist", "office", "corridor", "other"]
WallKind: TypeAlias = Literal["wall", "door", "window", "parapet"]
SpotKind: TypeAlias = Literal["forbidden", "preferred", "locked"]
Evidence: TypeAlias = Literal["drawn", "sheet", "archetype"]
"""What a building rests on: a drawn plan, a sheet that the school filled in, or an archetype of its roster row."""

EVIDENCE: tuple[Evidence, ...] = get_args(Evidence)
"""The best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slab:
    """The slab that a floor stands on."""

    material: str = "concrete"
    thickness_m: float = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room; `use` decides its rank (classroom 班級教室 before specialist 專科教室).

    `stage` says whose classroom it is where a site serves both stages (國中小); None: that of `Site.school`.
    """

    id: str
    name: str
    use: RoomUse
    polygon: tuple[Point, ...]
    block: str | None = None
    inventory_id: str | None = None
    class_size: int | None = None
    devices: int | None = None
    profile: str | None = None
    stage: Stage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """One straight piece of wall, door, window or parapet: a vertical rectangle above `line`.

    `bottom_m` and `top_m` are heights above the floor's slab. `thickness_m` overrides the material's usual
    thickness; a `loss_*_db` overrides the loss of one crossing in that band.
    """

    line: tuple[Point, Point]
    material: str
    top_m: float
    bottom_m: float = 0.0
    kind: WallKind = "wall"
    thickness_m: float | None = None
    loss_2g4_db: float | None = None
    loss_5g_db: float | None = None
    loss_6g_db: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cabinet:
    """A network cabinet, where the cables end."""

    id: str
    x_m: float
    y_m: float
    name: str = ""
    uplink_mbps: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where new access points may not hang, would best hang, or must hang: a place, or a whole room instead of one.

    "forbidden": no new one within `radius_m` of the place, or in the room. "preferred": offered exactly there, and
    taken where plans are otherwise equal; of a room, every place in it. "locked": one hangs exactly there, or in the
    room's middle, and counts as bought. `radius_m` matters to forbidden places only. `note` is for people: the reason,
    or what the installer should know.
    """

    kind: SpotKind
    floor: int = 0
    x_m: float | None = None
    y_m: float | None = None
    radius_m: float = 1.0
    room_id: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Underlay:
    """A picture under the plan: path beside the site file, metres a pixel, place of its lower left corner."""

    picture: str
    scale_m_per_px: float
    x_m: float = 0.0
    y_m: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """One storey. `level` 0 is the ground floor; `elevation_m` is the top of its slab.

    `voids` are holes of that slab: an atrium (天井) or an open stairwell, through which the floor below is seen.
    """

    level: int
    elevation_m: float
    height_m: float
    name: str = ""
    slab: Slab = Slab()
    outline: tuple[Point, ...] | None = None
    voids: tuple[tuple[Point, ...], ...] = ()
    rooms: tuple[Room, ...] = ()
    walls: tuple[Wall, ...] = ()
    cabinets: tuple[Cabinet, ...] = ()
    underlay: Underlay | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolRef:
    """The roster row that a site serves; `remote` says that every pupil has a device (偏遠)."""

    stage: Stage
    code: str
    remote: bool = False
    n_classes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A school as it stands: its floors and the access points that already hang there.

    `evidence` says what the building rests on; `assumptions` lists what was assumed. `access_points_known` is False
    where nobody has taken stock of what hangs there. `also_serves` are further roster rows in the same buildings
    (國中小: one row a stage). `uplink_mbps` is the school's link to the outside; `existing_devices` are tablets and
    laptops that the school had before, `byod_devices` those that pupils bring; None: nobody said. `antennas` are
    measured ones that its access points name; `spots` say where new access points may not or must hang.
    """

    name: str
    floors: tuple[Floor, ...]
    format: Literal[1] = 1
    school: SchoolRef | None = None
    also_serves: tuple[SchoolRef, ...] = ()
    country: str = "TW"
    evidence: Evidence = "drawn"
    assumptions: tuple[str, ...] = ()
    access_points: tuple[AccessPoint, ...] = ()
    access_points_known: bool = True
    uplink_mbps: float | None = None
    existing_devices: int | None = None
    byod_devices: int | None = None
    antennas: tuple[MeasuredAntenna, ...] = ()
    spots: tuple[Spot, ...] = ()

    @property
    def schools(self) -> tuple[SchoolRef, ...]:
        """The roster rows that the site serves, that of `school` first."""
        return self.also_serves if self.school is None else (self.school, *self.also_serves)
