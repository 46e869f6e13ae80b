from dataclasses import replace

import numpy as np
import pytest

from wifiplan.catalog.radios import ap_model, device
from wifiplan.predict.capacity import contention_weight, load, radio_link, service
from wifiplan.predict.seats import Chance, needed_snr_db
from wifiplan.radio.airtime import saturated_mbps
from wifiplan.site.network import Need

LINK = radio_link(ap_model("ax-2x2"), device("tablet-11ac-2ss"), width_mhz=40)


NEED = Need(
    room_id="r",
    priority=0,
    profile="video",
    n_devices=30,
    mbps_per_device=2.5,
    min_received_dbm=-67.0,
    min_snr_db=20.0,
    max_airtime_share=0.6,
    min_seats_share=0.95,
)


def test_both_ends_speak_the_older_standard() -> None:
    assert (LINK.standard, LINK.streams, LINK.width_mhz) == ("11ac", 2, 40)


def test_noise_of_40_mhz_and_a_noise_figure_of_7_db() -> None:
    assert LINK.noise_dbm == pytest.approx(-174 + 10 * np.log10(40e6) + 7, abs=0.05)


def test_a_class_close_by_takes_demand_over_goodput() -> None:
    got = service(np.full((1, 4), -40.0), np.zeros(4, dtype=np.int64), [NEED], [LINK])
    best = float(saturated_mbps(np.array([9]), standard="11ac", width_mhz=40, streams=2)[0])
    assert got.load_ir[0, 0] == pytest.approx(30 * 2.5 / best)
    assert got.seats_ir[0, 0] == 1.0
    assert got.received_dbm_ir[0, 0] == pytest.approx(-40.0 + LINK.antenna_gain_dbi)


def test_slow_seats_cost_airtime_by_the_harmonic_mean() -> None:
    room = np.zeros(2, dtype=np.int64)
    near, far = (service(np.array([[p, p]]), room, [NEED], [LINK]).load_ir[0, 0] for p in (-40.0, -62.0))
    mixed = service(np.array([[-40.0, -62.0]]), room, [NEED], [LINK]).load_ir[0, 0]
    assert mixed == pytest.approx((near + far) / 2)


def test_too_few_seats_that_hold_mean_no_service() -> None:
    power = np.array([[-50.0] * 18 + [-80.0] * 2])
    room = np.zeros(20, dtype=np.int64)
    assert np.isinf(service(power, room, [NEED], [LINK]).load_ir[0, 0])
    lenient = service(power, room, [replace(NEED, min_seats_share=0.9)], [LINK])
    assert np.isfinite(lenient.load_ir[0, 0])
    assert lenient.seats_ir[0, 0] == pytest.approx(0.9)
    assert lenient.received_dbm_ir[0, 0] == pytest.approx(-50.0 + LINK.antenna_gain_dbi)


def test_contention_is_full_from_carrier_sense_up() -> None:
    np.testing.assert_allclose(contention_weight(np.array([-60.0, -82.0, -87.0, -92.0, -110.0])), [1, 1, 0.5, 0, 0])


def test_only_k_rooms_are_on_the_air_at_once() -> None:
    given = np.array([[0.3, 0.2, 0.0], [0.0, 0.0, 0.4]])
    apart = np.zeros((2, 2), dtype=bool)
    assert load(given, apart, n_at_once=3).own_share_i == pytest.approx([0.5, 0.4])
    assert load(given, apart, n_at_once=1).own_share_i == pytest.approx([0.3, 0.4])


def test_a_neighbour_on_the_same_channel_within_hearing_takes_airtime() -> None:
    given = np.array([[0.3, 0.2, 0.0], [0.0, 0.0, 0.4]])
    hears = np.array([[False, True], [True, False]])
    together = load(given, hears, n_at_once=3)
    assert together.channel_share_r == pytest.approx([0.9, 0.9, 0.9])
    assert load(given, hears, n_at_once=2).channel_share_r == pytest.approx([0.7, 0.6, 0.7])
    assert load(given, np.zeros((2, 2), dtype=bool), n_at_once=3).channel_share_r == pytest.approx([0.5, 0.5, 0.4])


def test_a_seat_is_sure_of_the_rate_or_of_the_signal() -> None:
    spread = Chance(mean_db=3.0, sd_db_ij=np.full((1, 1), 5.0))
    room = np.zeros(1, dtype=np.int64)
    asked = replace(NEED, min_received_dbm=-90.0, min_snr_db=25.0, min_seats_share=1.0)

    def least_dbm(asked: Need) -> float:
        power_dbm = np.arange(-80.0, -40.0, 0.5)
        holds = [service(np.array([[p]]), room, [asked], [LINK], chance=spread).seats_ir[0, 0] for p in power_dbm]
        return float(power_dbm[np.argmax(holds)])

    to_device_db = 3.0 - LINK.antenna_gain_dbi + LINK.noise_dbm
    rate_db = max(25.0, needed_snr_db(asked, LINK) + 1.645 * 5.0)
    assert least_dbm(asked) == pytest.approx(rate_db + to_device_db, abs=0.51)
    assert least_dbm(replace(asked, sure_of="signal")) == pytest.approx(25.0 + 1.645 * 5.0 + to_device_db, abs=0.51)
    small = replace(asked, n_devices=1)
    assert least_dbm(small) == pytest.approx(25.0 + to_device_db, abs=0.51)


def test_the_rate_needed_grows_with_the_class_and_never_beyond_the_profile() -> None:
    least = [needed_snr_db(replace(NEED, n_devices=n), LINK) for n in (1, 10, 30, 60, 1000)]
    assert least == sorted(least)
    assert least[-1] == NEED.min_snr_db


def test_the_mean_airtime_over_a_spread_is_that_of_the_schemes() -> None:
    room = np.zeros(1, dtype=np.int64)
    load = [
        service(
            np.array([[power]]), room, [NEED], [LINK], chance=Chance(mean_db=0.0, sd_db_ij=np.full((1, 1), 1e-9))
        ).load_ir[0, 0]
        for power in (-40.0, -55.0)
    ]
    certain = [service(np.array([[power]]), room, [NEED], [LINK]).load_ir[0, 0] for power in (-40.0, -55.0)]
    assert load == pytest.approx(certain)
