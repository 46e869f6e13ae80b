"""The scans in surveys/simulated: what a laptop would hear in a school that is otherwise than the planner believes.

`python tests/simulated_scans.py BUILT.json` writes them anew; the tutorial for technicians makes that BUILT.json.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from wifiplan.files import read_site
from wifiplan.predict.coverage import received_dbm
from wifiplan.radio.loss import Law
from wifiplan.site.building import Site
from wifiplan.site.network import AccessPoint, Band
from wifiplan.units import Array

FOLDER = Path(__file__).resolve().parents[1] / "surveys" / "simulated"
TRUTH = Law(exponent=2.1, max_wall_db=20.0, offset_db=5.0)
"""The law that holds in the made-up building, and how much less than an isotropic antenna its laptop hears."""
NOISE_DB, FLOOR_DBM, SEED = 3.0, -90.0, 9
BANDS: tuple[Band, ...] = ("2.4", "5")


def places() -> list[tuple[str, float, float, int]]:
    """Return name, east, north [m] and level of every point of the walk, as points.csv has them."""
    lines = (FOLDER / "points.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    return [(name, float(x), float(y), int(level)) for name, x, y, level in (line.split(",") for line in lines)]


def scans(site: Site) -> Iterator[tuple[str, str]]:
    """Yield name and text of each scan, as `iw dev wlan0 scan` prints it."""
    hung = [ap for ap in site.access_points if ap.mac is not None]
    rng = np.random.default_rng(SEED)
    points = places()
    levels = {band: heard(site, hung, points, band) for band in BANDS}
    for j, (name, *_) in enumerate(points):
        blocks = [
            block(ap, band, float(np.round(level + rng.normal(0.0, NOISE_DB))))
            for band in BANDS
            for ap, level in zip(hung, levels[band][:, j], strict=True)
        ]
        yield name, "".join(text for text in blocks if text)


def heard(
    site: Site, hung: Sequence[AccessPoint], points: Sequence[tuple[str, float, float, int]], band: Band
) -> Array:
    """Return the level of every access point at every point, before the noise [dBm]."""
    xyz = np.array([(x, y, 1.0) for _, x, y, _ in points])
    return received_dbm(site, hung, xyz, [level for *_, level in points], band=band, law=TRUTH)


def block(ap: AccessPoint, band: Band, level_dbm: float) -> str:
    """Return what `iw` says of one radio, nothing where it is too weak to be heard."""
    radio = next(r for r in ap.radios if r.band == band)
    if level_dbm < FLOOR_DBM or ap.mac is None or radio.channel is None:
        return ""
    wide = radio.width_mhz == 40
    # the laptop names the primary 20 MHz channel; the plan the middle of both
    channel = radio.channel - 2 if wide else radio.channel
    mhz = 2407 + 5 * channel if band == "2.4" else 5000 + 5 * channel
    bssid = f"{ap.mac[:-1]}{1 + BANDS.index(band)}"
    lines = (
        f"BSS {bssid}(on wlan0)",
        f"\tfreq: {mhz}",
        f"\tsignal: {level_dbm:.2f} dBm",
        "\tlast seen: 20 ms ago",
        "\tSSID: School",
        "\tHT operation:",
        f"\t\t * primary channel: {channel}",
        f"\t\t * secondary channel offset: {'above' if wide else 'no secondary'}",
        f"\t\t * STA channel width: {'any' if wide else '20 MHz'}",
    )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    for name, text in scans(read_site(Path(sys.argv[1]))):
        (FOLDER / "scans" / f"{name}.txt").write_text(text, encoding="utf-8")
