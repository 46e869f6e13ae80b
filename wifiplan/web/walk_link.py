"""Round trips over the connection at each point, where the surveyor asked for them."""

import statistics
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from wifiplan.errors import SurveyError
from wifiplan.probe.pings import pinger
from wifiplan.probe.services.here import look
from wifiplan.survey.walk_record import Scan

N_PINGS: Final = 10
PAUSE_S: Final = 0.1
"""Ten asks in a second: a class that works is not disturbed, and a loss of 10 % shows [s]."""

WAIT_S: Final = 0.5
"""A round trip within a school takes some milliseconds; what takes longer counts as lost [s]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Asks one host for signs of life."""

    rtt_ms: Callable[[float], float | None]

    def measured(self, scan: Scan, stop: threading.Event) -> Scan:
        """Return a scan with delay and loss of the connection, as they are now."""
        times_ms: list[float | None] = []
        for _ in range(N_PINGS):
            if stop.wait(PAUSE_S):
                break
            times_ms.append(self.rtt_ms(WAIT_S))
        if not times_ms:
            return scan
        answered_s = [time_ms / 1000 for time_ms in times_ms if time_ms is not None]
        delay_s = round(statistics.median(answered_s), 5) if answered_s else None
        return replace(scan, delay_s=delay_s, loss_share=round(1 - len(answered_s) / len(times_ms), 3))


def link_to(target: str) -> Link | None:
    """Return what asks a host: none for a blank, the default route's gateway for "gateway", else an address.

    Raises
    ------
    SurveyError
        There is no gateway, or the host answers nothing now.
    """
    if not target:
        return None
    address = look().gateway if target == "gateway" else target
    asker = pinger(address) if address else None
    if asker is None:
        raise SurveyError(
            "the host to ping gives no sign of life" if address else "this machine knows no gateway",
            remedy="connect to the school's Wi-Fi, give another address, or leave --ping out",
            where=f"--ping {target}",
            zh=("要測的主機沒有回應" if address else "找不到閘道", "請連上學校 Wi-Fi、改用其他位址，或不要加 --ping"),
        )
    return Link(rtt_ms=asker.rtt_ms)
