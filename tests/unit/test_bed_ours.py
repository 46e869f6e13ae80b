"""The probe's own streams on the bed's emulator: what the receiver says is what the medium did."""

from collections.abc import Callable

import pytest

from bed import Air, Bed, Path
from bed.ours import Load, measure

pytestmark = [pytest.mark.root, pytest.mark.alone]


def test_streams_say_what_the_medium_did(bed_needs: Callable[[str], None]) -> None:
    bed_needs("emulator")
    air = Air(
        phy_mbps=50.0,
        down=Path(loss_share=0.02, delay_ms=8.0, jitter_ms=4.0),
        up=Path(delay_ms=8.0),
        seed=11,
    )
    load = Load(rate_mbps=0.8, duration_s=4.0, settle_s=0.0, packet_bytes=250)
    with Bed(1, medium=air) as bed:
        before = bed.counters()
        (mine,) = measure(bed, bed.clients, load)
        after = bed.counters()
    udp = mine.received.udp
    # a machine that stands still cuts a stream short: what was never sent is lost to the receiver, not to the medium
    n_never_sent = mine.sent.n_wanted - mine.sent.n_sent
    # besides the stream only ARP and the hello went down, and either may have been lost once
    assert abs(udp.n_lost - n_never_sent - (after.down.n_lost - before.down.n_lost)) <= 2
    assert udp.n_sent == 1600
    # jitter carries a packet or two over an end of the window
    assert mine.received.n_bytes == pytest.approx((udp.n_sent - udp.n_lost) * 250, abs=3 * 250)
    told_ms = after.stations_down[0].jitter_ms
    assert sum(udp.jitter_windows_ms) / len(udp.jitter_windows_ms) == pytest.approx(told_ms, rel=0.1)
    assert told_ms == pytest.approx(4 / 3, rel=0.15)


def test_round_trips_are_the_mediums_two_delays(bed_needs: Callable[[str], None]) -> None:
    bed_needs("emulator")
    way = Path(delay_ms=10.0)
    load = Load(rate_mbps=0.1, duration_s=3.0, packet_bytes=250, round_trips_per_s=80.0)
    with Bed(1, medium=Air(phy_mbps=50.0, down=way, up=way)) as bed:
        (mine,) = measure(bed, bed.clients, load)
        counters = bed.counters()
    assert mine.delay is not None
    assert mine.delay.p50_ms is not None
    up_ms, down_ms = counters.up.delay_ms(0.5), counters.down.delay_ms(0.5)
    assert up_ms is not None
    assert down_ms is not None
    assert mine.delay.p50_ms == pytest.approx(up_ms + down_ms, abs=0.5)
