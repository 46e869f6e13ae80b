"""What an installer does, one order an access point: number, name, place, settings, port and cable."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from wifiplan.catalog.antennas import Mount
from wifiplan.catalog.recognition import known_model
from wifiplan.catalog.room_codes import room_code
from wifiplan.site.building import Room
from wifiplan.site.geometry import distance_from_walls
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.study.ap_names import ap_names
from wifiplan.study.network_options import NetworkOptions, Ssid
from wifiplan.study.records import ApAction, Plan, PlannedAccessPoint

__all__ = ["NetworkOptions", "Ssid", "WorkOrder", "all_orders", "work_orders"]

HUNG: tuple[ApAction, ...] = ("new", "moved", "replaced")
"""Actions that hang a device and pull a cable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrder:
    """One access point as an installer meets it.

    `number` counts the cards from 1; 0: nothing is to be done there (kept, or a person must decide first: `undecided`).
    `wall_a_m` and `wall_b_m` are the distances from the west and the south wall of its room, `height_m` that above the
    floor; None where nobody measured the place. `port` and `cable_id` are given to what is hung anew: a running number
    in its cabinet, and the same written on both ends. `replaces` are the ids of those that it takes the place of,
    `moved_from` that of the device that is fetched and hung here; `mac` and `serial` are those of a device that stays.
    `mount`, `azimuth_deg`, `tilt_deg` and `pattern` are as in `AccessPoint`.
    """

    number: int
    ap_id: str
    ap_name: str
    action: ApAction
    room_id: str | None
    room_name: str | None
    block: str | None
    floor: int
    x_m: float | None
    y_m: float | None
    z_m: float | None
    wall_a_m: float | None
    wall_b_m: float | None
    height_m: float | None
    model: str | None
    radios: tuple[Radio, ...]
    backup_channel: int | None = None
    dfs: bool = False
    cabinet: str | None = None
    port: int | None = None
    poe_class: int | None = None
    power_w: float | None = None
    cable_id: str | None = None
    cable_m: float | None = None
    mac: str | None = None
    serial: str | None = None
    replaces: tuple[str, ...] = ()
    moved_from: str | None = None
    mount: Mount = "ceiling"
    azimuth_deg: float = 0.0
    tilt_deg: float = 0.0
    pattern: str | None = None
    prohibited: bool = False
    undecided: bool = False

    @property
    def place_known(self) -> bool:
        """Whether its place is planned or measured; an old one may be known by its room only."""
        return self.x_m is not None and self.y_m is not None

    @property
    def hung(self) -> bool:
        """Whether a device is hung and a cable pulled."""
        return self.action in HUNG


def work_orders(plan: Plan, options: NetworkOptions | None = None) -> tuple[WorkOrder, ...]:
    """Return an order for every access point that is hung, replaced, retuned or removed, in the order of the cards.

    Parameters
    ----------
    plan : Plan
        A finished plan.
    options : NetworkOptions, optional
        Names and ports; the defaults without.

    Returns
    -------
    tuple of WorkOrder
        By floor, block and number; the same plan and options give the same orders.

    Raises
    ------
    SettingsError
        The template of names gives equal or too long names.
    """
    return tuple(order for order in all_orders(plan, options) if order.number)


def all_orders(plan: Plan, options: NetworkOptions | None = None) -> tuple[WorkOrder, ...]:
    """Return the same with the access points at which nothing is to be done (number 0)."""
    chosen = options or NetworkOptions()
    rooms = {room.id: room for floor in plan.site.floors for room in floor.rooms}
    ordered = sorted(plan.access_points, key=lambda p: (p.access_point.floor, _block(p, rooms) or ""))
    names = ap_names(plan, ordered, chosen)
    ends = _ends(plan, ordered, chosen)
    cabinets: dict[str | None, str] = {c.id: c.name or c.id for floor in plan.site.floors for c in floor.cabinets}
    standing = {ap.id: replace(ap, cabinet=cabinets.get(ap.cabinet, ap.cabinet)) for ap in plan.site.access_points}
    cards = {p.access_point.id: n for n, p in enumerate((p for p in ordered if _action(p) != "kept"), start=1)}
    found = []
    for planned in ordered:
        identity = planned.access_point.id
        order = _order(
            planned,
            rooms.get(planned.room_id or ""),
            standing=standing.get(identity),
            number=cards.get(identity, 0),
            name=names[identity],
        )
        if identity in ends:
            old = (*((identity,) if identity in standing else ()), *_replaced(planned, ordered))
            order = _hung(order, ends[identity], planned.cable_m, old)
        found.append(order)
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """Where a new cable ends: the cabinet's name, its code and the port."""

    cabinet: str | None
    code: str
    port: int

    @property
    def cable_id(self) -> str:
        return f"{self.code}-{self.port:02d}"


def _action(planned: PlannedAccessPoint) -> ApAction:
    """Return what an installer does: a device of a forbidden brand goes, whatever the plan keeps."""
    return "removed" if planned.reason.code == "prohibited_brand" else planned.action


def _block(planned: PlannedAccessPoint, rooms: Mapping[str, Room]) -> str | None:
    room = rooms.get(planned.room_id or planned.access_point.room_id or "")
    return room.block if room else None


def _replaced(planned: PlannedAccessPoint, ordered: Sequence[PlannedAccessPoint]) -> tuple[str, ...]:
    if planned.action != "replaced" or planned.room_id is None:
        return ()
    return tuple(p.access_point.id for p in ordered if p.room_id == planned.room_id and _action(p) == "removed")


def _ends(plan: Plan, ordered: Iterable[PlannedAccessPoint], options: NetworkOptions) -> dict[str, _End]:
    """Return the port of everything that is hung: counted in every cabinet in the order of the cards."""
    codes = _cabinet_codes(plan)
    ends: dict[str, _End] = {}
    n_used: dict[str | None, int] = {}
    for planned in ordered:
        if planned.action in HUNG:
            n = n_used.get(planned.cabinet, 0)
            n_used[planned.cabinet] = n + 1
            code = codes.get(planned.cabinet, "X")
            ends[planned.access_point.id] = _End(cabinet=planned.cabinet, code=code, port=options.first_port + n)
    return ends


def _cabinet_codes(plan: Plan) -> dict[str | None, str]:
    """Return a short Latin code, no two alike, of every cabinet by the name that the plan uses."""
    codes: dict[str | None, str] = {}
    named = [(c.name or c.id, c.id) for floor in plan.site.floors for c in floor.cabinets]
    named += [(p.cabinet, p.cabinet) for p in plan.access_points if p.cabinet]
    for name, identity in named:
        if name not in codes:
            code = room_code(identity)[:8].strip("-")
            codes[name] = code if code and code not in codes.values() else f"R{len(codes) + 1}"
    return codes


def _order(
    planned: PlannedAccessPoint, room: Room | None, *, standing: AccessPoint | None, number: int, name: str
) -> WorkOrder:
    """Return the order of one access point without the cable and cabinet that a new device gets."""
    point, action = planned.access_point, _action(planned)
    # where a device comes its place is planned, whatever is known of the one that hangs there now
    measured = action in HUNG or standing is None or standing.x_m is not None
    walls = _walls(planned, room) if measured else (None, None)
    return WorkOrder(
        number=number,
        ap_id=point.id,
        ap_name=name,
        action=action,
        room_id=planned.room_id or point.room_id,
        room_name=planned.room_name or (room.name if room else None),
        block=room.block if room else None,
        floor=point.floor,
        x_m=point.x_m if measured else None,
        y_m=point.y_m if measured else None,
        z_m=point.z_m if measured else None,
        wall_a_m=walls[0],
        wall_b_m=walls[1],
        height_m=point.z_m if measured else None,
        model=point.model,
        radios=point.radios,
        backup_channel=planned.backup_channel,
        dfs=planned.dfs,
        cabinet=standing.cabinet if standing else None,
        mac=point.mac,
        serial=point.serial,
        mount=point.mount,
        azimuth_deg=point.azimuth_deg,
        tilt_deg=point.tilt_deg,
        pattern=point.pattern,
        moved_from=planned.moved_from,
        prohibited=planned.reason.code == "prohibited_brand",
        undecided=planned.action == "kept" and planned.reason.code == "undecided",
    )


def _hung(order: WorkOrder, end: _End, cable_m: float | None, old: Iterable[str]) -> WorkOrder:
    """Return an order with its new cable; MAC and serial number are those of the old device, so they are left out."""
    model = known_model(order.model)
    return replace(
        order,
        cabinet=end.cabinet,
        port=end.port if end.cabinet else None,
        poe_class=model.poe_class if model else None,
        power_w=model.power_w if model else None,
        cable_id=end.cable_id,
        cable_m=cable_m,
        mac=None,
        serial=None,
        replaces=tuple(dict.fromkeys(old)),
    )


def _walls(planned: PlannedAccessPoint, room: Room | None) -> tuple[float | None, float | None]:
    point = planned.access_point
    if planned.wall_a_m is not None and planned.wall_b_m is not None:
        return planned.wall_a_m, planned.wall_b_m
    if room is None or point.x_m is None or point.y_m is None:
        return None, None
    return distance_from_walls(room.polygon, point.x_m, point.y_m)
