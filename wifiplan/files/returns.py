"""The lists that `wifiplan form` and `wifiplan collect` leave: forms.json and collected.json."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Literal, TypeVar

from pydantic import ConfigDict, TypeAdapter

from wifiplan.errors import Fault, SettingsError
from wifiplan.files.json_input import Json, Refused, load_json, read_text
from wifiplan.files.strict import StrictReader
from wifiplan.scheme.school import Stage
from wifiplan.study.tracking import Key, Returned, ReturnStatus

_MAX_BYTES = 20_000_000
_STRICT = ConfigDict(strict=True, allow_inf_nan=False)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    stage: Stage
    code: str
    name: str = ""
    file: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Forms:
    format: Literal[1]
    schools: tuple[_Sent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Collected:
    stage: Stage
    code: str
    status: ReturnStatus
    name: str = ""
    file: str | None = None
    n_faults: int = 0
    n_assumed: int = 0
    inventory_known: bool = False
    n_existing_aps: int | None = None
    n_existing_devices: int | None = None
    uplink_mbps: float | None = None
    applies_106: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Collection:
    format: Literal[1]
    schools: tuple[_Collected, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Generic[T]):
    """What a list says of every school, and notes on schools that nobody asked for."""

    schools: dict[Key, T]
    notes: tuple[str, ...] = ()


def read_forms(folder: Path, wanted: Collection[Key]) -> Listed[str]:
    """Return the name of the building sheet of every school to which one was written (`forms.json`).

    Parameters
    ----------
    folder : Path
        Folder that `wifiplan form` wrote.
    wanted : collection of (stage, code)
        Schools of the roster; others get a note.

    Raises
    ------
    SettingsError
        There is no such list, or it is damaged; all faults at once.
    """
    path = folder / "forms.json"
    read = _checked(path, TypeAdapter(tuple[_Forms], config=_STRICT), "wifiplan form")
    found = {(one.stage, one.code): one.file or "" for one in read.schools}
    _once(path, [(one.stage, one.code) for one in read.schools])
    return Listed(schools={k: found[k] for k in found if k in wanted}, notes=_strangers(path, found, wanted))


def read_collected(folder: Path, wanted: Collection[Key]) -> Listed[Returned]:
    """Return what came back from every school (`collected.json`); parameters and errors as for `read_forms`."""
    path = folder / "collected.json"
    read = _checked(path, TypeAdapter(tuple[_Collection], config=_STRICT), "wifiplan collect")
    _once(path, [(one.stage, one.code) for one in read.schools])
    found = {
        (one.stage, one.code): Returned(
            status=one.status,
            file=one.file,
            n_faults=one.n_faults,
            n_assumed=one.n_assumed,
            inventory_known=one.inventory_known,
            n_existing_aps=one.n_existing_aps,
            n_existing_devices=one.n_existing_devices,
            uplink_mbps=one.uplink_mbps,
            applies_106=one.applies_106,
        )
        for one in read.schools
    }
    return Listed(schools={k: found[k] for k in found if k in wanted}, notes=_strangers(path, found, wanted))


def _checked(path: Path, adapter: TypeAdapter[tuple[T]], command: str) -> T:
    text = read_text(path, max_bytes=_MAX_BYTES, error=SettingsError)
    remedy = f"make it again with `{command}`"
    try:
        data: Json = load_json(text)
    except Refused as refused:
        raise SettingsError("the list is damaged", remedy=remedy, where=str(path), faults=(refused.fault,)) from refused
    checked = StrictReader(adapter).check(data)
    if checked.value is None:
        raise SettingsError("the list is damaged", remedy=remedy, where=str(path), faults=checked.faults)
    return checked.value


def _once(path: Path, keys: list[Key]) -> None:
    doubled = [key for key in dict.fromkeys(keys) if keys.count(key) > 1]
    if doubled:
        faults = [Fault(where=f"{stage} {code}", problem="stands in the list twice") for stage, code in doubled]
        raise SettingsError("the list is damaged", remedy="keep one entry a school", where=str(path), faults=faults)


def _strangers(path: Path, found: Collection[Key], wanted: Collection[Key]) -> tuple[str, ...]:
    strange = [key for key in found if key not in wanted]
    return tuple(f"{path.name}: {stage} {code} is not in the roster" for stage, code in strange)
