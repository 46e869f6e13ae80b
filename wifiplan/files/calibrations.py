"""Calibrations and priors on disk: a law that `--law` reads, and beside it how well each of its numbers is known."""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from pydantic import TypeAdapter

from wifiplan.errors import Fault, SettingsError, WifiplanError
from wifiplan.files.json_input import Json, Refused, load_json, read_text
from wifiplan.files.laws import MAX_BYTES, law_from_plain, law_to_plain
from wifiplan.files.output import write_text
from wifiplan.files.plain import json_text
from wifiplan.files.strict import STRICT, Checked, StrictReader
from wifiplan.site.remark import Remark
from wifiplan.survey.estimates import BandError, Calibration, Parameter
from wifiplan.survey.priors import Prior

MOST_TIED, MOST_PARAMETERS = 400, 4000
"""Numbers of a law, and of a law and access points' powers, that a file may hold: 60 and 1500 stand in a large one."""

WIDEST = 1e9
"""No variance of decibels is so large."""

_KEYS = {
    "parameters": tuple(field.name for field in dataclasses.fields(Parameter)),
    "errors": tuple(field.name for field in dataclasses.fields(BandError)),
    "remarks": tuple(field.name for field in dataclasses.fields(Remark)),
}

_Record = TypeVar("_Record", bound=Calibration | Prior)


def write_calibration(path: Path | str, calibration: Calibration) -> None:
    """Write a calibration so that `read_calibration` gives it back, and `read_law` its law.

    How access points' powers hang together with other numbers is left out: nobody pools them.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    write_text(Path(path), json_text(calibration_to_plain(calibration)))


def write_prior(path: Path | str, prior: Prior) -> None:
    """Write a prior so that `read_prior` gives it back, and `read_law` the law of its means.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    write_text(Path(path), json_text({**law_to_plain(prior.law), "prior": _block(prior, ("covariance",))}))


def calibration_to_plain(calibration: Calibration) -> dict[str, Json]:
    """Return a calibration as it is written."""
    return {
        **law_to_plain(calibration.law),
        "calibration": _block(calibration, ("covariance", "prior_covariance")),
    }


def read_calibration(path: Path | str) -> Calibration:
    """Read what `survey fit` wrote.

    Raises
    ------
    SettingsError
        The file cannot be read, is no calibration, or holds impossible numbers; all faults at once.
    """
    fields = {"": tuple(field.name for field in dataclasses.fields(Calibration) if field.name != "law"), **_KEYS}
    reader: StrictReader[Calibration] = StrictReader(TypeAdapter(tuple[Calibration], config=STRICT), fields)
    return _read(Path(path), "calibration", reader, ("covariance", "prior_covariance"))


def read_prior(path: Path | str) -> Prior:
    """Read what `survey pool` wrote.

    Raises
    ------
    SettingsError
        The file cannot be read, is no prior, or holds impossible numbers; all faults at once.
    """
    fields = {"": tuple(field.name for field in dataclasses.fields(Prior) if field.name != "law"), **_KEYS}
    reader: StrictReader[Prior] = StrictReader(TypeAdapter(tuple[Prior], config=STRICT), fields)
    return _read(Path(path), "prior", reader, ("covariance",))


def _block(record: Calibration | Prior, matrices: Sequence[str]) -> dict[str, Json]:
    """Return a record without its law; of symmetric matrices the rows up to the diagonal, without powers."""
    plain: dict[str, Json] = dataclasses.asdict(record)
    del plain["law"]
    tied = [n for n, one in enumerate(record.parameters) if one.name != "power_db"]
    for name in matrices:
        full = plain[name]
        plain[name] = [[full[n][m] for m in tied[: row + 1]] for row, n in enumerate(tied)] if full else []
    return plain


def _read(path: Path, kind: str, reader: StrictReader[_Record], matrices: Sequence[str]) -> _Record:
    try:
        data = load_json(read_text(path, max_bytes=MAX_BYTES, error=SettingsError))
    except Refused as refused:
        raise _error((refused.fault,), path, kind) from refused
    law, law_faults = law_from_plain(data)
    block = data.get(kind) if isinstance(data, Mapping) else None
    if not isinstance(block, Mapping):
        missing = Fault(where=kind, problem=f'there is no "{kind}" in the file', remedy=_REMEDIES[kind])
        raise _error((*law_faults, missing), path, kind)
    record, odd = _record(block, reader, matrices, () if law is None else law_to_plain(law)["parameters"])
    if record is None or law_faults or odd:
        raise _error((*law_faults, *odd), path, kind)
    return record


def _record(
    block: Mapping[str, Json], reader: StrictReader[_Record], matrices: Sequence[str], law: Json
) -> tuple[_Record | None, tuple[Fault, ...]]:
    """Return the record, or what is wrong with it; without a law its own faults are enough."""
    parameters = block.get("parameters")
    many = parameters if isinstance(parameters, Sequence) and not isinstance(parameters, str) else ()
    is_power = [isinstance(one, Mapping) and one.get("name") == "power_db" for one in many]
    if len(many) > MOST_PARAMETERS or len(many) - sum(is_power) > MOST_TIED:
        return None, (Fault(where="parameters", problem=f"{len(many)} parameters are too many for a law"),)
    whole: dict[str, Json] = dict(block)
    faults: list[Fault] = []
    for name in matrices:
        rows = block.get(name, [])
        variances = [_square(one, "sd" if name == "covariance" else "prior_sd") for one in many]
        fault = _fault(name, rows, len(many) - sum(is_power))
        if fault is not None:
            faults.append(fault)
        whole[name] = [] if fault or not rows else _full(rows, is_power, variances)
    if not law:
        return None, tuple(faults)
    try:
        checked: Checked[_Record] = reader.check({**whole, "law": law})
    except WifiplanError as error:
        return None, (*faults, Fault(where="", problem=error.problem, remedy=error.remedy))
    return checked.value, (*faults, *checked.faults)


def _fault(name: str, rows: Json, n: int) -> Fault | None:
    """Return what is wrong with a matrix of which the rows up to the diagonal are given."""
    if rows == []:
        return None if n == 0 or name == "prior_covariance" else Fault(where=name, problem="it is missing")
    shape = isinstance(rows, list) and len(rows) == n and all(isinstance(row, list) for row in rows)
    if not shape or any(len(row) != k + 1 for k, row in enumerate(rows)):
        return Fault(where=name, problem=f"should be {n} rows of 1, 2, 3 ... numbers, a row a parameter but powers")
    if not all(type(one) in {int, float} and math.isfinite(one) and abs(one) < WIDEST for row in rows for one in row):
        return Fault(where=name, problem="should be finite numbers")
    matrix = np.array([[*row, *([0.0] * (n - len(row)))] for row in rows], dtype=np.float64)
    scale = np.sqrt(np.maximum(np.diag(matrix), 0.0))
    if not (scale > 0.0).all():
        return Fault(where=name, problem="variances should be above zero")
    least = np.linalg.eigvalsh((matrix + np.tril(matrix, -1).T) / np.outer(scale, scale)).min()
    return None if least > 0.0 else Fault(where=name, problem="no parameters hang together like this")


def _full(rows: Sequence[Sequence[float]], is_power: Sequence[bool], variances: Sequence[float]) -> list[list[float]]:
    n = len(is_power)
    tied = [k for k in range(n) if not is_power[k]]
    full = [[0.0] * n for _ in range(n)]
    for k, row in zip(tied, rows, strict=True):
        for m, value in zip(tied, row, strict=False):
            full[k][m] = full[m][k] = float(value)
    for k in range(n):
        if is_power[k]:
            full[k][k] = variances[k]
    return full


def _square(parameter: Json, key: str) -> float:
    """Return a parameter's variance; what is no number is told where the parameter is read."""
    sd: Json = parameter.get(key) if isinstance(parameter, Mapping) else None
    return float(sd) ** 2 if type(sd) in {int, float} and abs(sd) < WIDEST else 0.0


_REMEDIES = {
    "calibration": "give a file that `survey fit` wrote",
    "prior": "give a file that `survey pool` wrote",
}

_ZH = {
    "calibration": ("這不是校準檔", "請給 `survey fit` 寫出的檔案，或修正所列之處"),
    "prior": ("這不是彙整檔", "請給 `survey pool` 寫出的檔案，或修正所列之處"),
}


def _error(faults: tuple[Fault, ...], path: Path, kind: str) -> SettingsError:
    return SettingsError(
        f"this is no {kind}",
        remedy=f"{_REMEDIES[kind]}, or correct the places listed",
        where=str(path),
        faults=faults,
        zh=_ZH[kind],
    )
