"""Rounds of questions to a school's services on disk: one JSON file a round, figures under their names."""

import dataclasses
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from wifiplan.errors import Fault, SurveyError
from wifiplan.files.json_input import Json, Refused, load_json, read_text
from wifiplan.files.output import write_text
from wifiplan.files.plain import json_text
from wifiplan.files.strict import STRICT, StrictReader
from wifiplan.probe.services.records import (
    CountyCheck,
    LayerAnswer,
    ServiceAnswer,
    ServicesRun,
    SiteCheck,
    Times,
    WayOut,
)

FORMAT: Final = 1
MAX_SERVICES_BYTES = 4_000_000
_OURS = ("format", "good")
_MOST_FAULTS = 100


def dump_services(run: ServicesRun) -> str:
    """Return the text of a round's file."""
    plain: dict[str, Json] = dataclasses.asdict(run)
    for answer in (*plain["answers"], *(plain["way_out"] or {}).get("layers", ())):
        answer["figures"] = dict(answer["figures"])
    return json_text({"format": FORMAT, "good": run.is_good, **plain})


def write_services(path: Path, run: ServicesRun) -> None:
    """Write a round.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    write_text(path, dump_services(run))


def read_services(path: Path) -> ServicesRun:
    """Read a round.

    Raises
    ------
    SurveyError
        The file cannot be read, is no such round, or is faulty; all faults at once.
    """
    run, faults = parse_services(read_text(path, max_bytes=MAX_SERVICES_BYTES, error=SurveyError))
    if run is None:
        raise SurveyError(
            "these are no services' answers that can be read",
            remedy="take the file as `wifiplan probe services --out` wrote it",
            where=str(path),
            faults=faults[:_MOST_FAULTS],
        )
    return run


def parse_services(text: str) -> tuple[ServicesRun | None, tuple[Fault, ...]]:
    """Return the round that a text holds, or None and every fault in it."""
    try:
        data = load_json(text)
    except Refused as refused:
        return None, (refused.fault,)
    if not isinstance(data, Mapping) or data.get("format") != FORMAT or isinstance(data.get("format"), bool):
        return None, (Fault(where="format", problem=f"is not {FORMAT}: these are no services' answers"),)
    checked = _reader().check(_with_pairs({key: data[key] for key in data if key not in _OURS}))
    return checked.value, checked.faults


def _with_pairs(value: Json, key: str = "") -> Json:
    """Return the data with figures as pairs, as the records hold them."""
    if isinstance(value, Mapping):
        if key == "figures":
            return [[name, figure] for name, figure in value.items()]
        return {name: _with_pairs(item, name) for name, item in value.items()}
    return [_with_pairs(item) for item in value] if isinstance(value, list) else value


@lru_cache(maxsize=1)
def _reader() -> StrictReader[ServicesRun]:
    kinds = {"": ServicesRun, "answers": ServiceAnswer, "way_out": WayOut, "layers": LayerAnswer}
    kinds |= {"sites": SiteCheck, "county": CountyCheck, "rtt": Times}
    keys = {name: tuple(f.name for f in dataclasses.fields(kind)) for name, kind in kinds.items()}
    return StrictReader(TypeAdapter(tuple[ServicesRun], config=STRICT), keys)
