"""What network names cost: every SSID of every access point on a channel sends beacons ten times a second."""

from wifiplan.catalog.mac import mac_row

MOST_SSIDS = 3
"""More SSIDs than this on one radio draw a warning: the issue's own limit, and the usual advice of makers."""


def beacon_share(standard: str, n_ssids: int, *, n_aps: int = 1) -> float:
    """Return the share of a channel's airtime that beacons take.

    Parameters
    ----------
    standard : str
        "11n", "11ac", "11ax" or "11be".
    n_ssids : int
        SSIDs on each radio, >= 0.
    n_aps : int
        Access points that hear each other on the channel, this one included.

    Returns
    -------
    float
        From 0 to 1; a beacon of 300 bytes at 6 Mbit/s every 102.4 ms (`catalog/data/mac.csv`). Probe answers and
        lower basic rates come on top.

    Raises
    ------
    CatalogError
        The standard is unknown.

    Examples
    --------
    >>> round(beacon_share("11ax", 3), 4), round(beacon_share("11ax", 3, n_aps=4), 4)
    (0.0123, 0.0492)
    """
    return min(1.0, mac_row("standard", standard).beacon_share * n_ssids * n_aps)
