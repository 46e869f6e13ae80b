"""Measured antennas from the files that makers publish: MSI or Planet (.msi, .pln) and Radio Mobile (.ant)."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from wifiplan.catalog.antennas import MAX_CUT_DB, N_CUT, Facing, MeasuredAntenna, antenna
from wifiplan.errors import CatalogError, Fault
from wifiplan.files.json_input import printable, read_text

MAX_BYTES = 1_000_000
"""A file of two cuts takes 10 kB."""

MEET_DB = 1.0
"""Two cuts of an .ant file may differ by this where they cross: makers round [dB]."""

_CUT = re.compile(r"^(HORIZONTAL|VERTICAL)\s+(\S+)\s*$", re.IGNORECASE)
_GAIN = re.compile(r"^(-?[0-9]+(?:[.,][0-9]+)?)\s*\(?(dBi|dBd)?\)?$", re.IGNORECASE)
_UP = 90
"""The vertical cut of an .ant file begins straight up and comes down over the front."""


def read_antenna(path: Path | str, *, facing: Facing = "ceiling") -> MeasuredAntenna:
    """Read the two cuts of a measured antenna.

    Parameters
    ----------
    path : Path or str
        MSI or Planet: lines NAME, GAIN (dBd unless it says dBi), then HORIZONTAL 360 and VERTICAL 360, each with 360
        lines of an angle [deg] and a loss below the strongest direction [dB]. Radio Mobile (version 3): 720 lines of a
        gain [dB], <= 0; the horizontal cut clockwise from the front, then the vertical one from straight up over the
        front.
    facing : "ceiling", "wall" or "upright"
        The mount that the cuts are drawn for, which no file says.

    Returns
    -------
    MeasuredAntenna
        Named after the NAME in the file, or the file itself.

    Raises
    ------
    CatalogError
        The file cannot be read, or it has faults; all of them are in `faults`, each with its line.
    """
    path = Path(path)
    # what makers write about themselves is often in an encoding of old; the numbers are the same in all
    text = read_text(path, max_bytes=MAX_BYTES, error=CatalogError, odd_bytes="replace")
    faults: list[Fault] = []
    lines = [(n, line.strip()) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
    planet = any(_CUT.match(line) for _, line in lines) or path.suffix.casefold() in {".msi", ".pln"}
    found = _planet(lines, faults) if planet else _radio_mobile(lines, faults)
    if faults:
        raise CatalogError(
            f"the antenna file has {len(faults)} fault{'s' if len(faults) > 1 else ''}",
            remedy="correct the lines named, or ask the maker for the file in MSI format",
            where=str(path),
            faults=faults,
        )
    return MeasuredAntenna(
        name=found.name or path.stem,
        horizontal_db=tuple(found.horizontal_db),
        vertical_db=tuple(found.vertical_db),
        facing=facing,
        gain_dbi=found.gain_dbi,
        source=f"file {path.name}",
    )


@dataclass(slots=True)
class _Found:
    name: str = ""
    gain_dbi: float | None = None
    horizontal_db: list[float] = field(default_factory=list)
    vertical_db: list[float] = field(default_factory=list)


def _planet(lines: list[tuple[int, str]], faults: list[Fault]) -> _Found:
    found, cuts = _Found(), {"HORIZONTAL": list[float](), "VERTICAL": list[float]()}
    rest = iter(lines)
    for n, line in rest:
        heading = _CUT.match(line)
        key, value, *_ = (*line.split(maxsplit=1), "")
        if heading:
            cut = heading.group(1).upper()
            if cuts[cut]:
                faults.append(Fault(where=f"line {n}", problem=f"a second {cut} cut"))
            if heading.group(2) != str(N_CUT):
                problem = f"a {cut} cut of {printable(heading.group(2))[:20]} values"
                faults.append(Fault(where=f"line {n}", problem=problem, remedy=f"one of {N_CUT}, a value a degree"))
            cuts[cut] = list(_planet_values(islice(rest, N_CUT), faults))
        elif key.upper() == "NAME":
            found.name = printable(value.strip())[:80]
        elif key.upper() == "GAIN":
            found.gain_dbi = _gain_dbi(n, value.strip(), faults)
    for cut, values in cuts.items():
        if len(values) != N_CUT:
            problem = f"the {cut} cut has {len(values)} values that can be read, not {N_CUT}"
            faults.append(Fault(where="", problem=problem))
    found.horizontal_db, found.vertical_db = cuts["HORIZONTAL"], cuts["VERTICAL"]
    return found


def _planet_values(lines: Iterator[tuple[int, str]], faults: list[Fault]) -> Iterator[float]:
    for degree, (n, line) in enumerate(lines):
        parts = line.split()
        numbers = [_number(part) for part in parts]
        if len(parts) != 2 or None in numbers:
            problem = f"{printable(line)[:40]!r} is no angle and loss"
            faults.append(Fault(where=f"line {n}", problem=problem, remedy='two numbers, like "12.0 3.5"'))
            continue
        angle_deg, loss_db = (float(number or 0.0) for number in numbers)
        if abs(angle_deg - degree) > 0.5:
            problem = f"the angle {angle_deg:g} stands where {degree} is due"
            faults.append(Fault(where=f"line {n}", problem=problem, remedy="every degree from 0 to 359 once"))
        elif not 0.0 <= loss_db <= MAX_CUT_DB:
            problem = f"a loss of {loss_db:g} dB is not between 0 and {MAX_CUT_DB:g}"
            faults.append(Fault(where=f"line {n}", problem=problem, remedy="losses are below the strongest direction"))
        yield -loss_db + 0.0


def _radio_mobile(lines: list[tuple[int, str]], faults: list[Fault]) -> _Found:
    gains: list[float] = []
    for n, line in lines[: 2 * N_CUT]:
        gain_db = _number(line)
        if gain_db is None:
            problem = f"{printable(line)[:40]!r} is no gain"
            faults.append(Fault(where=f"line {n}", problem=problem, remedy="one number a line"))
        elif not -MAX_CUT_DB <= gain_db <= 0.0:
            problem = f"a gain of {gain_db:g} dB is not between -{MAX_CUT_DB:g} and 0"
            faults.append(Fault(where=f"line {n}", problem=problem, remedy="gains are below the strongest direction"))
        gains.append(gain_db or 0.0)
    if len(lines) != 2 * N_CUT:
        problem = f"{len(lines)} lines, not {2 * N_CUT}"
        faults.append(Fault(where="", problem=problem, remedy="two cuts, one value a degree (version 3 of the format)"))
        return _Found()
    over = gains[N_CUT:]
    found = _Found(horizontal_db=gains[:N_CUT], vertical_db=over[_UP:] + over[:_UP])
    faults += _meeting(found)
    return found


def _meeting(found: _Found) -> Iterator[Fault]:
    for place, degree in (("in front", 0), ("behind", N_CUT // 2)):
        level, upright = found.horizontal_db[degree], found.vertical_db[degree]
        if abs(level - upright) > MEET_DB:
            problem = f"{place} the horizontal cut says {level:g} dB, the vertical one {upright:g} dB"
            yield Fault(where="", problem=problem, remedy="both cuts go through that direction")


def _gain_dbi(n: int, text: str, faults: list[Fault]) -> float | None:
    match = _GAIN.match(text)
    if match is None:
        problem = f"{printable(text)[:20]!r} is no gain"
        faults.append(Fault(where=f"line {n}", problem=problem, remedy='like "GAIN 5.0 dBi"'))
        return None
    gain = float(match.group(1).replace(",", "."))
    return gain if (match.group(2) or "").casefold() == "dbi" else round(gain + antenna("dipole").gain_dbi, 2)


def _number(text: str) -> float | None:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
