"""Survey files: a table of readings as CSV, one line of JSON above it that says whose they are."""

import csv
import io
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TypeAlias

from wifiplan.errors import Fault, SurveyError
from wifiplan.files.json_input import Json, Refused, load_json, printable, read_text
from wifiplan.files.output import write_text
from wifiplan.files.plain import json_text
from wifiplan.site.network import BANDS
from wifiplan.survey.records import Sample, Survey

MAX_SURVEY_BYTES = 100_000_000
"""Half a million readings take 40 MB."""
MAX_ROWS = 1_000_000
MAX_FAULTS = 100
"""So many faults are told; a file in another format has one in every row."""
FORMAT = 1

_HEAD = ("format", "name", "device", "surveyor", "started_at", "source", "remarks")
_COLUMNS = tuple(field.name for field in fields(Sample))
_NEEDED = ("floor", "x_m", "y_m")
_FORMULA = ("=", "+", "-", "@")
Value: TypeAlias = str | int | float | None


def write_survey(path: Path | str, survey: Survey) -> None:
    """Write a survey: a line of JSON, a line of column names, one reading a line. Same survey, same bytes.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    write_text(Path(path), dump_survey(survey))


def dump_survey(survey: Survey) -> str:
    r"""Return the text of a survey file; columns that no reading fills are left out.

    >>> dump_survey(Survey(name="三樓", samples=(Sample(floor=2, x_m=1.5, y_m=2.0, rssi_dbm=-61.0),)))
    '{"format": 1, "name": "三樓"}\nfloor,x_m,y_m,rssi_dbm\n2,1.5,2.0,-61.0\n'
    """
    said = {key: value for key in _HEAD[1:] if (value := _head_value(survey, key))}
    head = json_text({"format": FORMAT, "name": survey.name} | said).replace("\n", " ").strip()
    unset = Sample(floor=0, x_m=0.0, y_m=0.0)
    rows = [_values(sample) for sample in survey.samples]
    empty = _values(unset)
    used = [c for c in _COLUMNS if c in _NEEDED or any(row[c] != empty[c] for row in rows)]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(used)
    writer.writerows([_cell(row[column]) for column in used] for row in rows)
    return f"{head}\n{out.getvalue()}"


def read_survey(path: Path | str) -> Survey:
    """Read a survey file.

    Parameters
    ----------
    path : Path or str
        As `write_survey` writes it: UTF-8, columns in any order, floor, x_m and y_m at least.

    Returns
    -------
    Survey
        The readings in the order of the file.

    Raises
    ------
    SurveyError
        The file cannot be read, or it has faults: all of them, with the row and column that a spreadsheet shows.
    """
    path = Path(path)
    text = read_text(path, max_bytes=MAX_SURVEY_BYTES, error=SurveyError)
    faults: list[Fault] = []
    first, _, rest = text.partition("\n")
    head = _head(first, faults)
    samples = _table(rest, faults)
    if faults:
        more = len(faults) - MAX_FAULTS
        told = faults[:MAX_FAULTS] + ([Fault(where="", problem=f"and {more:,} more")] if more > 0 else [])
        raise SurveyError(
            f"the survey file has {len(faults):,} fault{'s' if len(faults) > 1 else ''}",
            remedy="correct the places listed; the first line is JSON, the second names the columns",
            where=str(path),
            faults=told,
            zh=(f"量測檔有 {len(faults):,} 處錯誤", "請修正所列之處；第一行是 JSON，第二行是欄名"),
        )
    remarks = head.get("remarks", [])
    return Survey(
        name=head.get("name", path.stem),
        device=head.get("device", ""),
        samples=samples,
        surveyor=head.get("surveyor", ""),
        started_at=head.get("started_at", ""),
        source=head.get("source", ""),
        remarks=tuple(remarks),
    )


def _head_value(survey: Survey, key: str) -> Json:
    known: dict[str, Json] = {
        "name": survey.name,
        "device": survey.device,
        "surveyor": survey.surveyor,
        "started_at": survey.started_at,
        "source": survey.source,
        "remarks": [*survey.remarks],
    }
    return known[key]


def _values(sample: Sample) -> dict[str, Value]:
    return {
        "floor": sample.floor,
        "x_m": sample.x_m,
        "y_m": sample.y_m,
        "band": sample.band,
        "channel": sample.channel,
        "frequency_hz": sample.frequency_hz,
        "bssid": sample.bssid,
        "ssid": sample.ssid,
        "rssi_dbm": sample.rssi_dbm,
        "time_s": sample.time_s,
        "throughput_mbps": sample.throughput_mbps,
        "delay_s": sample.delay_s,
        "loss_share": sample.loss_share,
    }


def _cell(value: Value) -> str:
    """Return a value as text that gives it back; strangers' names never become a spreadsheet's formula."""
    if isinstance(value, str):
        guarded = value.startswith((*_FORMULA, "'"))
        return f"'{value}" if guarded else value
    return "" if value is None else repr(value)


def _head(line: str, faults: list[Fault]) -> dict[str, Json]:
    try:
        head = load_json(line if line.lstrip().startswith("{") else _rejoined(line))
    except Refused as refused:
        faults.append(
            Fault(
                where="row 1",
                problem=f"should be one line of JSON ({refused.fault.problem})",
                remedy='such as {"format": 1, "name": "…", "device": "…"}',
            )
        )
        return {}
    if not isinstance(head, Mapping) or head.get("format") != FORMAT:
        faults.append(Fault(where="row 1", problem='should be a JSON object with "format": 1'))
        return {}
    for key, value in head.items():
        sound = isinstance(value, str) or key == "format"
        if key == "remarks":
            sound = isinstance(value, list) and all(isinstance(one, str) for one in value)
        if key not in _HEAD:
            faults.append(Fault(where="row 1", problem=f"unknown key {printable(key)!r}", remedy=", ".join(_HEAD)))
        elif not sound:
            faults.append(Fault(where=f"row 1, {key}", problem="should be text"))
    return dict(head)


def _rejoined(line: str) -> str:
    """Return the JSON of a line that a spreadsheet took for cells, cut at its commas and quoted."""
    return ",".join(next(csv.reader([line]), [])).rstrip(",\r")


def _table(text: str, faults: list[Fault]) -> tuple[Sample, ...]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        faults.append(Fault(where="", problem=f"not a CSV table ({error})", remedy="save it as CSV UTF-8"))
        return ()
    columns = [cell.strip() for cell in rows[0]] if rows else []
    faults += [
        Fault(where="row 2", problem=f"unknown column {printable(c)[:60]!r}", remedy=f"known: {', '.join(_COLUMNS)}")
        for c in columns
        if c not in _COLUMNS
    ]
    faults += [Fault(where="row 2", problem=f"the column {c} is missing") for c in _NEEDED if c not in columns]
    if len(set(columns)) != len(columns):
        faults.append(Fault(where="row 2", problem="a column is there twice"))
    if len(rows) > MAX_ROWS:
        faults.append(Fault(where="", problem=f"{len(rows):,} rows are more than {MAX_ROWS:,}"))
    if faults:
        return ()
    found = (_Row(n + 3, dict(zip(columns, row, strict=False)), faults) for n, row in enumerate(rows[1:]) if any(row))
    made = (_sample(row, len(columns), rows[row.number - 2]) for row in found)
    return tuple(one for one in made if one is not None)


@dataclass(slots=True)
class _Row:
    """A row of the table, by the number that a spreadsheet shows."""

    number: int
    cells: Mapping[str, str]
    faults: list[Fault]

    def value(self, column: str, kind: Callable[[str], float], least: float, most: float) -> float | None:
        """Return a number of a column, None where it is blank or at fault."""
        text = self.cells.get(column, "").strip()
        if not text:
            return None
        try:
            number = kind(text)
        except ValueError:
            number = math.nan
        if not least <= number <= most:
            wanted = "a whole number" if kind is int else "a number"
            self.fault(column, f"{printable(text)[:40]!r} is not {wanted} from {least:g} to {most:g}")
            return None
        return number

    def text(self, column: str) -> str:
        """Return a text of a column."""
        text = self.cells.get(column, "")
        if printable(text) != text:
            self.fault(column, "holds a control character")
        return text.removeprefix("'") if text.startswith("'") else text

    def fault(self, column: str, problem: str) -> None:
        """Note what is wrong with a cell."""
        self.faults.append(Fault(where=f"row {self.number}, {column}", problem=problem))


def _sample(row: _Row, n_columns: int, cells: list[str]) -> Sample | None:
    before = len(row.faults)
    if len(cells) != n_columns:
        row.fault("", f"{len(cells)} cells, not {n_columns}")
    floor, x_m, y_m = (row.value(*limits) for limits in _PLACE)
    for column, value in zip(_NEEDED, (floor, x_m, y_m), strict=True):
        if value is None and not row.cells.get(column, "").strip():
            row.fault(column, "is blank")
    band = row.text("band").strip()
    known = [one for one in BANDS if one == band]
    if band and not known:
        row.fault("band", f"{band[:20]!r} is not one of {', '.join(BANDS)}")
    channel, frequency_hz, rssi_dbm, time_s, mbps, delay_s, loss = (row.value(*limits) for limits in _OPTIONAL)
    bssid, ssid = row.text("bssid"), row.text("ssid")
    if len(row.faults) > before or floor is None or x_m is None or y_m is None:
        return None
    return Sample(
        floor=int(floor),
        x_m=x_m,
        y_m=y_m,
        band=known[0] if known else None,
        channel=None if channel is None else int(channel),
        frequency_hz=frequency_hz,
        bssid=bssid,
        ssid=ssid,
        rssi_dbm=rssi_dbm,
        time_s=time_s,
        throughput_mbps=mbps,
        delay_s=delay_s,
        loss_share=loss,
    )


_Limits: TypeAlias = tuple[str, Callable[[str], float], float, float]
_PLACE: tuple[_Limits, ...] = (("floor", int, -20, 200), ("x_m", float, -5e3, 5e3), ("y_m", float, -5e3, 5e3))
_OPTIONAL: tuple[_Limits, ...] = (
    ("channel", int, 1, 233),
    ("frequency_hz", float, 2.4e9, 7.2e9),
    ("rssi_dbm", float, -150.0, 0.0),
    ("time_s", float, 0.0, 1e8),
    ("throughput_mbps", float, 0.0, 1e5),
    ("delay_s", float, 0.0, 1e4),
    ("loss_share", float, 0.0, 1.0),
)
"""Column, kind, least and most: beyond them a cell is a slip of the pen or of another unit."""
