"""The test bed itself: what its media say they do, they do; and nothing is left behind."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from bed import Bed, Medium

pytestmark = [pytest.mark.root]
FOLDER = Path("/run/netns")


def leftovers(bed: Bed) -> list[str]:
    return [path.name for path in FOLDER.iterdir() if path.name.startswith(bed.prefix)]


def test_bed_is_removed_when_the_body_raises(bed_needs: Callable[[str], None]) -> None:
    bed_needs("namespaces")
    bed = Bed(30)

    def fail() -> None:
        with bed:
            assert len(leftovers(bed)) == 32
            bed.clients[3].popen(["sleep", "1000"])
            raise RuntimeError("the test's own fault")

    with pytest.raises(RuntimeError, match="own fault"):
        fail()
    assert leftovers(bed) == []
    assert bed.clients[3].children[0].returncode != 0


def test_clients_reach_the_server_through_the_medium(bed_needs: Callable[[str], None]) -> None:
    bed_needs("kernel medium")
    with Bed(2, medium=Medium(rate_mbps=50.0)) as bed:
        bed.clients[1].run(["ping", "-c", "1", "-W", "2", bed.server.address])
        assert bed.counters().up.n_offered >= 1
        with pytest.raises(subprocess.TimeoutExpired):
            bed.clients[0].run(["sleep", "10"], timeout_s=0.2)
