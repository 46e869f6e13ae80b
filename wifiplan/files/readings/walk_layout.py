"""What the columns of somebody's table of readings hold, and whether it can tell how strongly and where."""

import re

from wifiplan.catalog.reading_columns import COLUMNS, Column
from wifiplan.errors import SurveyError
from wifiplan.files.json_input import printable
from wifiplan.files.readings.refusals import wrong
from wifiplan.files.readings.walk_rows import BLANK, Reader, address_of, band_in
from wifiplan.files.readings.walk_table import Table
from wifiplan.files.readings.walk_values import SILENT_DBM, number_of
from wifiplan.site.network import Band
from wifiplan.survey.bssids import octets
from wifiplan.survey.places import Whereabouts

_NOT_LEVELS = ("noise", "snr", "雜訊", "噪", "rausch", "heading", "azimuth", "angle")
_MAC = re.compile(r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}")
_AROUND_NAME = re.compile(r"(?i)^(?:rssi|rss|signal|level|dbm)[\s_:.-]+|[\s_:.-]+(?:rssi|rss|signal|level|dbm)$")
_LEAST_WIDE = 2
SILENT_ABOVE = 100.0
"""Some collections write +100 where nothing was heard [dBm]."""


def reader_of(table: Table, around: Whereabouts) -> Reader:
    """Return a reader of a table's rows: what each column holds, and whether levels are percent.

    Parameters
    ----------
    table : Table
        The table.
    around : Whereabouts
        What is known of the places beside it.
    """
    columns: dict[Column, int] = {}
    for kind in COLUMNS:
        places = table.places(kind)
        if places:
            columns[kind] = max(places, key=lambda n: (_negative_share(table, n), -n)) if kind == "rssi" else places[0]
    if "rssi" in columns and "percent" in columns and not _negative_share(table, columns["rssi"]):
        del columns["rssi"]
    wide = () if "rssi" in columns or "percent" in columns else _wide(table)
    is_percent = "rssi" not in columns or (not wide and not _negative_share(table, columns["rssi"]))
    return Reader(table=table, columns=columns, wide=wide, around=around, is_percent=is_percent)


def _levels(table: Table, column: int, most: int = 2_000) -> list[float | None]:
    """Return the numbers of some of a column's cells; None: neither number nor blank."""
    step = max(1, len(table.rows) // most)
    cells = [row[column].strip() for _, row in table.rows[::step] if column < len(row)]
    return [number_of(cell, has_comma=table.has_comma) for cell in cells if cell.casefold() not in BLANK]


def _negative_share(table: Table, column: int) -> float:
    values = _levels(table, column)
    return sum(value is not None and value < 0.0 for value in values) / len(values) if values else 0.0


def _wide(table: Table) -> tuple[tuple[int, str, Band | None], ...]:
    """Return the columns that hold levels of one BSSID each, with its name and band."""
    found: list[int] = []
    quiet: list[int] = []
    for n, name in enumerate(table.names):
        if table.kinds[n][0] not in (None, "ap") or any(word in name.casefold() for word in _NOT_LEVELS):
            continue
        values = _levels(table, n)
        sound = [v for v in values if v is not None and (-150.0 <= v <= 0.0 or v == SILENT_ABOVE)]
        if len(sound) < 0.9 * len(values) or not name:
            continue
        loud = any(SILENT_DBM < v < -10.0 for v in sound)
        (found if loud or is_address(name) else quiet).append(n)
    # an access point that nobody heard: named like those that were
    stems = {_stem(table.names[n]) for n in found}
    found += [n for n in quiet if _stem(table.names[n]) in stems]
    sure = any(is_address(table.names[n]) for n in found)
    return tuple((n, *_named(table.names[n])) for n in sorted(found)) if sure or len(found) >= _LEAST_WIDE else ()


def is_address(name: str) -> bool:
    """Return whether a name holds an address, or the last octets of one.

    >>> is_address("school (02:00:5e:00:53:01)"), is_address("2e:20"), is_address("WAP001")
    (True, True, False)
    """
    return octets(name) is not None or _MAC.search(name) is not None


def _stem(name: str) -> str:
    return re.sub(r"\d+", "#", name)


def _named(name: str) -> tuple[str, Band | None]:
    mac = _MAC.search(name)
    text = printable(_AROUND_NAME.sub("", name.strip()))[:100]
    if mac is not None:
        return address_of(mac[0]) or mac[0], band_in(name.replace(mac[0], ""))
    return (text.lower(), None) if octets(text) is not None else (text, band_in(text) if "hz" in name.lower() else None)


def check_columns(reader: Reader, where: str) -> None:
    """Say no where a table can't tell how strongly, or where.

    Raises
    ------
    SurveyError
        No level, no position, or positions that only a person can turn into metres.
    """
    columns, around, table = reader.columns, reader.around, reader.table
    _check_levels(reader, where)
    if {"x", "y"} <= columns.keys():
        _check_pixels(table.kinds[columns["x"]][1], around, where)
        return
    known = around.spot is not None or (around.points and "point" in columns) or (around.is_walk and "time" in columns)
    if known:
        return
    if {"latitude", "longitude"} & columns.keys():
        raise wrong(
            where,
            (
                "its positions are degrees of a satellite receiver: indoors they stray by rooms",
                "位置是衛星定位，室內誤差太大",
            ),
            (
                "tell where it was: --positions FILE.csv (time, x_m, y_m, floor), --from and --to, or --x and --y",
                "請另外提供位置：--positions FILE.csv（time, x_m, y_m, floor）、--from 與 --to，或 --x 與 --y",
            ),
        )
    raise _wants(
        table,
        where,
        ("nothing tells where the readings were taken", "沒有量測位置"),
        (
            "add columns x_m and y_m; or give --positions FILE.csv by point or time, --from and --to, or --x and --y",
            "請加上 x_m 與 y_m 欄；或提供 --positions FILE.csv、--from 與 --to，或 --x 與 --y",
        ),
    )


def _check_levels(reader: Reader, where: str) -> None:
    """Say no where a table can't tell how strongly, or of whom."""
    columns, table = reader.columns, reader.table
    tests = {"throughput", "delay", "loss"} & columns.keys()
    if not reader.wide and not {"rssi", "percent"} & columns.keys() and not tests:
        raise _wants(
            table,
            where,
            ("no column tells a level", "沒有訊號強度的欄位"),
            ("add a column rssi_dbm, or one column a BSSID", "請加上 rssi_dbm 欄，或每個 BSSID 一欄"),
        )
    if any(name.startswith("wlan.") for name in table.names) and not {"frame_type", "sender"} & columns.keys():
        raise wrong(
            where,
            ("nothing tells which frames access points sent", "無法分辨哪些訊框由基地臺送出"),
            (
                "export with -e wlan.fc.type_subtype, or -Y wlan.fc.type_subtype==8 -e wlan.ta",
                "請以 -e wlan.fc.type_subtype 匯出",
            ),
        )


def _check_pixels(unit: str, around: Whereabouts, where: str) -> None:
    pixels = around.pixels
    if unit == "px" and pixels is None:
        raise wrong(
            where,
            ("its positions are pixels of a picture", "位置以圖上像素表示"),
            (
                "give metres a pixel and the picture: --scale 0.05 --picture PLAN.png (or --origin bottom-left)",
                "請提供每像素公尺數與圖檔：--scale 0.05 --picture PLAN.png（或 --origin bottom-left）",
            ),
        )
    if pixels is not None and unit != "m" and pixels.origin == "top-left" and pixels.height_px is None:
        raise wrong(
            where,
            ("pixels count from the top of a picture whose height nobody knows", "不知道圖檔高度，無法由上方換算"),
            (
                "give --picture PLAN.png, --height-px, or --origin bottom-left",
                "請提供圖檔：--picture PLAN.png，或 --origin bottom-left",
            ),
        )


def _wants(table: Table, where: str, problem: tuple[str, str], remedy: tuple[str, str]) -> SurveyError:
    told = ", ".join(printable(name)[:24] for name in table.names[:12])
    return wrong(where, (f"{problem[0]} (columns: {told})", f"{problem[1]}（欄位：{told}）"), remedy)
