"""What is assumed rather than known, with a low and a high value each (TOML): strict, all faults at once."""

import json
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from wifiplan.errors import Fault, SettingsError
from wifiplan.files.cases import CountyOptions, base_values, case_of
from wifiplan.files.json_input import Json, read_text
from wifiplan.files.strict import suggestion
from wifiplan.study.assumptions import Assumption
from wifiplan.study.cases import Case

_MAX_BYTES = 1_000_000
_TEXTS = ("name", "label", "label_en", "base", "base_en", "option", "unit", "source", "source_en")
_KEYS = (*_TEXTS, "invented", "low", "high")
_ENDS = ("low", "high")


def read_assumptions(
    path: Path | None, base: Case, county: CountyOptions, *, only: Collection[str] = (), lang: str = "zh-TW"
) -> tuple[Assumption, ...]:
    """Read assumptions with their ranges.

    Parameters
    ----------
    path : Path or None
        TOML; None reads the ranges that come with the program (`catalog/data/assumptions.toml`), which shows how.
    base : Case
        The settings that are taken for the present ones.
    county : CountyOptions
        What is shared out.
    only : collection of str
        Names of the assumptions that are wanted; none: all.
    lang : "zh-TW" or "en"
        Language of labels, values and sources.

    Raises
    ------
    SettingsError
        The file cannot be read, or has faults, all of them at once; or a name is not in it.
    """
    if path is None:
        text = files("wifiplan.catalog").joinpath("data", "assumptions.toml").read_text(encoding="utf-8")
    else:
        text = read_text(path, max_bytes=_MAX_BYTES, error=SettingsError)
    where = "assumptions.toml" if path is None else str(path)
    try:
        data: Mapping[str, Json] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _error([Fault(where="", problem=f"not valid TOML: {error}")], where) from error
    found, faults = parse_assumptions(data, base, county, lang)
    names = [assumption.name for assumption in found]
    faults += tuple(
        Fault(where=f"--only {name}", problem="no such assumption", remedy=suggestion(name, names))
        for name in only
        if name not in names
    )
    if faults:
        raise _error(faults, where)
    return tuple(assumption for assumption in found if not only or assumption.name in only)


def _error(faults: Sequence[Fault], where: str) -> SettingsError:
    return SettingsError(
        f"the ranges have {len(faults)} fault{'s' if len(faults) > 1 else ''}",
        remedy="correct the places listed; wifiplan/catalog/data/assumptions.toml shows how ranges are written",
        where=where,
        faults=faults,
    )


def parse_assumptions(
    data: Mapping[str, Json], base: Case, county: CountyOptions, lang: str
) -> tuple[tuple[Assumption, ...], tuple[Fault, ...]]:
    """Return the assumptions of a file's content and every fault in it."""
    faults = [Fault(where=key, problem=f'unknown key "{key}"') for key in data if key != "assumption"]
    given = data.get("assumption")
    if not isinstance(given, Sequence) or isinstance(given, str) or not given:
        remedy = "begin one with [[assumption]] and a name"
        return (), (*faults, Fault(where="", problem="there is no assumption", remedy=remedy))
    found: list[Assumption] = []
    for n, part in enumerate(given, 1):
        place = f"assumption {n}"
        odd = _odd(part) if isinstance(part, Mapping) else [Fault(where="", problem="should be a section")]
        if not odd:
            assumption, ends = _assumption(part, base, county, lang)
            odd = [*ends]
            if any(other.name == assumption.name for other in found):
                odd.append(Fault(where="", problem=f'"{assumption.name}" is the name of an earlier one'))
            found.append(assumption)
        faults += [Fault(where=f"{place} {f.where}".rstrip(), problem=f.problem, remedy=f.remedy) for f in odd]
    return tuple(found), tuple(faults)


def _odd(part: Mapping[str, Json]) -> list[Fault]:
    odd = [
        Fault(where=key, problem=f'unknown key "{key}"', remedy=suggestion(key, _KEYS))
        for key in part
        if key not in _KEYS
    ]
    odd += [
        Fault(where=key, problem=f"should be a text, not {part[key]!r}")
        for key in _TEXTS
        if key in part and not isinstance(part[key], str)
    ]
    odd += [Fault(where=key, problem="is missing") for key in ("name", "source", *_ENDS) if key not in part]
    odd += [
        Fault(where=key, problem="should be what changes, such as {demand = {mbps_per_device = 4.0}}")
        for key in _ENDS
        if key in part and not isinstance(part[key], Mapping)
    ]
    if not isinstance(part.get("invented", False), bool):
        odd.append(Fault(where="invented", problem="should be true or false"))
    if "base" not in part and "option" not in part:
        odd.append(Fault(where="", problem="says nothing of the present value", remedy="give `option` or `base`"))
    return odd


def _assumption(
    part: Mapping[str, Json], base: Case, county: CountyOptions, lang: str
) -> tuple[Assumption, tuple[Fault, ...]]:
    name = str(part["name"])
    unit = str(part.get("unit", ""))
    option = str(part["option"]) if "option" in part else None
    faults: list[Fault] = []
    ends: dict[str, Case] = {}
    for end in _ENDS:
        changed = {**part[end], "name": f"{name}:{end}"}
        case, found = case_of(changed, base, county, lang=lang, place=end)
        faults += found
        value = base_values(case).get(option) if option else None
        label = case.label if "label" in part[end] else _value_text(value, unit)
        ends[end] = replace(case, label=label)
    values = base_values(base)
    if option is not None and option not in values:
        remedy = suggestion(option, tuple(values))
        faults.append(Fault(where="option", problem=f'there is no option "{option}"', remedy=remedy))
    text = _text(part, "base", lang) or _value_text(values.get(option or ""), unit)
    assumption = Assumption(
        name=name,
        label=_text(part, "label", lang) or name,
        base_text=text,
        low=ends["low"],
        high=ends["high"],
        source=_text(part, "source", lang),
        invented=part.get("invented", False) is True,
    )
    return assumption, tuple(faults)


def _text(part: Mapping[str, Json], key: str, lang: str) -> str:
    found = part.get(f"{key}_en") if lang == "en" else None
    return str(found or part.get(key, ""))


def _value_text(value: Json, unit: str) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        shown = value * 100 if unit == "%" else value
        return f"{shown:g} {unit}".rstrip()
    return "-" if value is None else f"{value} {unit}".rstrip()


def paired(one: Case, other: Case, base: Case, county: CountyOptions) -> Case:
    """Return a case that changes what two others change.

    Raises
    ------
    SettingsError
        Both at once are no sound settings.
    """
    changed: dict[str, Json] = {"name": f"{one.name}+{other.name}", "label": f"{one.label} + {other.label}"}
    for option, value in (*one.changes, *other.changes):
        part = changed
        *sections, last = option.split(".")
        for section in sections:
            part = part.setdefault(section, {})
        part[last] = json.loads(value)
    case, faults = case_of(changed, base, county, lang="zh-TW", place="pair")
    if faults:
        raise _error(faults, "--pairs")
    return case
