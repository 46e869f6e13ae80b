import stat
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wifiplan.catalog.spectrum import channels, countries
from wifiplan.errors import CatalogError, ProbeError
from wifiplan.probe.hopping import BEACON_INTERVAL_S, Hopper, Stop, hop_plan, primaries

PLANNED = (("5", 36, 20), ("5", 106, 80), ("2.4", 6, 20))


def test_planned_channels_come_first_and_twice_as_often() -> None:
    stops = hop_plan("TW", planned=PLANNED)
    counts = Counter((stop.band, stop.channel) for stop in stops)
    planned = {("5", n) for n in (36, 100, 104, 108, 112)} | {("2.4", 6)}
    assert {key for key, n in counts.items() if n == 2} == planned
    assert {(s.band, s.channel) for s in stops[: len(planned)]} == planned
    assert all(stop.planned == ((stop.band, stop.channel) in planned) for stop in stops)


def test_a_planned_channel_is_heard_again_about_half_a_round_later() -> None:
    stops = hop_plan("TW", planned=[("5", 36, 20)])
    first, second = (i for i, stop in enumerate(stops) if stop.planned)
    assert abs((second - first) - len(stops) / 2) <= 1


@given(
    st.sampled_from(countries()),
    st.lists(st.tuples(st.sampled_from(["2.4", "5", "6", "60"]), st.integers(0, 255), st.sampled_from([None, 20, 80]))),
)
def test_every_legal_5_ghz_channel_is_visited_whatever_is_planned(
    country: str, planned: list[tuple[str, int, int | None]]
) -> None:
    stops = hop_plan(country, planned=planned)
    assert {c.number for c in channels(country, "5", 20, all_legal=True)} <= {s.channel for s in stops if s.band == "5"}
    assert all(stop.dwell_s >= BEACON_INTERVAL_S for stop in stops)


def test_6_ghz_has_the_preferred_scanning_channels_and_planned_ones() -> None:
    stops = hop_plan("TW", planned=[("6", 9, 20)], bands=["6"])
    assert {s.channel for s in stops} == {5, 9, 21, 37, 53, 69, 85}


def test_radar_channels_are_listened_to() -> None:
    assert any(stop.dfs for stop in hop_plan("TW"))


def test_a_number_of_a_whole_channel_means_every_primary_in_it() -> None:
    assert [c.number for c in primaries("TW", "5", 38, 40)] == [36, 40]
    assert primaries("TW", "5", 37, 20) == ()


def test_bad_wishes_are_refused() -> None:
    with pytest.raises(ProbeError, match="between beacons"):
        hop_plan("TW", dwell_s=0.05)
    with pytest.raises(ProbeError, match="no channel"):
        hop_plan("TW", bands=[])
    with pytest.raises(CatalogError, match="XX"):
        hop_plan("XX")


def fake_iw(folder: Path, body: str) -> str:
    """Return a program in iw's place: it notes its arguments and does as told."""
    program = folder / "iw"
    program.write_text(f'#!/bin/sh\necho "$@" >> {folder}/said\n{body}\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


STOPS = tuple(Stop(band="5", channel=n, frequency_mhz=5000 + 5 * n, dwell_s=0.11) for n in (36, 40, 44))


def test_the_hopper_goes_round_and_counts_its_stays(tmp_path: Path) -> None:
    hopper = Hopper(interface="mon0", stops=STOPS, program=fake_iw(tmp_path, "exit 0"))
    assert [hopper.hop() for _ in range(4)] == [0.11] * 4
    hopper.leave()
    lines = (tmp_path / "said").read_text().splitlines()
    assert lines == [f"dev mon0 set freq {f}" for f in (5180, 5200, 5220, 5180)]
    assert [v.frequency_mhz for v in hopper.visits] == [5180, 5200, 5220, 5180]
    assert set(hopper.dwell_s()) == {5180, 5200, 5220}
    assert all(s > 0 for s in hopper.dwell_s().values())


def test_a_channel_that_the_interface_refuses_is_left_out(tmp_path: Path) -> None:
    body = 'case "$5" in 5200) echo "command failed: Invalid argument (-22)" >&2; exit 234;; esac'
    hopper = Hopper(interface="mon0", stops=STOPS, program=fake_iw(tmp_path, body))
    for _ in range(5):
        assert hopper.hop() == 0.11
    hopper.leave()
    assert [v.frequency_mhz for v in hopper.visits] == [5180, 5220, 5180, 5220, 5180]
    (refusal,) = hopper.refusals
    assert refusal.frequency_mhz == 5200
    assert "Invalid argument" in refusal.why


def test_without_the_right_or_the_tool_it_stays(tmp_path: Path) -> None:
    forbidden = Hopper(interface="mon0", stops=STOPS, program=fake_iw(tmp_path, "echo no >&2; exit 1"))
    absent = Hopper(interface="mon0", stops=STOPS, program=None)
    gone = Hopper(interface="mon0", stops=STOPS, program=str(tmp_path / "nothing"))
    for hopper in (forbidden, absent, gone):
        assert hopper.hop() == 0.0
        assert not hopper.able
        assert hopper.dwell_s() == {}
