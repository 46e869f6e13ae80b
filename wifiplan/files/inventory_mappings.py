"""Mappings of columns that users keep: TOML files in their own folder, found again by name."""

import difflib
import json
import os
import re
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from wifiplan.catalog.inventories import FIELDS, ColumnMapping, PowerKind, mappings
from wifiplan.errors import Fault, InventoryError
from wifiplan.files.json_input import Json, read_text
from wifiplan.files.output import write_text

_NAME = re.compile(r"[\w][\w.-]{0,59}")
_MAX_BYTES = 200_000
_KEYS = ("title", "brand", "power", "columns")
_POWERS = ("eirp", "conducted", "")
_FOLDER = "inventory-mappings"


def config_folder() -> Path:
    """Return the user's folder for what this program keeps: WIFIPLAN_CONFIG_DIR, or the system's usual one."""
    own = os.environ.get("WIFIPLAN_CONFIG_DIR")
    if own:
        return Path(own)
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming") / "wifiplan"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "wifiplan"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "wifiplan"


def read_mapping(name: str) -> ColumnMapping:
    """Return a mapping: one that comes with the program, one that was saved, or a TOML file.

    Parameters
    ----------
    name : str
        "ruckus", the name of a saved mapping, or the path of a file that ends in .toml: `brand`, `power` ("eirp" or
        "conducted") and the section [columns] with `field = "Header"` or a list of headers.

    Raises
    ------
    InventoryError
        There is no such mapping, or the file has faults; all of them at once.
    """
    if name.casefold().endswith(".toml"):
        return _parsed(Path(name), name=Path(name).stem)
    if name in mappings():
        return mappings()[name]
    path = _path(name)
    if not path.is_file():
        known = [*mappings(), *saved_names()]
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise InventoryError(
            f'there is no mapping "{name}"', remedy=f"{hint}known: {', '.join(known)}", where="--mapping"
        )
    return _parsed(path, name=name)


def saved_names() -> tuple[str, ...]:
    """Return the names of the mappings that the user saved."""
    folder = config_folder() / _FOLDER
    return tuple(sorted(path.stem for path in folder.glob("*.toml"))) if folder.is_dir() else ()


def save_mapping(name: str, columns: Sequence[tuple[str, str]], *, brand: str = "", power: PowerKind = "") -> Path:
    """Keep a mapping under a name and return its file.

    Parameters
    ----------
    name : str
        Letters, digits, dots and hyphens; not that of a mapping which comes with the program.
    columns : sequence of (field, header)
        What `Source.columns` lists.
    brand : str
        Brand of every device, where no column gives it.
    power : "eirp", "conducted" or ""
        What power columns give.

    Raises
    ------
    InventoryError
        The name cannot be used.
    OutputError
        The file cannot be written.
    """
    path = _path(name)
    by_field: dict[str, list[str]] = {}
    for field, header in columns:
        by_field.setdefault(field, []).append(header)
    lines = [f"brand = {_quoted(brand)}", f"power = {_quoted(power)}", "", "[columns]"]
    lines += [f"{field} = [{', '.join(map(_quoted, headers))}]" for field, headers in by_field.items()]
    write_text(path, "\n".join(lines) + "\n")
    return path


def _path(name: str) -> Path:
    if not _NAME.fullmatch(name) or ".." in name:
        raise InventoryError(
            f'"{name}" cannot be the name of a mapping',
            remedy="use letters, digits, dots and hyphens, at most 60",
            where="mapping",
        )
    if name in mappings():
        raise InventoryError(
            f'"{name}" is a mapping that comes with the program', remedy="choose another name", where="mapping"
        )
    return config_folder() / _FOLDER / f"{name}.toml"


def _parsed(path: Path, *, name: str) -> ColumnMapping:
    text = read_text(path, max_bytes=_MAX_BYTES, error=InventoryError)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InventoryError(f"not valid TOML: {error}", remedy="correct the line named", where=str(path)) from error
    faults = [
        Fault(where=key, problem="unknown key", remedy=f"keys: {', '.join(_KEYS)}") for key in data if key not in _KEYS
    ]
    columns = _columns(data.get("columns"), faults)
    words = {key: _word(data, key, faults) for key in ("title", "brand", "power")}
    if words["power"] not in _POWERS:
        faults.append(Fault(where="power", problem=f'"{words["power"]}" is not eirp or conducted'))
    if faults:
        raise InventoryError(
            f"the mapping has {len(faults)} fault{'s' if len(faults) > 1 else ''}",
            remedy=f"correct the places listed; fields: {', '.join(FIELDS)}",
            where=str(path),
            faults=faults,
        )
    return ColumnMapping(
        name=name,
        title_zh=words["title"],
        title_en=words["title"],
        brand=words["brand"],
        power=cast("PowerKind", words["power"]),
        columns=columns,
        source=str(path.name),
    )


def _columns(data: Json, faults: list[Fault]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(data, Mapping) or not data:
        faults.append(Fault(where="[columns]", problem="the section is missing or empty"))
        return ()
    found = []
    for field, value in data.items():
        headers = [value] if isinstance(value, str) else value
        if field not in FIELDS:
            near = difflib.get_close_matches(field, FIELDS, n=1)
            faults.append(
                Fault(
                    where=f"[columns] {field}",
                    problem="there is no such field",
                    remedy=f"did you mean {near[0]}?" if near else "",
                )
            )
        elif not isinstance(headers, list) or not headers or not all(isinstance(h, str) and h.strip() for h in headers):
            faults.append(
                Fault(where=f"[columns] {field}", problem="should be a header or a list of headers in quotes")
            )
        else:
            found.append((field, tuple(headers)))
    return tuple(found)


def _word(data: Mapping[str, Json], key: str, faults: list[Fault]) -> str:
    value = data.get(key, "")
    if isinstance(value, str):
        return value
    faults.append(Fault(where=key, problem="should be text in quotes"))
    return ""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
