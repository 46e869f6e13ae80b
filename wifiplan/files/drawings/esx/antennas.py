"""Antennas of a project: their band, their gain, and the two cuts of those that point somewhere."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from wifiplan.catalog.antennas import MAX_CUT_DB, N_CUT, MeasuredAntenna
from wifiplan.files.drawings.esx.losses import BAND_OF
from wifiplan.files.drawings.esx.project import Project, Thing
from wifiplan.files.json_input import Json
from wifiplan.site.network import Band

_MAX_GAIN_DBI = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AntennaType:
    """What an antenna type tells; `gain_dbi` is that of its strongest direction, None where the file has no gains."""

    name: str
    band: Band | None
    gain_dbi: float | None
    directional: bool
    horizontal_db: tuple[float, ...] | None = None
    vertical_db: tuple[float, ...] | None = None

    def measured(self, name: str, facing_wall: bool) -> MeasuredAntenna | None:  # noqa: FBT001 - of one call
        """Return the antenna as a site holds it, None where it points nowhere or has no two cuts."""
        if not self.directional or self.horizontal_db is None or self.vertical_db is None:
            return None
        return MeasuredAntenna(
            name=name,
            horizontal_db=self.horizontal_db,
            vertical_db=self.vertical_db,
            facing="wall" if facing_wall else "ceiling",
            gain_dbi=self.gain_dbi,
            source=f"antenna type of an .esx project: {self.name}",
        )


def antenna_types(project: Project) -> dict[str, AntennaType]:
    """Return the antenna types of a project by id."""
    return {key: _antenna(one) for key, one in project.by_id("antennaTypes").items()}


def _antenna(one: Thing) -> AntennaType:
    cuts = [_cut(one.data.get(key)) for key in ("horizontalPlane", "elevationPlane")]
    tops = [max(gain for _, gain in cut) for cut in cuts if cut]
    told = _number(one.data.get("manufacturerMaximumGain"))
    gain_dbi = max(tops) if tops else told
    level = max(tops, default=0.0)
    return AntennaType(
        name=one.text("name"),
        band=BAND_OF.get(one.text("frequencyBand")),
        gain_dbi=None if gain_dbi is None or abs(gain_dbi) > _MAX_GAIN_DBI else gain_dbi,
        directional=one.flag("directional", default=False),
        horizontal_db=_by_degree(cuts[0], level),
        vertical_db=_by_degree(cuts[1], level),
    )


def _cut(plane: Json) -> list[tuple[float, float]]:
    """Return (degrees, dBi) of a plane; NaN stands where nothing was measured and is left out."""
    gains = plane.get("gains") if isinstance(plane, Mapping) else None
    found = []
    for one in gains[: 10 * N_CUT] if isinstance(gains, list) else []:
        if isinstance(one, Mapping):
            angle, gain = _number(one.get("angleInDegrees")), _number(one.get("dBi"))
            if angle is not None and gain is not None:
                found.append((angle % 360.0, gain))
    return sorted(found)


def _by_degree(cut: list[tuple[float, float]], level_dbi: float) -> tuple[float, ...] | None:
    """Return a cut as a value a degree below the strongest direction [dB], None where it has fewer than 4 values."""
    if len(cut) < 4:
        return None
    angles, gains = np.array(cut).T
    values = np.interp(np.arange(N_CUT), angles, gains, period=360.0) - level_dbi
    return tuple(float(v) for v in np.clip(values, -MAX_CUT_DB, 0.0).round(3) + 0.0)


def _number(value: Json) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e6 else None
