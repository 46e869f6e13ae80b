"""Path-loss laws on disk: their name and parameters, as `survey fit` writes them and `--law` reads them."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from wifiplan.errors import Fault, SettingsError, WifiplanError
from wifiplan.files.json_input import Json, Refused, load_json, read_text
from wifiplan.files.output import write_text
from wifiplan.files.plain import json_text
from wifiplan.files.strict import STRICT, StrictReader, suggestion
from wifiplan.radio.loss import COMBINED, LAWS, MIRRORED, Law, PathLoss
from wifiplan.radio.measured import InBand, Measured

MAX_BYTES = 20_000_000
"""A calibration of a thousand access points takes two."""

BESIDE = ("calibration", "prior")
"""What `survey fit` and `survey pool` write beside a law (`files.calibrations`): not the law's."""

_KEYS = {
    "in_band": tuple(field.name for field in dataclasses.fields(InBand)),
    "measured": tuple(field.name for field in dataclasses.fields(Measured)),
}


def read_law(path: Path | str) -> PathLoss:
    """Read a law: ``{"law": "p2040_multi_wall", "parameters": {"wall_scale": 0.9}}``.

    Parameters that are not given keep the value of the law of that name; its parts (`distance`, `walls`, `floors`) may
    be exchanged as well: ``{"law": "combined", "parameters": {"distance": "inh", "walls": "cost231"}}``. What a
    calibration or a prior says beside the law is left alone.

    Raises
    ------
    SettingsError
        The file cannot be read, names an unknown law or parameter, or gives a value of the wrong type; all faults
        at once.
    """
    path = Path(path)
    try:
        data = load_json(read_text(path, max_bytes=MAX_BYTES, error=SettingsError))
    except Refused as refused:
        raise _error((refused.fault,), path) from refused
    law, faults = law_from_plain(data)
    if law is None:
        raise _error(faults, path)
    return law


def write_law(path: Path | str, law: PathLoss) -> None:
    """Write a law so that `read_law` gives it back.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    write_text(Path(path), json_text(law_to_plain(law)))


def law_to_plain(law: PathLoss) -> dict[str, Json]:
    """Return a law's name, its parts and all its parameters.

    >>> law_to_plain(LAWS["cost231_multi_wall"])["law"]
    'cost231_multi_wall'
    """
    return {"law": law.name, "parameters": _parameters(law)}


def law_from_plain(data: Json) -> tuple[PathLoss | None, tuple[Fault, ...]]:
    """Return the law that a mapping with `law` and `parameters` describes, or what is wrong with it."""
    if not isinstance(data, Mapping) or not isinstance(data.get("law"), str):
        problem = 'a law is an object with the keys "law" and "parameters"'
        return None, (Fault(where="law", problem=problem, remedy=f"laws: {', '.join((*LAWS, *MIRRORED))}"),)
    odd = [
        Fault(where=str(key), problem=f'unknown key "{key}"', remedy=suggestion(str(key), ("law", "parameters")))
        for key in data
        if key not in {"law", "parameters", *BESIDE}
    ]
    law, faults = law_with(data["law"], data.get("parameters", {}))
    faults = (*odd, *faults)
    return (None if faults else law), faults


def law_with(name: str, parameters: Json) -> tuple[PathLoss | None, tuple[Fault, ...]]:
    """Return the law of that name with some parameters or parts of its own, or what is wrong with them.

    The name "combined" starts from the multi-wall of P.2040.
    """
    base = Law() if name == COMBINED else (LAWS | MIRRORED).get(name)
    if base is None:
        return None, (Fault(where="law", problem=f'unknown law "{name}"', remedy=suggestion(name, (*LAWS, *MIRRORED))),)
    known = _parameters(base)
    reader: StrictReader[Law] = StrictReader(TypeAdapter(tuple[Law], config=STRICT), {"": tuple(known), **_KEYS})
    try:
        checked = reader.check({**known, **parameters} if isinstance(parameters, Mapping) else parameters)
    except WifiplanError as error:
        # a law refuses parameters with which distance or a wall would help
        return None, (Fault(where=name, problem=error.problem, remedy=error.remedy), *error.faults)
    return checked.value, checked.faults


def _parameters(law: PathLoss) -> dict[str, Json]:
    # every law is a frozen record; the protocol only says how it is called
    record: Any = law
    return dataclasses.asdict(record)


def _error(faults: tuple[Fault, ...], path: Path) -> SettingsError:
    return SettingsError(
        "this is no path-loss law",
        remedy="correct the places listed, or let `wifiplan survey fit` write the file",
        where=str(path),
        faults=faults,
    )
