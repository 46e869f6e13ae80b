"""Verdicts of single cases, each with the reason that a sheet gives."""

from dataclasses import replace

import pytest

from class_samples import absent, agent, class_test, delay, ramp, room, seats, stalling, step, tablet
from wifiplan.catalog.class_test import class_limits
from wifiplan.probe.confidence import CONFIDENCE_SHARE, delay_of, percentile_bounds, wilson
from wifiplan.probe.findings import Finding, Judgement
from wifiplan.probe.records import Guard, PlaybackFigures, Receipt, Step
from wifiplan.probe.verdict import StepJudgement, judge_receipt, judge_room, judge_step, judge_test

LIMITS = class_limits()


def codes(judged: Judgement | StepJudgement) -> list[str]:
    return [finding.code for finding in judged.findings]


def only(judged: Judgement | StepJudgement, code: str) -> Finding:
    (found,) = [finding for finding in judged.findings if finding.code == code]
    return found


def whole(*receipts: Receipt, n: int = 30) -> Step:
    there = {receipt.seat for receipt in receipts}
    return step((*receipts, *(tablet(seat) for seat in seats(n) if seat not in there)))


def test_a_healthy_tablet_and_a_healthy_agent_pass() -> None:
    assert judge_receipt(tablet(), LIMITS) == Judgement(verdict="pass")
    assert judge_receipt(agent(), LIMITS, n_streams=30) == Judgement(verdict="pass")


@pytest.mark.parametrize(
    ("receipt", "code"),
    [
        (replace(tablet(), state="left"), "left"),
        (replace(tablet(), state="hidden"), "hidden"),
        (replace(tablet(), hidden_s=4.0), "hidden"),
        (replace(tablet(), state="refused"), "refused"),
        (replace(tablet(), silent_s=1.4), "silent"),
        (replace(agent(), cpu_share=0.93), "busy"),
        (replace(tablet(), generator_error_p99_ms=1.2), "generator_late"),
        (replace(tablet(), generator_error_p99_ms=None), "no_generator_record"),
        (replace(agent(), n_send_drops=3), "send_drops"),
        (absent("01"), "absent"),
    ],
)
def test_figures_of_a_device_or_sender_at_fault_say_nothing(receipt: Receipt, code: str) -> None:
    starved = replace(receipt, received_bytes=0)
    judged = judge_receipt(starved, LIMITS)
    assert judged.verdict == "inconclusive"
    assert code in codes(judged)
    assert not judged.trusted
    assert "goodput" not in codes(judged)


UDP = agent().udp or pytest.fail("an agent counts packets")
SEEN = PlaybackFigures(start_s=2.9, n_stalls=0, stalled_s=0.0, played_s=0.1)


@pytest.mark.parametrize(
    ("receipt", "what"),
    [
        (replace(tablet(), received_bytes=3 * tablet().received_bytes), "goodput"),
        (replace(tablet(), playback=SEEN), "stalls"),
        (replace(tablet(), loaded_delay=replace(delay(12.0), n_lost=-9)), "loaded_delay"),
        (replace(agent(), udp=replace(UDP, loss_windows=UDP.loss_windows[:1])), "loss"),
        (replace(agent(), udp=replace(UDP, loss_windows=((0, 100),) * 4)), "loss"),
        (replace(agent(), udp=replace(UDP, jitter_windows_ms=(1.0,))), "jitter"),
    ],
)
def test_figures_that_cannot_be_or_leave_time_out_never_pass(receipt: Receipt, what: str) -> None:
    judged = judge_receipt(receipt, LIMITS)
    assert judged.verdict == "inconclusive"
    assert what in {finding.what for finding in judged.findings if finding.code == "unmeasured"}


def test_a_sender_that_is_early_told_nothing() -> None:
    assert codes(judge_receipt(replace(tablet(), generator_error_p99_ms=-1.0), LIMITS)) == ["no_generator_record"]


def test_what_a_receiver_drops_is_not_the_networks_loss() -> None:
    lossy = agent(n_lost=600)
    assert judge_receipt(lossy, LIMITS).verdict == "fail"
    assert codes(judge_receipt(replace(lossy, n_receiver_drops=600), LIMITS)) == ["receiver_drops"]
    assert judge_receipt(replace(agent(), n_receiver_drops=1), LIMITS).verdict == "pass"


@pytest.mark.parametrize(
    ("seen", "verdict", "code"),
    [
        (PlaybackFigures(start_s=3.0, n_stalls=1, stalled_s=0.28, played_s=57.0), "pass", None),
        (PlaybackFigures(start_s=3.1, n_stalls=0, stalled_s=0.0, played_s=57.0), "fail", "slow_start"),
        (PlaybackFigures(start_s=1.0, n_stalls=1, stalled_s=0.4, played_s=57.0), "inconclusive", "stalls"),
        (PlaybackFigures(start_s=1.0, n_stalls=1, stalled_s=0.6, played_s=57.0), "fail", "stalls"),
        (PlaybackFigures(start_s=None, n_stalls=0, stalled_s=0.0, played_s=0.0), "fail", "no_start"),
        (PlaybackFigures(start_s=1.0, n_stalls=1, stalled_s=56.0, played_s=0.0), "fail", "stalls"),
        (PlaybackFigures(start_s=1.0, n_stalls=0, stalled_s=0.0, played_s=0.0), "inconclusive", "unmeasured"),
    ],
)
def test_playback(seen: PlaybackFigures, verdict: str, code: str | None) -> None:
    judged = judge_receipt(replace(tablet(), playback=seen), LIMITS)
    assert (judged.verdict, codes(judged)) == (verdict, [] if code is None else [code])


def test_a_growing_delay_leaves_it_open_before_anything_is_lost() -> None:
    judged = judge_receipt(replace(agent(), loaded_delay=delay(20.0, growth_ms=60.0)), LIMITS)
    assert (judged.verdict, codes(judged)) == ("inconclusive", ["delay_growth"])


def test_added_delay_fails_where_its_lower_bound_is_over_the_limit() -> None:
    for p95_ms, verdict in ((90.0, "pass"), (100.0, "inconclusive"), (110.0, "inconclusive"), (150.0, "fail")):
        judged = judge_receipt(replace(tablet(), loaded_delay=delay(30.0, p95_ms=p95_ms)), LIMITS)
        assert judged.verdict == verdict, p95_ms


def test_pings_without_an_answer_are_later_than_any() -> None:
    loaded = replace(delay(12.0), n_lost=60)
    assert codes(judge_receipt(replace(tablet(), loaded_delay=loaded), LIMITS)) == ["pings_lost"]


def test_loss_near_the_limit_is_open_and_far_from_it_sure() -> None:
    found = {n: judge_receipt(agent(n_lost=n), LIMITS, n_streams=30).verdict for n in (0, 15, 25, 37, 50, 100)}
    assert found == {0: "pass", 15: "pass", 25: "pass", 37: "inconclusive", 50: "inconclusive", 100: "fail"}


def test_a_healthy_class_does_not_fail_by_chance() -> None:
    """1,667 packets at 0.9 % loss: a bare limit fails streams of a healthy class, bounds fail none."""
    udp = agent().udp
    assert udp is not None
    for n_lost in range(30):
        few = replace(agent(), udp=replace(udp, n_sent=1667, n_lost=n_lost, loss_windows=((n_lost, 1667),)))
        judged = judge_receipt(few, LIMITS, n_streams=30)
        assert judged.verdict == "inconclusive"
        assert "few_packets" in codes(judged)


def test_a_burst_fails_only_where_chance_does_not_do_it() -> None:
    udp = agent().udp
    assert udp is not None
    found = {
        share: judge_receipt(replace(agent(), udp=replace(udp, worst_burst_loss_share=share)), LIMITS, n_streams=30)
        for share in (0.0, 0.09, 0.12, 0.6)
    }
    assert [judged.verdict for judged in found.values()] == ["pass", "pass", "inconclusive", "fail"]


def test_jitter_and_round_trips_are_held_against_their_limits() -> None:
    udp = agent().udp
    assert udp is not None
    shaky = replace(agent(), udp=replace(udp, jitter_windows_ms=(2.0, 31.0)))
    assert codes(judge_receipt(shaky, LIMITS)) == ["jitter"]
    far = replace(agent(), idle_delay=delay(99.0), loaded_delay=delay(104.0, p95_ms=110.0))
    assert codes(judge_receipt(far, LIMITS)) == ["rtt"]


def test_26_of_30_is_open_and_says_so() -> None:
    judged = judge_step(whole(*(absent(seat) for seat in ("07", "12", "21", "30"))), LIMITS)
    assert judged.verdict == "inconclusive"
    missing = only(judged, "missing")
    assert (missing.value, missing.limit) == (26, 30)
    assert only(judged, "absent").seats == ("07", "12", "21", "30")
    assert (judged.n_measured, judged.n_held) == (26, 26)


def test_26_of_30_that_surely_fail_fail() -> None:
    judged = judge_step(whole(*(absent(s) for s in seats(4)), *(stalling(tablet(s)) for s in ("05", "06"))), LIMITS)
    assert judged.verdict == "fail"
    assert only(judged, "stalls").seats == ("05", "06")
    assert (only(judged, "stalls").n, only(judged, "stalls").n_of) == (2, 30)


def test_one_laptop_for_a_class_is_an_upper_bound() -> None:
    one = replace(agent(), n_flows=30, received_bytes=30 * agent().received_bytes)
    judged = judge_step(step((one,), n_wanted=30), LIMITS)
    assert (judged.verdict, codes(judged)) == ("inconclusive", ["upper_bound"])
    starved = replace(one, received_bytes=one.received_bytes // 2)
    assert judge_step(step((starved,), n_wanted=30), LIMITS).verdict == "fail"
    assert judge_step(step((agent(),), n_wanted=30), LIMITS).verdict == "inconclusive"


def test_two_receipts_of_one_seat_are_one_device() -> None:
    judged = judge_step(step((tablet("01"), tablet("01")), n_wanted=2), LIMITS)
    assert judged.verdict == "inconclusive"
    assert judged.n_measured == 1


def test_the_share_of_devices_that_hold_has_bounds() -> None:
    judged = judge_step(whole(*(stalling(tablet(seat)) for seat in ("01", "02", "03", "04"))), LIMITS)
    assert judged.n_held == 26
    # Wilson's interval at 95 %, 26 of 30 (checked by hand)
    assert (round(judged.held_low, 3), round(judged.held_high, 3)) == (0.703, 0.947)


def test_a_room_tells_up_to_which_step_it_holds() -> None:
    judged = judge_room(room(steps=ramp(breaks_from=1.0)), LIMITS)
    assert (judged.verdict, judged.n_holds, judged.holds_share) == ("fail", 22, 0.75)
    assert (judged.n_breaks, judged.breaks_share) == (30, 1.0)
    full = judged.full_step
    assert full is not None
    assert full.verdict == "fail"


def test_a_lower_step_that_fails_is_never_overlooked() -> None:
    steps = list(ramp())
    steps[1] = replace(steps[1], receipts=tuple(stalling(r) for r in steps[1].receipts))
    passed = judge_room(room(steps=tuple(steps)), LIMITS)
    assert (passed.verdict, [f.code for f in passed.findings]) == ("inconclusive", ["lower_step_failed"])
    aborted = judge_room(replace(room(steps=tuple(steps[:2])), abort="gateway"), LIMITS)
    assert aborted.verdict == "fail"
    assert {"lower_step_failed", "stalls", "aborted", "no_full_step"} <= {f.code for f in aborted.findings}


def test_an_aborted_room_without_proof_is_open() -> None:
    judged = judge_room(replace(room(steps=ramp()[:2]), abort="gateway"), LIMITS)
    assert (judged.verdict, judged.n_holds) == ("inconclusive", 15)


def test_a_full_step_of_fewer_than_expected_is_open() -> None:
    judged = judge_room(replace(room(), n_expected=31), LIMITS)
    assert judged.verdict == "inconclusive"
    assert [(f.code, f.value, f.limit) for f in judged.findings] == [("missing", 30, 31)]


def test_tests_that_measured_nothing_are_open() -> None:
    for test in (
        replace(class_test(), dry_run=True),
        replace(class_test(), rooms=()),
        class_test(room(steps=())),
        class_test(room(steps=(step((), n_wanted=30),))),
        replace(class_test(), guards=(Guard(at_s=1.0, gateway_rtt_ms=400.0, dns_ms=None),) * 2),
    ):
        assert judge_test(test).verdict == "inconclusive"
    failing = replace(class_test(room(steps=ramp(breaks_from=1.0))), dry_run=True)
    assert judge_test(failing).verdict == "inconclusive"
    assert judge_test(class_test()).verdict == "pass"
    one_slow_look = (
        Guard(at_s=1.0, gateway_rtt_ms=400.0, dns_ms=None),
        Guard(at_s=2.0, gateway_rtt_ms=3.0, dns_ms=9.0),
    )
    assert judge_test(replace(class_test(), guards=one_slow_look)).verdict == "pass"


def test_bounds_made_where_delays_are_measured_are_as_sure_as_the_limits_ask() -> None:
    assert LIMITS.confidence_share == CONFIDENCE_SHARE


def test_bounds_of_shares_and_percentiles() -> None:
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)
    assert wilson(5, 5).high == 1.0
    assert percentile_bounds([1.0] * 58, 0.95, low_confidence=0.95, high_confidence=0.95)[1] is None
    assert percentile_bounds([1.0] * 59, 0.95, low_confidence=0.95, high_confidence=0.95)[1] == 1.0
    many = [float(k) for k in range(20_000)]
    low, high = percentile_bounds(many, 0.95, low_confidence=0.95, high_confidence=0.95)
    assert low is not None
    assert high is not None
    assert (round(low, -1), round(high, -1)) == (18950.0, 19050.0)
    few = percentile_bounds(many[:4000], 0.95, low_confidence=0.95, high_confidence=0.95)
    assert (few[0], few[1]) == pytest.approx((3776, 3822), abs=3)


def test_delays_of_nothing_are_none() -> None:
    assert delay_of([]).p50_ms is None
    silent = delay_of([(0.0, None), (1.0, None)])
    assert (silent.n, silent.n_lost, silent.first_p50_ms) == (0, 2, None)
    grown = delay_of([(t, 10.0 + t) for t in range(90)])
    assert grown.first_p50_ms is not None
    assert grown.last_p50_ms is not None
    assert grown.last_p50_ms - grown.first_p50_ms == pytest.approx(60.0, abs=1.0)
