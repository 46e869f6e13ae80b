"""A building sheet: what a school says of its blocks and rooms, as frozen records; what it left blank is None."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from wifiplan.scheme.school import Stage
from wifiplan.site.building import SchoolRef
from wifiplan.site.network import Radio

Compass: TypeAlias = Literal["N", "S", "E", "W"]
Corridor: TypeAlias = Literal["open", "closed", "middle"]
"""單邊開放: a parapet; 單邊封閉: a wall with windows; 中間走廊: rooms on both sides."""
SpaceUse: TypeAlias = Literal["classroom", "specialist", "office", "toilet", "stairs", "storage", "other"]

CORRIDORS: tuple[Corridor, ...] = get_args(Corridor)
SPACE_USES: tuple[SpaceUse, ...] = get_args(SpaceUse)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockSheet:
    """One block (棟別).

    `corridor_side` is the side of the block on which its corridor runs; `gap_m` the distance to the block before it.
    Materials are names of the catalogue.
    """

    name: str
    n_storeys: int | None = None
    corridor: Corridor | None = None
    corridor_side: Compass | None = None
    height_m: float | None = None
    outer_wall: str | None = None
    partition: str | None = None
    gap_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApSheet:
    """The access points of one room: how many of the same kind.

    `name` is the model as the school wrote it, `generic` the catalogue's class of its generation.
    """

    n: int
    name: str = ""
    generic: str | None = None
    radios: tuple[Radio, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomSheet:
    """One room; `level` 0 is the ground floor, `order` counts from one end of the corridor.

    `side` is the side of a middle corridor on which the room lies. `class_size_estimated` marks a number that the
    roster gave and nobody confirmed. `partition` is the material of the walls to the rooms beside it.
    """

    name: str = ""
    block: str | None = None
    level: int | None = None
    order: float | None = None
    side: Compass | None = None
    inventory_id: str | None = None
    use: SpaceUse | None = None
    stage: Stage | None = None
    class_size: int | None = None
    class_size_estimated: bool = False
    length_m: float | None = None
    depth_m: float | None = None
    partition: str | None = None
    aps: ApSheet | None = None
    cabinet: bool = False

    @property
    def located(self) -> bool:
        """Whether the school said anything about where the room is."""
        return self.block is not None or self.level is not None or self.order is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingSheet:
    """All that a school says of its buildings, in the order in which it stands there.

    `schools` are the roster rows that it serves. `access_points_known` is None where nobody answered.
    `usual_class_size` is the roster's, for classes whose size is blank. `existing_devices` and `byod_devices` are those
    that the school has and that pupils bring.
    """

    name: str
    schools: tuple[SchoolRef, ...]
    blocks: tuple[BlockSheet, ...] = ()
    rooms: tuple[RoomSheet, ...] = ()
    access_points_known: bool | None = None
    uplink_mbps: float | None = None
    existing_devices: int | None = None
    byod_devices: int | None = None
    usual_class_size: int | None = None
