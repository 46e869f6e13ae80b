"""Cases of a study (TOML): named sets of settings, each told by what it changes; strict, all faults at once."""

import dataclasses
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wifiplan.catalog.materials import materials
from wifiplan.errors import Fault, SettingsError
from wifiplan.files.json_input import Json, read_text
from wifiplan.files.settings import settings_from_mapping, settings_to_mapping
from wifiplan.files.settings_section import section
from wifiplan.files.strict import suggestion
from wifiplan.predict.demand import classroom_need
from wifiplan.scheme.apportionment import METHODS, Method
from wifiplan.site.archetype import ArchetypeOptions
from wifiplan.site.wing import Facade
from wifiplan.study.cases import Case

_MAX_BYTES = 1_000_000
MOST_CASES = 50
"""More than anybody compares by eye."""

SETTINGS = ("demand", "radio", "design", "law", "shadowing", "other_bands", "purchase", "prices")
_OWN = ("name", "label", "label_en", "county", "archetype")
_ELSEWHERE = ("scheme", "network", "class_test")
"""Sections of a settings file that move nothing of what a study compares."""

_LAW_WHOLE = {"name", "law", "distance", "walls", "floors"}
"""Keys by which a [law] section is a law of its own; without one it changes parameters of the law that stands."""

_POSITIVE = ("module_m", "height_m", "modules_in_row", "link_m", "stairs_m", "toilet_m", "most_storeys", "storeys")
_WORDS = {"": (*SETTINGS, *_OWN)}


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyOptions:
    """What a county shares out in a case: a number of access points, or money and a price [NTD]; by which method."""

    aps: int | None = None
    ap_budget_ntd: int | None = None
    ap_price_ntd: int | None = None
    method: Method = "largest_remainder"

    @property
    def n_aps(self) -> int | None:
        """Access points that number or money give, None where neither is given."""
        if self.aps is None and self.ap_budget_ntd is not None and self.ap_price_ntd:
            return self.ap_budget_ntd // self.ap_price_ntd
        return self.aps


def read_cases(path: Path | str, base: Case, county: CountyOptions, lang: str = "zh-TW") -> tuple[Case, ...]:
    """Read the cases of a study.

    Parameters
    ----------
    path : Path or str
        TOML with one [[case]] each: `name`, `label`, and the sections of a settings file with what it changes, with
        [case.archetype] for assumed buildings and [case.county] for access points and money. The first case is the one
        that the others are compared with. `floorplans/study-cases.toml` shows how.
    base : Case
        The settings that all cases start from.
    county : CountyOptions
        What is shared out where a case says nothing.
    lang : "zh-TW" or "en"
        Which label a case goes by.

    Raises
    ------
    SettingsError
        The file cannot be read, or names unknown options, or gives values of the wrong type or out of range; all of
        that at once.
    """
    path = Path(path)
    text = read_text(path, max_bytes=_MAX_BYTES, error=SettingsError)
    try:
        data: Mapping[str, Json] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        cases: tuple[Case, ...] = ()
        faults: tuple[Fault, ...] = (Fault(where="", problem=f"not valid TOML: {error}"),)
    else:
        cases, faults = parse_cases(data, base, county, lang)
    if faults:
        raise SettingsError(
            f"the cases have {len(faults)} fault{'s' if len(faults) > 1 else ''}",
            remedy="correct the places listed; floorplans/study-cases.toml shows how cases are written",
            where=str(path),
            faults=faults,
        )
    return cases


def parse_cases(
    data: Mapping[str, Json], base: Case, county: CountyOptions, lang: str = "zh-TW"
) -> tuple[tuple[Case, ...], tuple[Fault, ...]]:
    """Return the cases of a file's content and every fault in it."""
    faults = [
        Fault(where=key, problem=f'unknown key "{key}"', remedy="cases are sections [[case]]")
        for key in data
        if key != "case"
    ]
    given = data.get("case")
    if not isinstance(given, Sequence) or isinstance(given, str) or not given:
        return (), (*faults, Fault(where="", problem="there is no case", remedy="begin one with [[case]] and a name"))
    if len(given) > MOST_CASES:
        return (), (*faults, Fault(where="", problem=f"{len(given)} cases are more than {MOST_CASES}"))
    cases: list[Case] = []
    for n, part in enumerate(given, 1):
        if not isinstance(part, Mapping):
            faults.append(Fault(where=f"case {n}", problem="should be a section [[case]]"))
            continue
        case, found = case_of(part, base, county, lang=lang, place=f"case {n}")
        faults += found
        if any(other.name == case.name for other in cases):
            faults.append(Fault(where=f"case {n}", problem=f'"{case.name}" is the name of an earlier case'))
        cases.append(case)
    return tuple(cases), tuple(faults)


def case_of(
    data: Mapping[str, Json], base: Case, county: CountyOptions, *, lang: str, place: str
) -> tuple[Case, tuple[Fault, ...]]:
    """Return one case from what it changes, and what is wrong with it; `place` is told where it has no name."""
    name, label, faults = _named(data, lang)
    changed = {key: data[key] for key in SETTINGS if key in data}
    start = settings_to_mapping(base.settings)
    settings, found = settings_from_mapping(_merged(start, changed))
    assumed, archetype_faults = archetype_section(data, base.archetype)
    own, county_faults = _county(data, county)
    price = own.ap_price_ntd if own.ap_price_ntd is not None else settings.design.ap_price_ntd
    case = Case(
        name=name or place,
        label=label or name or place,
        settings=settings,
        archetype=assumed,
        n_aps=own.n_aps,
        ap_price_ntd=price,
        method=own.method,
        changes=_changes(data),
    )
    every = (*faults, *_odd_keys(data), *found, *archetype_faults, *county_faults)
    title = f'case "{name}"' if name else place
    return case, tuple(dataclasses.replace(f, where=f"{title} {f.where}".rstrip()) for f in every)


def _named(data: Mapping[str, Json], lang: str) -> tuple[str, str, tuple[Fault, ...]]:
    faults = [
        Fault(where=key, problem=f"should be a text of one line, not {data[key]!r}")
        for key in ("name", "label", "label_en")
        if key in data and not _one_line(data[key])
    ]
    if "name" not in data:
        faults.append(Fault(where="", problem="the case has no name", remedy='give it one: name = "2mbps"'))
    texts = {key: str(data[key]) for key in ("name", "label", "label_en") if key in data and _one_line(data[key])}
    label = texts.get("label_en" if lang == "en" else "label") or texts.get("label") or texts.get("label_en", "")
    return texts.get("name", ""), label, tuple(faults)


def _one_line(value: Json) -> bool:
    return isinstance(value, str) and value.strip() != "" and value.isprintable()


def _odd_keys(data: Mapping[str, Json]) -> Iterator[Fault]:
    for key in data:
        if key in _ELSEWHERE:
            yield Fault(where=f"[{key}]", problem="moves nothing of what a study compares", remedy="leave it out")
        elif key == "n_aps":
            yield Fault(where=key, problem="is one school's number", remedy="the county's stands in [case.county] aps")
        elif key not in _WORDS[""]:
            yield Fault(where=key, problem=f'unknown section or option "{key}"', remedy=suggestion(key, _WORDS[""]))


def _merged(start: Mapping[str, Json], changed: Mapping[str, Json]) -> dict[str, Json]:
    """Return plain settings with single options of their sections changed."""
    found = dict(start)
    for key, part in changed.items():
        known = found.get(key)
        if key == "law":
            found[key] = _law(known, part)
        elif isinstance(known, Mapping) and isinstance(part, Mapping):
            found[key] = {**known, **part}
        else:
            found[key] = part
    return found


def _law(known: Json, part: Json) -> Json:
    if not isinstance(part, Mapping) or _LAW_WHOLE & part.keys() or not isinstance(known, Mapping):
        return part
    parameters = known["parameters"]
    return {"law": known["law"], "parameters": {**parameters, **part}}


def archetype_section(data: Mapping[str, Json], base: ArchetypeOptions) -> tuple[ArchetypeOptions, tuple[Fault, ...]]:
    """Return how assumed buildings are built: the base with what [archetype] changes, and what is wrong with it."""
    part = data.get("archetype")
    if part is None:
        return base, ()
    if not isinstance(part, Mapping):
        return base, (Fault(where="archetype", problem="should be a section [case.archetype]"),)
    plain: dict[str, Json] = dataclasses.asdict(base)
    facade = part.get("facade", {})
    merged = {**plain, **part, "facade": {**plain["facade"], **facade} if isinstance(facade, Mapping) else facade}
    keys = {"facade": tuple(f.name for f in dataclasses.fields(Facade))}
    options, faults = section({"archetype": merged}, "archetype", base, keys)
    return options, (*faults, *_archetype_faults(options))


def _archetype_faults(options: ArchetypeOptions) -> Iterator[Fault]:
    values: dict[str, Any] = dataclasses.asdict(options)
    facade: dict[str, Any] = values["facade"]
    for name in _POSITIVE:
        if values[name] is not None and not 0 < values[name] <= 100:
            yield Fault(where=f"[archetype] {name}", problem=f"{values[name]:g} is not above 0 and at most 100")
    for name in ("slab_m", "courtyard_m"):
        if not 0 <= values[name] <= 200:
            yield Fault(where=f"[archetype] {name}", problem=f"{values[name]:g} is not between 0 and 200")
    lengths = [(name, value) for name, value in facade.items() if name.endswith("_m")]
    for name, value in lengths:
        if not 0 < value <= 50:
            yield Fault(where=f"[archetype] facade.{name}", problem=f"{value:g} is not above 0 and at most 50")
    heights = [facade[name] for name in ("sill_m", "lintel_m", "wall_top_m")]
    if heights != sorted(heights) or facade["wall_top_m"] > options.height_m:
        problem = "sill, lintel, wall top and storey height must follow each other upwards"
        yield Fault(where="[archetype] facade", problem=problem, remedy="change wall_top_m along with height_m")
    named = [("partition", options.partition)]
    named += [(f"facade.{name}", facade[name]) for name in ("outer_wall", "frame", "corridor_wall")]
    for where, material in named:
        if material not in materials():
            remedy = suggestion(material, tuple(materials()))
            yield Fault(where=f"[archetype] {where}", problem=f'the catalogue has no "{material}"', remedy=remedy)


def _county(data: Mapping[str, Json], base: CountyOptions) -> tuple[CountyOptions, tuple[Fault, ...]]:
    part = data.get("county")
    if part is None:
        return base, ()
    if not isinstance(part, Mapping):
        return base, (Fault(where="county", problem="should be a section [case.county]"),)
    plain: dict[str, Json] = dataclasses.asdict(base)
    if {"aps", "ap_budget_ntd"} <= part.keys():
        problem = "gives the number of access points twice"
        return base, (Fault(where="[county]", problem=problem, remedy="give aps, or ap_budget_ntd"),)
    if "ap_budget_ntd" in part:
        plain["aps"] = None
    own, faults = section({"county": {**plain, **part}}, "county", base)
    return own, (*faults, *_county_faults(own, part))


def _county_faults(own: CountyOptions, part: Mapping[str, Json]) -> Iterator[Fault]:
    for name, value, least in (
        ("aps", own.aps, 0),
        ("ap_budget_ntd", own.ap_budget_ntd, 0),
        ("ap_price_ntd", own.ap_price_ntd, 1),
    ):
        if value is not None and value < least:
            yield Fault(where=f"[county] {name}", problem=f"{value} is below {least}")
    if "ap_budget_ntd" in part and own.ap_price_ntd is None:
        yield Fault(where="[county]", problem="money without a price", remedy="give ap_price_ntd, or --ap-price")
    if own.method not in METHODS:
        yield Fault(where="[county] method", problem=f'no method "{own.method}"', remedy=", ".join(METHODS))


def _changes(data: Mapping[str, Json]) -> tuple[tuple[str, str], ...]:
    """Return what a case names, as (option, value) in the words of the file."""
    parts = {key: data[key] for key in (*SETTINGS, "archetype", "county") if key in data}
    return tuple((name, json.dumps(value, ensure_ascii=False, default=str)) for name, value in _flat(parts, ""))


def _flat(data: Mapping[str, Json], before: str) -> Iterator[tuple[str, Json]]:
    for key, value in data.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def base_values(case: Case) -> dict[str, Json]:
    """Return the options of a case by their names in a file ("demand.mbps_per_device"), a profile's figures filled in.

    Parameters of the law stand under "law.", those of assumed buildings under "archetype.".
    """
    plain = settings_to_mapping(case.settings)
    law = plain["law"]
    parts: dict[str, Json] = {**plain, "law": law["parameters"], "archetype": dataclasses.asdict(case.archetype)}
    values = dict(_flat(parts, ""))
    need = classroom_need(case.settings.demand)
    values["demand.mbps_per_device"] = need.mbps_per_device
    values["demand.max_airtime_share"] = need.max_airtime_share
    return values
