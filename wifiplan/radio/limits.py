"""Where the airtime model is known to be weak: sentences that go with an answer."""

from wifiplan.radio.cells import Cell

MANY_CONTENDERS, FEW_CONTENDERS = 20, 5
LOW_MCS = 4


def limits_of(cell: Cell) -> tuple[str, ...]:
    """Return what to know about the answer for a cell; figures are errors against ns-3 3.44 (tests/golden)."""
    n_senders = cell.co_channel_aps * (sum(c.count for c in cell.clients) if cell.direction == "up" else 1)
    said = [
        (
            True,
            "Every frame arrives: no losses by fading or foreign networks, no hidden stations, no rate changes.",
        ),
        (
            not cell.rts_cts and n_senders >= MANY_CONTENDERS,
            "Many stations contend without RTS: the simulator carries 13 to 37 % less than this.",
        ),
        (
            not cell.rts_cts and FEW_CONTENDERS < n_senders < MANY_CONTENDERS,
            "Several stations contend without RTS: the simulator carries 6 % (20 MHz) to 14 % (80 MHz) less.",
        ),
        (
            cell.direction == "up",
            "Stations that contend below saturation: busy share up to 20 % too low and delay only an order of magnitude "
            "near the capacity; some stations starve for seconds.",
        ),
        (
            cell.co_channel_aps > 1,
            "All access points are taken to hear each other; carried within 4 %, delay within 12 % of the simulator at "
            "high MCS, and one of them may get a third less than the others for seconds.",
        ),
        (
            cell.co_channel_aps > 1 and any(c.mcs < LOW_MCS for c in cell.clients),
            "At low MCS two co-channel frames may both get through: the simulator carries up to 23 % more.",
        ),
        (cell.transport == "tcp", "TCP without losses and with full segments: within 2 % of the simulator."),
        (
            cell.packets_per_burst > 1,
            "The bursts of different clients are taken to come at random: delay up to 11 % off, more if they coincide.",
        ),
        (
            len({(c.standard, c.width_mhz, c.spatial_streams, c.mcs) for c in cell.clients}) > 1,
            "With mixed rates the delay is pooled over all frames (within 7 %); the worst client's is up to 9 % longer.",
        ),
        (
            len({c.offered_mbps for c in cell.clients}) > 1,
            "With unequal offers the pooled delay is up to 35 % off and hides that of the small ones.",
        ),
        (
            any(c.standard == "11be" for c in cell.clients),
            "802.11be frames are taken from memory of the standard; no simulated run checks them.",
        ),
        (
            all(c.offered_mbps is None for c in cell.clients),
            "Saturated: delay is that of full queues, so none is given and the load isn't sustainable.",
        ),
    ]
    return tuple(text for holds, text in said if holds)
