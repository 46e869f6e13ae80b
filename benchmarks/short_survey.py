"""Surveys in short, as rows of the summary."""

from collections.abc import Iterator

from benchmarks import calibration, interpolation, next_places
from benchmarks.office import FOLDER
from benchmarks.rows import Row, faster, left_out
from wifiplan.radio.loss import Law

N_READINGS, CELL_M, PLACES = 2_000, 1.0, 20


def surveys(n_worlds: int = 3) -> Iterator[Row]:
    """Yield a calibrated map beside other ways to draw one, on measured buildings and on many readings."""
    yield from _measured()
    yield from _many()
    yield from _places(n_worlds)


def _measured() -> Iterator[Row]:
    what, source = "survey: levels at places left out", "benchmarks/interpolation.py"
    if not FOLDER.is_dir():
        yield left_out(what, "the measured buildings are not beside this checkout", source)
        return
    law = interpolation.CAPPED
    if not isinstance(law, Law):
        raise TypeError(law)
    for building in (
        calibration.rhul(FOLDER, "office"),
        interpolation.thinned(calibration.syl(FOLDER, calibration.BRICK), 20, 0),
    ):
        row = interpolation.compared(building, "5", law=law)
        others = {name: rmse for name, rmse in row.rmse_db.items() if name not in {"law", "map"}}
        best = min(others, key=others.__getitem__)
        yield Row(
            what=f"{what}, {building.site.name}, {sum(len(one.samples) for one in building.train)} readings",
            figure=f"{row.rmse_db['map']:.2f} dB RMSE, {row.within['map']:.0%} within the 90 % interval",
            peer=", ".join(f"{name} {rmse:.2f}" for name, rmse in others.items()),
            ratio=f"{row.rmse_db['map'] / others[best]:.2f} of the best peer's ({best})",
            source=source,
        )


def _many() -> Iterator[Row]:
    n, took = interpolation.speeds(N_READINGS, CELL_M, process=False)
    maps_s, peer_s = took["maps and spreads of all"][0], took["RBF, maps of all"][0]
    yield Row(
        what=f"survey: maps of 60 access points from {n:,} readings, cells of {CELL_M:g} m",
        figure=f"fit {took['fit of the law'][0]:.1f}, learning {took['learning the field'][0]:.1f}, maps and spreads"
        f" {maps_s:.1f} CPU-s",
        peer=f"scipy's radial functions, no spreads: {peer_s:.1f} CPU-s",
        ratio=faster(maps_s, peer_s),
        source="benchmarks/interpolation.py",
    )


def _places(n_worlds: int) -> Iterator[Row]:
    found = next_places.gained(next_places.planned(), PLACES, n_worlds)
    own, random, middle = found["survey next"], found["random"], found["middles of rooms"]
    yield Row(
        what=f"survey next: {PLACES} places in simulated worlds ({n_worlds})",
        figure=f"likelier verdict wrong in {own[0]:.1f} rooms, {own[2]:.2f} dB RMSE",
        peer=f"as many random places: {random[0]:.1f} rooms, {random[2]:.2f} dB;"
        f" middles of rooms: {middle[0]:.1f} rooms, {middle[2]:.2f} dB",
        ratio=f"{own[0] / max(random[0], 0.1):.2f} of random's wrong rooms",
        source="benchmarks/next_places.py",
    )
