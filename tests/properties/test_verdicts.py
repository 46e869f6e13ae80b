"""What must hold for every class test: worse figures never help, and nothing unmeasured ever passes."""

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from class_samples import RATE_MBPS, absent, agent, class_test, delay, ramp, room, step, tablet
from wifiplan.catalog.class_test import class_limits
from wifiplan.probe.findings import VERDICTS, Verdict
from wifiplan.probe.records import PlaybackFigures, Receipt
from wifiplan.probe.verdict import judge_receipt, judge_room, judge_step, judge_test

LIMITS = class_limits()
STATES = ("measured", "absent", "left", "hidden", "refused")


def rank(verdict: Verdict) -> int:
    return VERDICTS.index(verdict)


@st.composite
def tablets(draw: st.DrawFn, *, sound: bool = False) -> Receipt:
    p50_ms = draw(st.floats(1.0, 150.0))
    share = draw(st.floats(0.9, 1.0))
    stalled_s = draw(st.sampled_from([0.0, 0.2, 0.4, 0.5, 0.6, 3.0]))
    window_s = draw(st.sampled_from([27.0, 57.0]))
    base = tablet(draw(st.sampled_from(["01", "02", "03"])), window_s=window_s, share=share)
    made = replace(
        base,
        loaded_delay=delay(p50_ms, n=draw(st.sampled_from([10, 108, 228])), growth_ms=draw(st.floats(-20.0, 90.0))),
        playback=PlaybackFigures(
            start_s=draw(st.none() | st.floats(0.0, 5.0)), n_stalls=0, stalled_s=stalled_s, played_s=window_s
        ),
    )
    if sound:
        return made
    return replace(
        made,
        state=draw(st.sampled_from(STATES)),
        hidden_s=draw(st.sampled_from([0.0, 0.5, 0.6])),
        silent_s=draw(st.sampled_from([0.2, 1.0, 3.0])),
        generator_error_p99_ms=draw(st.sampled_from([None, 0.2, 1.0, 1.1])),
        n_send_drops=draw(st.sampled_from([0, 1])),
        n_flows=draw(st.sampled_from([1, 30])),
    )


WORSE: dict[str, Callable[[Receipt, float], Receipt]] = {
    "goodput": lambda r, by: replace(r, received_bytes=int(r.received_bytes * (1.0 - by))),
    "start": lambda r, by: replace(r, playback=_playback(r, start_by=10 * by)),
    "stalls": lambda r, by: replace(r, playback=_playback(r, stalled_by=3 * by)),
    "median": lambda r, by: replace(r, loaded_delay=_loaded(r, "p50_ms", 200 * by)),
    "p95": lambda r, by: replace(r, loaded_delay=_loaded(r, "p95_ms", 200 * by)),
    "p95_low": lambda r, by: replace(r, loaded_delay=_loaded(r, "p95_low_ms", 200 * by)),
    "p95_high": lambda r, by: replace(r, loaded_delay=_loaded(r, "p95_high_ms", 200 * by)),
    "growth": lambda r, by: replace(r, loaded_delay=_loaded(r, "last_p50_ms", 200 * by)),
    "hidden": lambda r, by: replace(r, hidden_s=r.hidden_s + by),
    "silent": lambda r, by: replace(r, silent_s=r.silent_s + by),
}


def _playback(receipt: Receipt, *, start_by: float = 0.0, stalled_by: float = 0.0) -> PlaybackFigures | None:
    seen = receipt.playback
    if seen is None:
        return None
    start_s = None if seen.start_s is None else seen.start_s + start_by
    return replace(seen, start_s=start_s, stalled_s=seen.stalled_s + stalled_by)


def _loaded(receipt: Receipt, name: str, by_ms: float) -> object:
    assert receipt.loaded_delay is not None
    known = {f: v for f, v in vars_of(receipt.loaded_delay).items() if f == name and v is not None}
    return replace(receipt.loaded_delay, **{f: v + by_ms for f, v in known.items()})


def vars_of(record: object) -> dict[str, float | None]:
    return {name: getattr(record, name) for name in type(record).__dataclass_fields__}  # type: ignore[attr-defined]


@pytest.mark.parametrize("what", [name for name in WORSE if name not in {"hidden", "silent"}])
@given(receipt=tablets(sound=True), by=st.floats(0.0, 1.0))
def test_a_worse_figure_never_improves_a_verdict(what: str, receipt: Receipt, by: float) -> None:
    before, after = judge_receipt(receipt, LIMITS), judge_receipt(WORSE[what](receipt, by), LIMITS)
    assert rank(after.verdict) <= rank(before.verdict)


@pytest.mark.parametrize("what", sorted(WORSE))
@given(receipts=st.lists(tablets(), min_size=1, max_size=5), by=st.floats(0.0, 1.0), data=st.data())
def test_a_worse_device_never_makes_a_class_pass(
    what: str, receipts: list[Receipt], by: float, data: st.DataObject
) -> None:
    k = data.draw(st.integers(0, len(receipts) - 1))
    worse = [WORSE[what](receipt, by) if n == k else receipt for n, receipt in enumerate(receipts)]
    before = judge_step(step(tuple(receipts), n_wanted=3), LIMITS).verdict
    after = judge_step(step(tuple(worse), n_wanted=3), LIMITS).verdict
    assert after != "pass" or before == "pass"


@given(n_lost=st.integers(0, 2000), more=st.integers(0, 2000), n_streams=st.integers(1, 60))
def test_more_loss_never_improves_a_verdict(n_lost: int, more: int, n_streams: int) -> None:
    fewer, worse = agent(n_lost=n_lost), agent(n_lost=n_lost + more)
    before = judge_receipt(fewer, LIMITS, n_streams=n_streams)
    assert rank(judge_receipt(worse, LIMITS, n_streams=n_streams).verdict) <= rank(before.verdict)


@given(receipts=st.lists(tablets(), min_size=1, max_size=6), data=st.data())
def test_the_order_of_receipts_does_not_matter(receipts: list[Receipt], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(receipts))
    one, other = judge_step(step(tuple(receipts)), LIMITS), judge_step(step(tuple(shuffled)), LIMITS)
    assert (one.verdict, one.findings, one.n_held, one.holds) == (
        other.verdict,
        other.findings,
        other.n_held,
        other.holds,
    )


@given(n_there=st.integers(0, 29), as_absent=st.booleans())
def test_a_missing_device_is_never_a_pass(n_there: int, *, as_absent: bool) -> None:
    there = [tablet(f"{k:02d}") for k in range(n_there)]
    gone = [absent(f"{k:02d}") for k in range(n_there, 30)] if as_absent else []
    judged = judge_step(step((*there, *gone), n_wanted=30), LIMITS)
    assert judged.verdict == "inconclusive"
    assert not judged.holds


FIGURES: tuple[tuple[str, object], ...] = (
    ("rate_mbps", math.nan),
    ("rate_mbps", 0.0),
    ("window_s", math.nan),
    ("window_s", math.inf),
    ("window_s", 0.0),
    ("received_bytes", -1),
    ("idle_delay", None),
    ("loaded_delay", None),
    ("generator_error_p99_ms", None),
    ("generator_error_p99_ms", math.nan),
    ("hidden_s", math.nan),
    ("silent_s", math.nan),
    ("n_send_drops", 1),
    ("n_flows", 0),
)


@pytest.mark.parametrize(("name", "value"), FIGURES)
@pytest.mark.parametrize("made", [tablet, agent])
def test_what_is_not_measured_never_passes(made: Callable[[], Receipt], name: str, value: object) -> None:
    assert judge_receipt(made(), LIMITS).verdict == "pass"
    assert judge_receipt(replace(made(), **{name: value}), LIMITS).verdict == "inconclusive"


@pytest.mark.parametrize("name", ["udp", "cpu_share"])
def test_an_agent_without_its_figures_never_passes(name: str) -> None:
    assert judge_receipt(replace(agent(), **{name: None}), LIMITS).verdict == "inconclusive"


@pytest.mark.parametrize("value", [None, math.nan, -1.0])
@pytest.mark.parametrize("name", ["p50_ms", "p95_ms", "first_p50_ms", "last_p50_ms"])
def test_a_delay_that_is_none_never_passes(name: str, value: float | None) -> None:
    spoilt = replace(delay(12.0), **{name: value})
    assert judge_receipt(replace(tablet(), loaded_delay=spoilt), LIMITS).verdict == "inconclusive"


@pytest.mark.parametrize("value", [math.nan, math.inf, -1.0])
@pytest.mark.parametrize("name", ["start_s", "stalled_s", "played_s"])
def test_a_playback_that_is_no_number_never_passes(name: str, value: float) -> None:
    seen = replace(PlaybackFigures(start_s=0.5, n_stalls=0, stalled_s=0.0, played_s=57.0), **{name: value})
    assert judge_receipt(replace(tablet(), playback=seen), LIMITS).verdict == "inconclusive"


UDP = (
    ("loss_windows", ()),
    ("loss_windows", ((5, 3),)),
    ("loss_windows", ((0, 0),)),
    ("worst_burst_loss_share", math.nan),
    ("worst_burst_loss_share", 1.5),
    ("jitter_windows_ms", ()),
    ("jitter_windows_ms", (math.nan,)),
    ("n_sent", 0),
    ("n_lost", -1),
    ("kernel_stamps", False),
)


@pytest.mark.parametrize(("name", "value"), UDP)
def test_packets_that_were_not_counted_never_pass(name: str, value: object) -> None:
    udp = agent().udp
    assert udp is not None
    assert judge_receipt(replace(agent(), udp=replace(udp, **{name: value})), LIMITS).verdict == "inconclusive"


@given(breaks_from=st.sampled_from([0.25, 0.5, 0.75, 1.0, 9.0]), dropped=st.sets(st.integers(0, 3)))
def test_a_room_passes_only_with_its_whole_class(breaks_from: float, dropped: set[int]) -> None:
    steps = tuple(s for k, s in enumerate(ramp(breaks_from=breaks_from)) if k not in dropped)
    judged = judge_room(room(steps=steps), LIMITS)
    failing = [s for s in steps if s.share >= breaks_from]
    assert judged.verdict == ("fail" if failing else "pass" if 3 not in dropped else "inconclusive")
    assert judged.n_holds is None or judged.n_breaks is None or judged.n_holds < judged.n_breaks


@given(st.permutations([9.0, 9.0, 1.0]))
def test_a_test_is_as_good_as_its_worst_room(breaks: list[float]) -> None:
    rooms = [room(f"r{k}", steps=ramp(breaks_from=share)) for k, share in enumerate(breaks)]
    judged = judge_test(class_test(*rooms))
    assert judged.verdict == "fail"
    assert [r.verdict for r in judged.rooms] == ["fail" if share == 1.0 else "pass" for share in breaks]


@given(rate_mbps=st.floats(0.1, 50.0))
def test_goodput_alone_flips_at_its_limit(rate_mbps: float) -> None:
    for share, verdict in ((0.985, "pass"), (0.975, "fail")):
        got = replace(tablet(share=share * rate_mbps / RATE_MBPS), rate_mbps=rate_mbps)
        assert judge_receipt(got, LIMITS).verdict == verdict
