"""Whose a BSSID is: on made-up floors whose truth is known, and in an office where the names are hidden."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from wifiplan.site.building import Floor, Site, Wall
from wifiplan.site.network import AccessPoint, Band, Radio
from wifiplan.site.remark import Remark
from wifiplan.survey.grouping import HeardRadio
from wifiplan.survey.matching import match
from wifiplan.survey.records import Sample, Survey

BANDS: tuple[Band, ...] = ("2.4", "5")
CHANNELS = {"2.4": (1, 6, 11), "5": (36, 44, 52, 60, 149, 157)}


def heard(
    sources: Sequence[tuple[str, float, float, Band, int]], *, seed: int, n_places: int = 40, noise_db: float = 4.0
) -> Survey:
    """A walk over 60 x 20 m through walls that nobody drew, with a phone that hears 14 dB too little."""
    rng = np.random.default_rng(seed)
    samples = []
    for x_m, y_m in rng.uniform((0, 0), (60, 20), (n_places, 2)):
        for bssid, at_x, at_y, band, channel in sources:
            distance_m = max(1.0, float(np.hypot(np.hypot(x_m - at_x, y_m - at_y), 1.5)))
            loss_db = (40.0 if band == "2.4" else 47.0) + 32.0 * np.log10(distance_m)
            # what stands between is the same for all names of one radio
            between = f"{at_x:.1f} {at_y:.1f} {band} {x_m // 6} {y_m // 6}"
            shade_db = np.random.default_rng(crc32(between.encode())).normal(0.0, noise_db)
            rssi_dbm = 20.0 - 14.0 - loss_db + shade_db + rng.normal(0.0, 1.5)
            if rssi_dbm > -88.0:
                samples.append(
                    Sample(floor=0, x_m=x_m, y_m=y_m, band=band, channel=channel, bssid=bssid, rssi_dbm=round(rssi_dbm))
                )
    return Survey(name="walk", samples=tuple(samples))


def address(device: int, step: int) -> str:
    number = 0x00A742000000 + device * 0x40 + step
    return ":".join(f"{number >> shift & 0xFF:02x}" for shift in range(40, -8, -8))


def school(*, channels: bool = True, macs: Sequence[int] = ()) -> Site:
    walls = tuple(Wall(line=((x, 0.0), (x, 20.0)), material="brick", top_m=3.5) for x in range(0, 61, 10))
    points = tuple(
        AccessPoint(
            id=f"AP{n}",
            x_m=5.0 + 10.0 * (n % 6),
            y_m=5.0 + 10.0 * (n // 6),
            z_m=2.8,
            mac=address(n, 0) if n in macs else None,
            radios=tuple(
                Radio(band=band, channel=CHANNELS[band][n % len(CHANNELS[band])] if channels else None)
                for band in BANDS
            ),
        )
        for n in range(12)
    )
    return Site(
        name="made up", floors=(Floor(level=0, elevation_m=0.0, height_m=3.6, walls=walls),), access_points=points
    )


def sources(site: Site, n_names: int = 2) -> list[tuple[str, float, float, Band, int]]:
    """Every radio sends two names; 5 GHz counts from 16 addresses further on."""
    return [
        (address(n, 16 * b + name), ap.x_m or 0.0, ap.y_m or 0.0, band, CHANNELS[band][n % len(CHANNELS[band])])
        for n, ap in enumerate(site.access_points)
        for b, band in enumerate(BANDS)
        for name in range(n_names)
    ]


STRANGERS: list[tuple[str, float, float, Band, int]] = [
    ("5c:e1:76:00:00:10", 85.0, 10.0, "2.4", 6),
    ("5c:e1:76:00:00:20", 30.0, 55.0, "2.4", 1),
    ("5c:e1:76:00:00:30", -25.0, 5.0, "5", 36),
]


def whose(bssid: str) -> str:
    return f"AP{(int(bssid.replace(':', ''), 16) - 0x00A742000000) // 0x40}"


def test_names_of_one_radio_and_radios_of_one_access_point_are_together() -> None:
    site = school()
    found = match([heard(sources(site), seed=1)], Site(name="none", floors=site.floors)).radios
    assert all(len({whose(bssid) for bssid in radio.bssids}) == 1 for radio in found)
    assert sum(len(radio.bssids) == 2 for radio in found) == len(found) == 24
    devices: dict[int, list[HeardRadio]] = {}
    for radio in found:
        devices.setdefault(radio.device, []).append(radio)
    alike = [one for one in devices.values() if {radio.band for radio in one} == {"2.4", "5"}]
    assert len(alike) == 12
    assert all(len({whose(bssid) for radio in one for bssid in radio.bssids}) == 1 for one in alike)


def test_neighbours_in_number_are_not_one_radio() -> None:
    # two boxes one address apart, on one channel: loud at different places
    two: list[tuple[str, float, float, Band, int]] = [
        ("00:a7:42:00:00:10", 5.0, 10.0, "2.4", 6),
        ("00:a7:42:00:00:11", 55.0, 10.0, "2.4", 6),
    ]
    assert [r.bssids for r in match([heard(two, seed=2)], Site(name="", floors=())).radios] == [
        ("00:a7:42:00:00:10",),
        ("00:a7:42:00:00:11",),
    ]


@pytest.mark.parametrize(("channels", "least"), [(True, 44), (False, 34)])
def test_access_points_without_an_address_are_told_by_place(*, channels: bool, least: int) -> None:
    site = school(channels=channels)
    n_right = n_wrong = n_strange = 0
    for seed in range(3):
        found = match([heard([*sources(site), *STRANGERS], seed=seed)], site)
        ours = {key: ap for key, ap in found.ap_of.items() if key[0].startswith("00:a7")}
        n_strange += len(found.ap_of) - len(ours)
        n_right += sum(whose(bssid) == ap for (bssid, _), ap in ours.items())
        n_wrong += sum(whose(bssid) != ap for (bssid, _), ap in ours.items())
    assert n_right >= 3 * least
    assert n_wrong <= 0.05 * n_right
    assert n_strange == 0


def test_an_address_on_the_label_tells_all_names_of_its_access_point() -> None:
    site = school(macs=range(12))
    found = match([heard(sources(site), seed=4, n_places=6)], site)
    assert found.ap_of == {key: whose(key[0]) for key in found.ap_of}
    assert len(found.ap_of) == len(found.reasons) > 40
    assert set(found.reasons.values()) == {"mac"}


def test_the_next_box_is_not_taken_for_the_one_whose_label_was_noted() -> None:
    # two boxes four addresses apart; of the second nobody noted the label
    two: list[tuple[str, float, float, Band, int]] = [
        ("00:a7:42:00:00:10", 5.0, 10.0, "2.4", 6),
        ("00:a7:42:00:00:11", 5.0, 10.0, "2.4", 6),
        ("00:a7:42:00:00:14", 55.0, 10.0, "2.4", 6),
    ]
    noted = AccessPoint(id="A", x_m=5.0, y_m=10.0, z_m=2.8, mac="00:a7:42:00:00:10")
    site = Site(name="", floors=school().floors, access_points=(noted,))
    found = match([heard(two, seed=7, n_places=60)], site)
    assert found.ap_of == {(bssid, "2.4"): "A" for bssid in ("00:a7:42:00:00:10", "00:a7:42:00:00:11")}


def test_a_network_s_name_is_no_access_point_s() -> None:
    site = school()
    points = tuple(replace(ap, name="school" if ap.id == "AP3" else "") for ap in site.access_points)
    samples = tuple(
        Sample(floor=0, x_m=1.0, y_m=1.0, band="5", bssid=f"02:00:5e:00:{n:02x}:01", ssid="school", rssi_dbm=-50.0)
        for n in range(3)
    )
    assert not match([Survey(name="", samples=samples)], replace(site, access_points=points)).ap_of


def test_names_of_a_data_set_are_names() -> None:
    site = school()
    samples = tuple(Sample(floor=0, x_m=1.0, y_m=1.0, band="5", bssid=f"ap{n}", rssi_dbm=-50.0) for n in (0, 7, 99))
    found = match([Survey(name="", samples=samples)], site)
    assert found.ap_of == {("ap0", "5"): "AP0", ("ap7", "5"): "AP7"}
    assert found.reasons["ap99", "5"] == "none"
    assert found.remarks == (Remark(code="match_none", values=("1", "3")),)


def test_one_place_tells_nothing() -> None:
    site = school(channels=False)
    found = match([heard(sources(site), seed=5, n_places=1)], site)
    assert not found.ap_of


def test_where_two_would_do_it_is_said() -> None:
    # two access points side by side: what is heard says which pair, never which of the two
    site = school(channels=False)
    first = site.access_points[0]
    points = tuple(
        AccessPoint(id=name, x_m=first.x_m, y_m=first.y_m, z_m=2.8, radios=first.radios) for name in ("left", "right")
    )
    twins = Site(name="twins", floors=site.floors, access_points=points)
    found = match([heard(sources(site)[:2], seed=6)], twins)
    assert not found.ap_of
    assert set(found.reasons.values()) == {"unclear"}
    assert found.remarks[-1].code == "match_unclear"
    assert found.remarks[-1].values[1] in {"left", "right"}


@pytest.mark.data
@pytest.mark.parametrize(("n_places", "least"), [(296, 26), (60, 20)])
def test_an_office_with_hidden_names(shared_data: Path, n_places: int, least: int) -> None:
    # access points 5 to 8 m apart; the published training split
    folder = shared_data / "measured" / "syl"
    site, survey, truth = hidden_office(folder, n_places)
    found = match([survey], site)
    n_right = sum(truth[key] == ap for key, ap in found.ap_of.items())
    assert n_right >= least
    assert len(found.ap_of) - n_right <= 0.1 * n_right


def hidden_office(folder: Path, n_places: int) -> tuple[Site, Survey, dict[tuple[str, Band], str]]:
    def rows(name: str) -> list[dict[str, str]]:
        with (folder / name).open(encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def channel(mhz: str) -> int:
        return round((float(mhz) - (2407 if float(mhz) < 3000 else 5000)) / 5)

    points = tuple(
        AccessPoint(
            id=f"AP{row['ap']}",
            floor=4,
            x_m=float(row["E"]),
            y_m=float(row["N"]),
            z_m=2.4,
            radios=tuple(
                Radio(band=band, channel=channel(row[name]) if row[name] else None)
                for band, name in (("2.4", "freq24"), ("5", "freq5"))
            ),
        )
        for row in rows("aps.csv")
    )
    walls = tuple(
        Wall(
            line=((float(w["E1"]), float(w["N1"])), (float(w["E2"]), float(w["N2"]))),
            top_m=4.0,
            material="table:heavy",
            thickness_m=0.15,
        )
        for w in rows("walls.csv")
        if w["layer"] == "WALL"
    )
    floor = Floor(level=4, elevation_m=16.0, height_m=4.0, walls=walls)
    train = [row for row in rows("measurements_long.csv") if row["split"] == "train"]
    places = {place for n, place in enumerate(sorted({row["point"] for row in train})) if n % (296 // n_places) == 0}
    samples, truth = [], {}
    for row in train:
        band: Band = "2.4" if row["band"] == "2.4" else "5"
        name = f"hidden {int(row['ap']) * 7919 % 1009}"
        truth[name, band] = f"AP{row['ap']}"
        if row["point"] in places:
            samples.append(
                Sample(
                    floor=4,
                    x_m=float(row["E"]),
                    y_m=float(row["N"]),
                    band=band,
                    channel=channel(row["freq_mhz"]) if row["freq_mhz"] else None,
                    bssid=name,
                    rssi_dbm=float(row["median_rssi"]) if row["median_rssi"] else None,
                )
            )
    site = Site(name="office", floors=(floor,), access_points=points)
    return site, Survey(name="walk", samples=tuple(samples)), truth
