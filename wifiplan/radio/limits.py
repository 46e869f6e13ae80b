"""Where the airtime model is known to be weak: sentences that go with an answer."""

from wifiplan.radio.cells import Cell

MANY_CONTENDERS, FEW_CONTENDERS = 20, 4
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
            "Many stations contend without RTS: the simulator carries up to 15 % less, and some of them starve.",
        ),
        (
            not cell.rts_cts and FEW_CONTENDERS < n_senders < MANY_CONTENDERS,
            "Several stations contend without RTS: within 8 % of the simulator on 20 MHz; wider ones weren't compared.",
        ),
        (
            cell.direction == "up",
            "Stations that contend below saturation: busy share up to 20 % too low, delay a rough size.",
        ),
        (
            cell.co_channel_aps > 1,
            "All access points are taken to hear each other; at high MCS within 4 % of the simulator, delay 15 %.",
        ),
        (
            cell.co_channel_aps > 1 and any(c.mcs < LOW_MCS for c in cell.clients),
            "At low MCS or far apart two co-channel frames may both get through: the simulator carries 23 % more.",
        ),
        (cell.transport == "tcp", "TCP without losses and with full segments: within 3 % of the simulator."),
        (
            cell.packets_per_burst > 1,
            "Of bursts the first packet leaves alone where the channel is idle: delay up to 13 %, busy share 9 % off.",
        ),
        (
            len({(c.standard, c.width_mhz, c.spatial_streams, c.mcs) for c in cell.clients}) > 1,
            "With mixed rates the delay is pooled over all frames (within 6 %); the worst client's is 9 % longer.",
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
