"""Scenarios: more devices or a higher rate never need fewer access points."""

from dataclasses import replace
from pathlib import Path

from wifiplan import files
from wifiplan.study import Settings
from wifiplan.study.outcomes import DEVICE_CASES
from wifiplan.study.scenarios import RATES_MBPS, scenarios

ROOT = Path(__file__).parents[2]


def test_every_case_and_rate_is_there_and_more_is_never_fewer() -> None:
    drawn = files.read_site(ROOT / "floorplans/demo-elementary.json")
    # half of the long block, for whose classes the devices of the whole school are on line at once
    floors = tuple(
        replace(f, rooms=tuple(r for r in f.rooms if r.id[0] == "A" and r.id[2:] > "04")) for f in drawn.floors
    )
    site = replace(drawn, floors=floors, access_points=(), existing_devices=70, byod_devices=30)
    asked = Settings(n_aps=6)
    found = {(s.devices, s.mbps_per_device): s for s in scenarios(site, asked, rates_mbps=RATES_MBPS[::2])}
    assert list(found) == [(case, rate) for case in DEVICE_CASES for rate in RATES_MBPS[::2]]
    assert [found[case, 2.5].n_rooms_at_once for case in DEVICE_CASES] == [4, 7, 24]
    for case in DEVICE_CASES:
        needs = [found[case, rate].n_aps_needed or 0 for rate in RATES_MBPS[::2]]
        passes = [found[case, rate].n_classrooms_served or 0 for rate in RATES_MBPS[::2]]
        assert needs == sorted(needs)
        assert passes == sorted(passes, reverse=True)
    for rate in RATES_MBPS[::2]:
        peaks = [found[case, rate].peak_mbps or 0.0 for case in DEVICE_CASES]
        assert peaks == sorted(peaks)
        # four classes of 27 pupils and 2 teachers
        assert peaks[0] == 4 * 29 * rate


def test_devices_that_nobody_counted_are_open_and_not_none() -> None:
    site = files.read_site(ROOT / "floorplans/demo-remote.json")
    told = scenarios(site, Settings(), rates_mbps=(2.5,))
    by_case = {case: [s for s in told if s.devices == case] for case in DEVICE_CASES}
    assert all(s.n_aps_needed is None and s.n_rooms_at_once is None for s in by_case["existing"])
    # at a remote school every class is on line already
    assert [s.n_aps_needed for s in by_case["funded"]] == [s.n_aps_needed for s in by_case["one_each"]]
    counted = scenarios(replace(site, existing_devices=0), Settings(), rates_mbps=(2.5,))
    assert all(s.n_aps_needed is not None for s in counted)
