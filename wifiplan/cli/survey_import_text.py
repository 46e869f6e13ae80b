"""What `wifiplan survey import` says: what was taken of each file, what was left."""

from collections import Counter
from typing import TYPE_CHECKING

from wifiplan.files.json_input import Json
from wifiplan.files.readings import NAMES
from wifiplan.report.survey_remarks import remark_in
from wifiplan.survey.readings import Kind
from wifiplan.survey.records import Survey

if TYPE_CHECKING:  # it brings predictions and their compiled kernels along
    from wifiplan.survey.matching import Matched

_TOLD = {
    "zh-TW": {
        "reading": "讀取 {} 個檔案 …",
        "kept": "註：{} 已另存為 {}",
        "note": "註：{}",
        "head": "{source}（{kind}）→ {path}",
        "took": "  讀數 {n:,} 筆，BSSID {bssids:,} 個，位置 {places:,} 處，樓層 {floors}，頻段 {bands}",
        "silent": "  聽過但沒收到：{n:,} 筆",
        "tests": "  傳輸測試：{n:,} 筆",
        "span": "  x {x0:.1f} 至 {x1:.1f} 公尺，y {y0:.1f} 至 {y1:.1f} 公尺",
        "device": "  沒有裝置型號：不同型號的讀數會差數 dB，請用 --device 註明",
        "bandless": "  {n:,} 筆不知頻段：校正時無法使用，請用 --band 註明",
        "remark": "  註：{}",
        "matched": "對應到 {} 臺 AP；{} 個 BSSID 中：依位址 {}、依名稱 {}、依位置 {}、無法確定 {}、不屬於本校 {}",
    },
    "en": {
        "reading": "reading {} file(s) …",
        "kept": "note: {} is kept as {}",
        "note": "note: {}",
        "head": "{source} ({kind}) -> {path}",
        "took": "  {n:,} readings of {bssids:,} BSSIDs at {places:,} place(s), floor {floors}, band {bands}",
        "silent": "  listened for and not heard: {n:,}",
        "tests": "  tests of the connection: {n:,}",
        "span": "  x {x0:.1f} to {x1:.1f} m, y {y0:.1f} to {y1:.1f} m",
        "device": "  no model of the device: readings of two models differ by some decibels; name it with --device",
        "bandless": "  {n:,} readings of no known band: a fit cannot use them; name it with --band",
        "remark": "  note: {}",
        "matched": "{} access points found; of {} BSSIDs by address {}, name {}, place {}; unclear {}, nobody's {}",
    },
}


def told(what: str, lang: str, *names: object) -> str:
    """Return a message about the work itself."""
    return _TOLD[lang][what].format(*names)


def account_lines(survey: Survey, kind: Kind, path: str, lang: str) -> list[str]:
    """Return what was taken of a file, as lines for a terminal."""
    words = _TOLD[lang]
    levels = [one for one in survey.samples if one.rssi_dbm is not None]
    n_silent = sum(one.rssi_dbm is None and bool(one.bssid) for one in survey.samples)
    n_tests = sum(one.throughput_mbps is not None or one.delay_s is not None for one in survey.samples)
    n_bandless = sum(one.band is None for one in levels)
    xs, ys = [one.x_m for one in survey.samples], [one.y_m for one in survey.samples]
    lines = [
        words["head"].format(
            source=survey.source or survey.name, kind=NAMES[kind][0 if lang == "en" else 1], path=path
        ),
        words["took"].format(
            n=len(levels),
            bssids=len({one.bssid for one in levels if one.bssid}),
            places=len({(one.floor, one.x_m, one.y_m) for one in survey.samples}),
            floors=", ".join(str(level) for level in sorted({one.floor for one in survey.samples})),
            bands=_bands(survey) or "?",
        ),
        words["span"].format(x0=min(xs), x1=max(xs), y0=min(ys), y1=max(ys)),
    ]
    lines += [words["silent"].format(n=n_silent)] if n_silent else []
    lines += [words["tests"].format(n=n_tests)] if n_tests else []
    lines += [words["bandless"].format(n=n_bandless)] if n_bandless else []
    lines += [] if survey.device else [words["device"]]
    return [*lines, *(words["remark"].format(remark_in(lang, remark)) for remark in survey.remarks)]


def account_json(survey: Survey, kind: Kind, path: str, matched: "Matched | None") -> Json:
    """Return the same as plain values."""
    keys = {(one.bssid, one.band) for one in survey.samples}
    reasons = Counter(reason for key, reason in matched.reasons.items() if key in keys) if matched else None
    return {
        "source": survey.source,
        "kind": kind,
        "written": path,
        "name": survey.name,
        "device": survey.device,
        "n_readings": sum(one.rssi_dbm is not None for one in survey.samples),
        "n_silent": sum(one.rssi_dbm is None and bool(one.bssid) for one in survey.samples),
        "n_tests": sum(one.throughput_mbps is not None or one.delay_s is not None for one in survey.samples),
        "n_bssids": len({one.bssid for one in survey.samples if one.bssid}),
        "n_places": len({(one.floor, one.x_m, one.y_m) for one in survey.samples}),
        "floors": sorted({one.floor for one in survey.samples}),
        "bands": sorted({one.band for one in survey.samples if one.band}),
        "remarks": [*survey.remarks],
        "matched": None if reasons is None else dict(reasons),
    }


def _bands(survey: Survey) -> str:
    return ", ".join(sorted({one.band for one in survey.samples if one.band}))
