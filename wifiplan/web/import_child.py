"""Reads a stranger's file in a program of its own, within limits: `python -m wifiplan.web.import_child ORDER.json`.

The order says which file, as what; the answer (answer.json, pictures, readings) is written beside it.
"""

import json
import os
import shutil
import sys
import threading
from pathlib import Path

from wifiplan.errors import DrawingError, Fault, ScaleError, WifiplanError
from wifiplan.files.drawings.formats import read_drawing, read_surveys
from wifiplan.files.drawings.readings import write_surveys
from wifiplan.files.drawings.records import Account, ImportOptions, Note, Picture
from wifiplan.files.drawings.underlay_sheets import picture_bytes
from wifiplan.files.json_input import Json
from wifiplan.files.site import site_to_plain
from wifiplan.web.jsons import dumped

ANSWER = "answer.json"
SURVEYS = "surveys"

MAX_SECONDS = 150
"""Processor time; the largest drawings of contractors take 20 s [s]."""

MAX_BYTES = 1_000_000_000
"""Memory that holds data."""


def main(order_path: str) -> None:
    """Read what an order names and write the answer."""
    order = json.loads(Path(order_path).read_text(encoding="utf-8"))
    folder = Path(order_path).parent
    _limit()
    threading.Thread(target=_end_with_the_server, args=(folder,), daemon=True).start()
    try:
        answer = _picture(order, folder) if order["kind"] == "picture" else _drawing(order, folder)
    except WifiplanError as error:
        answer = {"error": plain_error(error, folder)}
    except (MemoryError, RecursionError):
        answer = {"error": plain_error(exhausted(order["name"]), folder)}
    (folder / ANSWER).write_bytes(dumped(answer))


def _drawing(order: dict[str, Json], folder: Path) -> dict[str, Json]:
    path = folder / order["name"]
    options = ImportOptions(unit_m=order["unit_m"], level=order["level"])
    found = read_drawing(path, options)
    surveys, problem = read_surveys(path, options)
    kept = write_surveys(folder / SURVEYS, "survey", surveys)
    return {
        "site": site_to_plain(found.site),
        "account": plain_account(found.account),
        "pictures": [_kept(folder, n, picture) for n, picture in enumerate(found.pictures)],
        "surveys": [path.name for path in kept],
        "survey_problem": problem,
    }


def _picture(order: dict[str, Json], folder: Path) -> dict[str, Json]:
    data = (folder / order["name"]).read_bytes()
    made = picture_bytes(data, order["name"], order["page"])
    kept = _kept(folder, 0, Picture(name=made.name, data=made.data))
    return {"pictures": [kept], "width_px": made.width_px, "height_px": made.height_px}


def _kept(folder: Path, n: int, picture: Picture) -> dict[str, Json]:
    file_name = f"picture-{n}.bin"
    (folder / file_name).write_bytes(picture.data)
    return {"name": picture.name, "file": file_name}


def _limit() -> None:
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 (not on Windows)

        resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
        resource.setrlimit(resource.RLIMIT_DATA, (MAX_BYTES, MAX_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end_with_the_server(folder: Path) -> None:
    """End, and leave nothing, when nobody waits any more: the server's end of standard input closes with it."""
    # not by sys.stdin: a thread that waits there holds a lock which the interpreter needs when it ends
    while os.read(0, 4_096):
        pass
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


def exhausted(name: str) -> DrawingError:
    """Return the error of a file on which a program of our own ended before its time."""
    return DrawingError(
        "the file cannot be read: damaged, too large, or made to exhaust this machine",
        remedy="save it again in the program that made it, with nothing but the plan",
        where=name,
        zh=("檔案無法讀取：損壞、過大，或會耗盡電腦資源", "請在原來的軟體中只保留平面圖後另存新檔"),
    )


def plain_account(account: Account) -> dict[str, Json]:
    """Return an account as JSON, in both languages."""

    def lines(notes: tuple[Note, ...]) -> list[Json]:
        return [{"what": n.what, "count": n.count, "detail": n.detail, "zh": n.zh} for n in notes]

    return {"took": lines(account.took), "guessed": lines(account.guessed), "left": lines(account.left)}


def account_from(plain: dict[str, Json]) -> Account:
    """Return an account that `plain_account` made plain."""

    def notes(name: str) -> tuple[Note, ...]:
        return tuple(Note(**line) for line in plain[name])

    return Account(took=notes("took"), guessed=notes("guessed"), left=notes("left"))


def plain_error(error: WifiplanError, folder: Path) -> dict[str, Json]:
    """Return an error as JSON; where the file lay for the moment is nobody's business."""
    faults = [{"where": f.where, "problem": f.problem, "remedy": f.remedy, "zh": [*f.zh]} for f in error.faults]
    return {
        "scale": isinstance(error, ScaleError),
        "problem": error.problem,
        "remedy": error.remedy,
        "where": error.where.replace(f"{folder}{os.sep}", ""),
        "zh": [*error.zh],
        "faults": faults,
    }


def error_from(plain: dict[str, Json]) -> DrawingError:
    """Return an error that `plain_error` made plain."""
    kind = ScaleError if plain["scale"] else DrawingError
    faults = [
        Fault(where=f["where"], problem=f["problem"], remedy=f["remedy"], zh=(f["zh"][0], f["zh"][1]))
        for f in plain["faults"]
    ]
    return kind(
        plain["problem"],
        remedy=plain["remedy"],
        where=plain["where"],
        faults=faults,
        zh=(plain["zh"][0], plain["zh"][1]),
    )


if __name__ == "__main__":
    main(sys.argv[1])
