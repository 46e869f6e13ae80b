"""Surveys that heat map programs keep as JSON: python-wifi-survey-heatmap and wifi-heatmapper, as tables of readings.

Both count positions in the pixels of their picture, from its top. Sources: wifi_survey_heatmap/ui.py (x, y, result of
every point) and src/lib/types.ts of wifi-heatmapper (surveyPoints), stored copies read [S].
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from wifiplan.catalog.reading_columns import Column
from wifiplan.files.json_input import Json, Refused, load_json
from wifiplan.files.readings.refusals import wrong
from wifiplan.files.readings.texts import decoded
from wifiplan.files.readings.walk_csv import survey_of
from wifiplan.files.readings.walk_table import MAX_ROWS, Table
from wifiplan.files.readings.walk_words import Unit
from wifiplan.survey.places import Whereabouts
from wifiplan.survey.records import Survey

_COLUMNS: tuple[tuple[str, Column, Unit], ...] = (
    ("x", "x", "px"),
    ("y", "y", "px"),
    ("bssid", "bssid", ""),
    ("ssid", "ssid", ""),
    ("rssi", "rssi", "dbm"),
    ("channel", "channel", ""),
    ("frequency", "frequency", ""),
    ("timestamp", "time", ""),
    ("throughput", "throughput", "mbps"),
)


def read_heat_map(data: bytes, where: str, around: Whereabouts | None = None, *, partial: bool = False) -> Survey:
    """Read a heat map program's file.

    Parameters
    ----------
    data, where, around, partial
        As for `walk_csv.read_walk`.

    Raises
    ------
    SurveyError
        It is no such file, or as `read_walk`.
    """
    try:
        told = load_json(decoded(data, where).text)
    except Refused as refused:
        fault = refused.fault
        raise wrong(
            where,
            (f"{fault.where}: {fault.problem}" if fault.where else fault.problem, "不是有效的 JSON"),
            ("save it again, whole", "請重新儲存完整的檔案"),
        ) from refused
    around = around or Whereabouts()
    points = _points(told, where)
    height = _height_px(told)
    if around.pixels is not None and around.pixels.height_px is None and height is not None:
        around = replace(around, pixels=replace(around.pixels, height_px=height))
    off = sum(one.get("isEnabled") is False or one.get("failed") is True for one in points)
    cells = [
        row
        for one in points
        if one.get("isEnabled") is not False and one.get("failed") is not True
        for row in _rows(one)
    ]
    table = Table(
        names=tuple(name for name, _, _ in _COLUMNS),
        kinds=tuple((kind, unit) for _, kind, unit in _COLUMNS),
        rows=[(n + 1, row) for n, row in enumerate(cells)],
        has_comma=False,
        remarks=(f"{off:,} points that failed or are switched off: left out",) if off else (),
    )
    return survey_of(table, where, around, partial=partial)


def is_heat_map(told: Json) -> bool:
    """Return whether a JSON value looks like one of them.

    >>> is_heat_map([{"x": 1, "y": 2, "result": {}}]), is_heat_map({"surveyPoints": []}), is_heat_map({"start": {}})
    (True, True, False)
    """
    if isinstance(told, Mapping):
        return "surveyPoints" in told
    first = told[0] if isinstance(told, list) and told else None
    return isinstance(first, Mapping) and {"x", "y", "result"} <= first.keys()


def _points(told: Json, where: str) -> list[Mapping[str, Json]]:
    if not is_heat_map(told):
        raise wrong(
            where,
            ("neither a heat map program's survey nor another JSON file that is known", "不是已知的量測 JSON 檔"),
            ("give the file that the program saves its points in", "請提供程式儲存量測點的檔案"),
        )
    listed = told.get("surveyPoints") if isinstance(told, Mapping) else told
    points = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    if len(points) > MAX_ROWS:
        raise wrong(where, (f"more than {MAX_ROWS:,} points", "量測點過多"), ("split the file", "請分割檔案"))
    return points


def _height_px(told: Json) -> float | None:
    size = told.get("dimensions") if isinstance(told, Mapping) else None
    height = size.get("height") if isinstance(size, Mapping) else None
    return float(height) if isinstance(height, int | float) and 0 < height < 1e6 else None


def _rows(point: Mapping[str, Json]) -> Iterator[list[str]]:
    """Yield the rows of a point: the connection, and the neighbours where they were scanned."""
    place = [_text(point.get("x")), _text(point.get("y"))]
    result = point.get("result")
    if isinstance(result, Mapping):
        yield [*place, *_network(result), "", _mbps(result, "tcp-reverse", "received_bps")]
        yield from ([*place, *_network(one), "", ""] for one in _neighbours(result.get("iwscan")))
        return
    data, tests = point.get("wifiData"), point.get("iperfResults")
    mbps = _mbps(tests, "tcpDownload", "bitsPerSecond") if isinstance(tests, Mapping) else ""
    yield [*place, *_network(data if isinstance(data, Mapping) else {}), _text(point.get("timestamp")), mbps]


def _neighbours(listed: Json) -> Sequence[Mapping[str, Json]]:
    some = list(listed.values()) if isinstance(listed, Mapping) else listed
    return [one for one in some if isinstance(one, Mapping)] if isinstance(some, list) else []


def _network(one: Mapping[str, Json]) -> list[str]:
    def first(*keys: str) -> str:
        return next((_text(one[key]) for key in keys if one.get(key) is not None), "")

    return [
        first("bssid", "mac"),
        first("ssid"),
        first("rssi", "rss", "signal", "signal_mbm"),
        first("channel", "chan"),
        first("frequency", "freq"),
    ]


def _mbps(tests: Mapping[str, Json], name: str, key: str) -> str:
    test = tests.get(name)
    bps = test.get(key) if isinstance(test, Mapping) else None
    return f"{bps / 1e6:.6g}" if isinstance(bps, int | float) and bps > 0 else ""


def _text(value: Json) -> str:
    return str(value) if isinstance(value, str | int | float) else ""
