"""The account of a conversion as text and as JSON."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from wifiplan.files.drawings.records import Account, Imported, Note
from wifiplan.files.json_input import Json

_HEADS = {
    "zh-TW": {
        "site": "{name}：{floors} 個樓層，{rooms} 個空間，{walls} 段牆（含門窗），{aps} 臺 AP",
        "floor": "  樓層 {level}：{width} × {depth} 公尺",
        "took": "讀入",
        "guessed": "推測（請確認）",
        "left": "未讀入",
        "written": "寫出",
        "unwritten": "格式不支援，未寫出",
    },
    "en": {
        "site": "{name}: {floors} floors, {rooms} rooms, {walls} pieces of wall, door or window, {aps} access points",
        "floor": "  floor {level}: {width} x {depth} m",
        "took": "taken",
        "guessed": "guessed (please check)",
        "left": "left out",
        "written": "written",
        "unwritten": "not written, as the format has no place for it",
    },
}


_TOLD = {
    "zh-TW": {"reading": "讀取 {} …", "kept": "註：{} 已另存為 {}", "note": "註：{}", "written": "已寫出：{}"},
    "en": {"reading": "reading {} …", "kept": "note: {} is kept as {}", "note": "note: {}", "written": "written: {}"},
}


def told(what: str, lang: str, *names: object) -> str:
    """Return a message about the work itself."""
    return _TOLD[lang][what].format(*names)


def account_text(found: Imported, written: Account, lang: str) -> str:
    """Return what was found, and what became of everything in the file, as lines for a terminal."""
    heads, site = _HEADS[lang], found.site
    lines = [
        heads["site"].format(
            name=site.name,
            floors=len(site.floors),
            rooms=sum(len(floor.rooms) for floor in site.floors),
            walls=sum(len(floor.walls) for floor in site.floors),
            aps=len(site.access_points),
        )
    ]
    lines += [
        heads["floor"].format(level=level, width=f"{width:.1f}", depth=f"{depth:.1f}")
        for level, width, depth in extents(found)
    ]
    parts: Sequence[tuple[str, Iterable[Note]]] = (
        ("took", found.account.took),
        ("guessed", (*found.account.guessed, *written.guessed)),
        ("left", found.account.left),
        ("written", written.took),
        ("unwritten", written.left),
    )
    for head, notes in parts:
        told = [f"  {note.text(lang)}" for note in notes]
        lines += [f"{heads[head]}:" if lang == "en" else f"{heads[head]}：", *told] if told else []
    return "\n".join(lines)


def account_json(found: Imported, written: Account, lang: str) -> dict[str, Json]:
    """Return the same as JSON."""
    return {
        "name": found.site.name,
        "floors": [{"level": level, "width_m": width, "depth_m": depth} for level, width, depth in extents(found)],
        "origin_m": list(found.origin_m),
        "read": _plain(found.account, lang),
        "written": _plain(written, lang),
    }


def extents(found: Imported) -> list[tuple[int, float, float]]:
    """Return level, width and depth of every floor that has anything drawn on it [m]."""
    sizes = []
    for floor in found.site.floors:
        points = [*(floor.outline or ()), *(p for room in floor.rooms for p in room.polygon)]
        points += [p for wall in floor.walls for p in wall.line]
        if points:
            xs, ys = zip(*points, strict=True)
            sizes.append((floor.level, round(max(xs) - min(xs), 3), round(max(ys) - min(ys), 3)))
    return sizes


def _plain(account: Account, lang: str) -> dict[str, Json]:
    def lines(notes: Sequence[Note]) -> list[Json]:
        return [asdict(note) | {"text": note.text(lang)} for note in notes]

    return {"took": lines(account.took), "guessed": lines(account.guessed), "left": lines(account.left)}
