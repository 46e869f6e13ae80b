"""Names of access points by a template: unique, short enough, in characters that controllers take."""

import re
from collections.abc import Mapping, Sequence

from wifiplan.catalog.room_codes import room_code
from wifiplan.errors import Fault, SettingsError
from wifiplan.site.building import Room, SchoolRef
from wifiplan.study.network_options import NetworkOptions, template_faults, template_parts
from wifiplan.study.records import Plan, PlannedAccessPoint

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")
_RISKY = re.compile(r"""[\s\x00-\x1f\x7f"'\\$?\[\]<>|;`&+]+""")
_RUNS = re.compile(r"-{2,}")


def storey(level: int) -> str:
    """Return a floor as people count it.

    >>> storey(0), storey(-2)
    ('1', 'B2')
    """
    return str(level + 1) if level >= 0 else f"B{-level}"


def ap_names(plan: Plan, ordered: Sequence[PlannedAccessPoint], options: NetworkOptions) -> Mapping[str, str]:
    """Return the name of every access point by its id.

    Parameters
    ----------
    plan : Plan
        A finished plan; `ordered` are its access points in the order of their cards.
    options : NetworkOptions
        Template and limits. Access points that hang there keep their name unless `rename_existing`.

    Raises
    ------
    SettingsError
        The template is faulty or gives equal or too long names; all faults at once.
    """
    faults = [Fault(where="name_template", problem=text) for text in template_faults(options.name_template)]
    _raise(faults, options)
    standing = {ap.id: ap.name for ap in plan.site.access_points if ap.name and not options.rename_existing}
    names = {p.access_point.id: standing[p.access_point.id] for p in ordered if p.access_point.id in standing}
    used = set(names.values())
    rooms = {room.id: room for floor in plan.site.floors for room in floor.rooms}
    for number, planned in enumerate(ordered, start=1):
        identity = planned.access_point.id
        if identity in names:
            continue
        values = _values(plan, planned, rooms.get(planned.room_id or ""), options) | {"number": str(number)}
        name = _unused(values, options, used)
        names[identity] = name
        if name in used:
            faults.append(
                Fault(where=identity, problem=f'the name "{name}" is taken', remedy="add {n} to the template")
            )
        if not name or _size(name) > options.name_max:
            faults.append(Fault(where=identity, problem=f'"{name}" is no name of 1 to {options.name_max} bytes'))
        used.add(name)
    _raise(faults, options)
    return names


def _raise(faults: Sequence[Fault], options: NetworkOptions) -> None:
    if faults:
        raise SettingsError(
            f'the template "{options.name_template}" gives no good names',
            remedy="correct [network] name_template, or raise name_max; floorplans/settings-example.toml explains it",
            where="[network]",
            faults=faults,
        )


def _values(plan: Plan, planned: PlannedAccessPoint, room: Room | None, options: NetworkOptions) -> dict[str, str]:
    school = _school(plan, room)
    code = room_code if options.transliterate else str.strip
    named = planned.room_name or (room.name if room else "")
    inventory = (room.inventory_id if room else None) or ""
    spoken = (named, inventory, planned.room_id or planned.access_point.room_id or "")
    return {
        "code": school.code if school else "",
        "stage": {"elementary": "E", "junior": "J"}[school.stage] if school else "",
        "school": code(plan.site.name),
        "block": code((room.block if room else None) or ""),
        "floor": storey(planned.access_point.floor),
        "room": next((c for c in map(code, spoken) if c), ""),
        "room_id": code(planned.room_id or ""),
        "inventory_id": code(inventory),
        "ap_id": code(planned.access_point.id),
    }


def _school(plan: Plan, room: Room | None) -> SchoolRef | None:
    """Return whose room it is: of a site that serves two stages the one that the room names."""
    schools = plan.site.schools
    wanted = room.stage if room else None
    return next((s for s in schools if s.stage == wanted), schools[0] if schools else None)


def _unused(values: Mapping[str, str], options: NetworkOptions, used: set[str]) -> str:
    """Return the first name that nobody has, counting n up; without {n} in the template the only one."""
    counted = any(name == "n" for _, name, _ in template_parts(options.name_template))
    for n in range(1, len(used) + 2 if counted else 2):
        name = _fitted(dict(values) | {"n": str(n)}, options)
        if name not in used:
            break
    return name


def _fitted(values: dict[str, str], options: NetworkOptions) -> str:
    """Return a name with its room cut so that it fits."""
    name = _rendered(values, options)
    while _size(name) > options.name_max and values["room"]:
        values["room"] = values["room"][:-1].rstrip("-")
        name = _rendered(values, options)
    return name


def _rendered(values: Mapping[str, str], options: NetworkOptions) -> str:
    text = "".join(
        before + (format(int(values[name]), padding) if padding else values[name] if name else "")
        for before, name, padding in template_parts(options.name_template)
    )
    text = (_NOT_PLAIN if options.transliterate else _RISKY).sub("-", text)
    return _RUNS.sub("-", text).strip("-._ ")


def _size(name: str) -> int:
    return len(name.encode("utf-8"))
