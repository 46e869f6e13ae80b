"""A network of namespaces to test probes in, without radio and without touching the machine's own network.

with Bed(n_clients=30, medium=Medium(rate_mbps=60.0)) as bed:
    server = bed.server.popen(["iperf3", "-s"])
    bed.clients[7].run(["ping", "-c", "3", bed.server.address])
    print(bed.counters())
"""

from bed.building import Bed
from bed.features import Feature, missing
from bed.media import Air, Medium, Path, Station
from bed.namespaces import BedError, Namespace
from bed.tally import Counters, Tally

__all__ = [
    "Air",
    "Bed",
    "BedError",
    "Counters",
    "Feature",
    "Medium",
    "Namespace",
    "Path",
    "Station",
    "Tally",
    "missing",
]
