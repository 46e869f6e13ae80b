"""What a step came to where a tablet did not simply play: each way out of a test has its own state."""

from collections.abc import Callable

import pytest

from wifiplan.catalog.class_test import class_limits
from wifiplan.probe.classroom.feeder import StreamFigures
from wifiplan.probe.classroom.receipts import Span, absent_receipt, left_receipt, tablet_receipt
from wifiplan.probe.classroom.roster import Device, StepLog
from wifiplan.probe.records import Receipt

SPAN = Span(settle_s=3.0, until_s=30.0, rate_mbps=2.0, limits=class_limits())


async def mute(message: object) -> None:
    del message


def played(change: Callable[[Device, StepLog], None], until_s: float = 30.0) -> Receipt:
    device = Device(
        id="a", seat="01", kind="tablet", n_flows=1, key="k", joined_s=0.0, page_s=0.0, heard_s=30.0, say=mute
    )
    log = StepLog(step=1, play=True, rate_mbps=2.0)
    log.bins = [(t * 0.05, t * 12_500) for t in range(1, int(until_s / 0.05) + 1)]
    log.rtts = [(t * 0.25, 5.0) for t in range(int(until_s / 0.25))]
    change(device, log)
    sender = StreamFigures(
        late_p50_ms=0.1,
        late_p99_ms=0.2,
        late_max_ms=0.3,
        sent_bytes=7_500_000,
        blocked_s=0.0,
        acked_bytes=None,
        shut_s=0.0,
    )
    return tablet_receipt(device, log, sender, SPAN)


def nothing(device: Device, log: StepLog) -> None:
    del device, log


def closes(device: Device, log: StepLog) -> None:
    del log
    device.say = None


def hides(device: Device, log: StepLog) -> None:
    del log
    device.show(12.0, visible=False)


def was_hidden(device: Device, log: StepLog) -> None:
    del device
    log.hidden_s = 5.0


def is_blocked(device: Device, log: StepLog) -> None:
    del device
    log.fault = "blocked"


def is_another_page(device: Device, log: StepLog) -> None:
    del device
    log.broken = True


def boasts(device: Device, log: StepLog) -> None:
    del device
    log.bins.append((30.0, 7_500_001))


def test_a_tablet_that_played_is_measured() -> None:
    found = played(nothing)
    assert (found.state, found.remark, found.window_s) == ("measured", "", 27.0)
    assert found.received_bytes == 27 * 250_000
    assert found.playback is not None
    assert found.playback.n_stalls == 0
    assert found.loaded_delay is not None
    assert found.loaded_delay.n == 108, "only round trips that began inside the window"


@pytest.mark.parametrize(
    ("change", "until_s", "state", "remark"),
    [
        (is_blocked, 30.0, "refused", "blocked"),
        (closes, 20.0, "left", "disconnected"),
        (closes, 30.0, "measured", ""),  # it closed after the last byte: all was seen
        (was_hidden, 30.0, "hidden", ""),
        (hides, 30.0, "hidden", ""),
        (is_another_page, 30.0, "left", "reloaded"),
        (nothing, 20.0, "left", ""),
        (boasts, 30.0, "refused", "log_beyond_sent"),
    ],
)
def test_every_other_end_has_its_state(
    change: Callable[[Device, StepLog], None], until_s: float, state: str, remark: str
) -> None:
    found = played(change, until_s)
    assert (found.state, found.remark) == (state, remark)
    assert (found.playback is not None) == (state in {"measured", "hidden"})


def test_who_is_absent_or_left_gets_a_receipt_too() -> None:
    assert (absent_receipt("09", SPAN).state, absent_receipt("09", SPAN).received_bytes) == ("absent", 0)
    device = Device(
        id="a", seat="02", kind="agent", n_flows=4, key="k", joined_s=0.0, page_s=0.0, heard_s=30.0, say=None
    )
    device.log = StepLog(step=1, play=True, rate_mbps=2.0, silent_s=4.2)
    gone = left_receipt(device, SPAN)
    assert (gone.state, gone.kind, gone.n_flows, gone.silent_s) == ("left", "agent", 4, 4.2)
