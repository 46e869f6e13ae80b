"""Class tests on disk: one JSON file a test in `surveys/`, with its figures and the verdict that follows from them.

The figures count. The verdict in the file is there for people and for programs that only list results; a file of this
version in which it is not the one that follows from its figures is refused: somebody has edited it by hand. A file of
another version is read, and its verdict is the one of this version's rules.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from wifiplan.catalog.class_test import ClassLimits
from wifiplan.errors import Fault, SurveyError
from wifiplan.files.class_test_text import plain_record, tree_text
from wifiplan.files.class_test_values import finite_test, local_time, number_faults, value_faults, without_infinite
from wifiplan.files.json_input import Json, Refused, load_json, printable, read_text
from wifiplan.files.output import write_text
from wifiplan.files.plain import rounded
from wifiplan.files.strict import STRICT, StrictReader
from wifiplan.probe.options import ClassTestOptions
from wifiplan.probe.records import ClassTest, Delay, PlaybackFigures, Receipt, RoomRun, Step, UdpFigures
from wifiplan.probe.verdict import ClassTestJudgement, judge_test

FORMAT: Final = 1
MAX_CLASS_TEST_BYTES = 64_000_000
MARKS = frozenset({"options", "rooms", "started_utc"})
"""Keys that tell a class test from other JSON files."""

_OURS = ("format", "judgement")
_MOST_FAULTS = 100
_DIGITS = 4


def class_test_name(test: ClassTest) -> str:
    """Return the name of a test's file: class-test-STAGE-CODE-YYYYMMDD-HHMM-ID.json, the time in UTC+8.

    A test of a school without a code has none in its name.
    """
    started = local_time(test.started_utc)
    school = (test.stage, test.code) if test.stage and test.code else ()
    return "-".join(("class-test", *school, f"{started:%Y%m%d-%H%M}", test.id)) + ".json"


def write_class_test(path: Path | str, test: ClassTest) -> None:
    """Write a test with its verdict; the same test gives the same bytes.

    Figures that are no number are written as not measured: a fault of one device must not cost the whole test.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    write_text(Path(path), dump_class_test(test))


def dump_class_test(test: ClassTest) -> str:
    """Return the text of a test's file: a line a device and step."""
    sound = finite_test(test)
    plain: dict[str, Json] = plain_record(sound)
    told = judgement_to_plain(judge_test(sound))
    head = {key: plain.pop(key) for key in ("version", "id", "school", "stage", "code", "started_utc")}
    return tree_text({"format": FORMAT, **head, "judgement": told, **plain}) + "\n"


def judgement_to_plain(judged: ClassTestJudgement) -> dict[str, Json]:
    """Return a judgement as plain values, without the findings of single streams: they follow from the figures."""
    plain = {
        "verdict": judged.verdict,
        "findings": [dataclasses.asdict(finding) for finding in judged.findings],
        "rooms": [
            {
                "room_id": room.room_id,
                "round_no": room.round_no,
                "verdict": room.verdict,
                "n_holds": room.n_holds,
                "n_breaks": room.n_breaks,
                "findings": [dataclasses.asdict(finding) for finding in room.findings],
                "steps": [
                    {
                        "share": step.share,
                        "verdict": step.verdict,
                        "n_wanted": step.n_wanted,
                        "n_measured": step.n_measured,
                        "n_held": step.n_held,
                        "held_low": step.held_low,
                        "held_high": step.held_high,
                        "holds": step.holds,
                    }
                    for step in room.steps
                ],
            }
            for room in judged.rooms
        ],
    }
    sound: dict[str, Json] = rounded(without_infinite(plain), _DIGITS)
    return sound


def read_class_test(path: Path | str) -> ClassTest:
    """Read a test; `probe.verdict.judge_test` gives its verdict.

    Raises
    ------
    SurveyError
        The file cannot be read, is no class test, or is faulty; all faults at once.
    """
    path = Path(path)
    test, faults = parse_class_test(read_text(path, max_bytes=MAX_CLASS_TEST_BYTES, error=SurveyError))
    if test is None:
        n = len(faults)
        shown = [*faults[:_MOST_FAULTS]]
        if n > len(shown):
            shown.append(Fault(where="", problem=f"... and {n - len(shown):,} more faults"))
        raise SurveyError(
            f"this is no class test that can be read ({n} {'fault' if n == 1 else 'faults'})",
            remedy="take the file as `wifiplan probe class` wrote it",
            where=str(path),
            faults=shown,
        )
    return test


def parse_class_test(text: str) -> tuple[ClassTest | None, tuple[Fault, ...]]:
    """Return the test that a text holds, or None and every fault in it."""
    try:
        data = load_json(text)
    except Refused as refused:
        return None, (refused.fault,)
    if not isinstance(data, Mapping) or not data.keys() >= MARKS:
        return None, (Fault(where="", problem=f"the keys {', '.join(sorted(MARKS))} of a class test are missing"),)
    huge = tuple(number_faults(data))
    if huge:
        return None, huge
    checked = _reader().check({key: data[key] for key in data if key not in _OURS})
    faults = [*_format_faults(data), *checked.faults]
    if checked.value is not None:
        faults += value_faults(checked.value)
        faults += [] if faults else _judgement_faults(data.get("judgement"), checked.value)
    return (None if faults else checked.value), tuple(faults)


@lru_cache(maxsize=1)
def _reader() -> StrictReader[ClassTest]:
    kinds = {"": ClassTest, "rooms": RoomRun, "steps": Step, "receipts": Receipt, "options": ClassTestOptions}
    kinds |= {"limits": ClassLimits, "udp": UdpFigures, "playback": PlaybackFigures}
    kinds |= {"idle_delay": Delay, "loaded_delay": Delay}
    keys = {name: tuple(f.name for f in dataclasses.fields(kind)) for name, kind in kinds.items()}
    return StrictReader(TypeAdapter(tuple[ClassTest], config=STRICT), keys)


def _format_faults(data: Mapping[str, Json]) -> Iterator[Fault]:
    given = data.get("format")
    if given != FORMAT or isinstance(given, bool):
        problem = f"the format is {printable(str(given))[:24]}, not {FORMAT}"
        yield Fault(where="format", problem=problem, remedy="read it with the version of wifiplan that wrote it")


def _judgement_faults(told: Json, test: ClassTest) -> Iterator[Fault]:
    """Yield where the verdict in the file is not the one that its figures give under the same version's rules."""
    from wifiplan import __version__  # noqa: PLC0415 (read when it is compared, so that tests can set it)

    if told is None or test.version != __version__:
        return
    judged = judge_test(test)
    rooms = told.get("rooms") if isinstance(told, Mapping) else None
    if not isinstance(told, Mapping) or not isinstance(rooms, list) or len(rooms) != len(judged.rooms):
        yield Fault(where="judgement", problem="does not speak of the rooms that were tested")
        return
    pairs = [("judgement", told.get("verdict"), judged.verdict)]
    for r, (room, own) in enumerate(zip(rooms, judged.rooms, strict=True)):
        pairs.append((f"judgement.rooms[{r}]", room.get("verdict") if isinstance(room, Mapping) else None, own.verdict))
    for where, said, follows in pairs:
        if said != follows:
            problem = f"says {printable(str(said))[:24]}, but the figures give {follows}"
            yield Fault(where=where, problem=problem, remedy="take the file as it was written; nothing in it is edited")
