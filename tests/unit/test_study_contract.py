"""The functions of the contract, called as an outsider would: by those names, with lists and with nothing at all."""

import math
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse.csgraph import floyd_warshall

from wifiplan.design.channels import assign
from wifiplan.design.placement import cover, place
from wifiplan.errors import SolverError
from wifiplan.predict.coverage import grid, received_dbm
from wifiplan.radio import airtime
from wifiplan.radio.loss import LAWS
from wifiplan.scheme.apportionment import share
from wifiplan.site.building import Floor, Room, Site
from wifiplan.site.network import AccessPoint, Band, Radio

INF = math.inf
ROOM = Room(id="a", name="a", use="classroom", polygon=((0.0, 0.0), (9.0, 0.0), (9.0, 7.5), (0.0, 7.5)))
SITE = Site(
    name="s",
    floors=(
        Floor(level=0, elevation_m=0.0, height_m=3.6, rooms=(ROOM,)),
        Floor(level=1, elevation_m=3.6, height_m=3.6, rooms=(ROOM,)),
    ),
)
APS = [AccessPoint(id="A", x_m=4.0, y_m=3.0, z_m=3.3, radios=(Radio(band="5", eirp_dbm=20.0),))]


def test_free_space_by_hand() -> None:
    """20 dBm over 2.5 m at 5.5 GHz: 20 - 55.2."""
    found = received_dbm(SITE, APS, [[4, 3, 0.8]], [0], band="5", law=LAWS["free_space"])
    assert found == pytest.approx(20.0 - 20.0 * math.log10(4 * math.pi * 2.5 * 5.5e9 / 299_792_458.0))


@pytest.mark.parametrize("name", sorted(LAWS))
@pytest.mark.parametrize("band", ["2.4", "5", "6"])
def test_received_power_of_lists_and_of_nothing(name: str, band: Band) -> None:
    law = LAWS[name]
    hung = [AccessPoint(id="A", x_m=4.0, y_m=3.0, z_m=3.3, radios=(Radio(band=band, eirp_dbm=20.0),))]
    found = received_dbm(SITE, hung, [[1, 1, 1], [2, 2, 1], [2, 2, 1]], [0, 0, 1], band=band, law=law)
    assert found.shape == (1, 3)
    assert np.isfinite(found).all()
    assert found[0, 2] < found[0, 1] < 20.0
    assert received_dbm(SITE, hung, [], [], band=band, law=law).shape == (1, 0)
    assert received_dbm(SITE, [], [[1, 1, 1]], [0], band=band, law=law).shape == (0, 1)
    assert grid(SITE, hung, 1, cell_m=2.5, band=band, law=law).received_dbm_iyx.shape == (1, 3, 4)
    assert grid(SITE, [], 1, cell_m=2.5, band=band, law=law).received_dbm_iyx.shape == (0, 3, 4)


def test_a_radio_of_another_band_is_not_heard() -> None:
    assert received_dbm(SITE, APS, [[1, 1, 1]], [0], band="6", law=LAWS["p2040_multi_wall"])[0, 0] == -INF


def test_placement_of_lists() -> None:
    found = place([[0.3, 0.4, INF], [INF, 0.4, 0.5]], [0, 0, 1], n_aps=None, max_share=0.8)
    assert found.chosen_i == (0, 1)
    assert found.serving_r == (0, 0, 1)
    assert found.extra_ir == ()
    assert found.n_served_by_tier == (2, 1)
    assert (found.verdict, found.gap) == ("optimal", 0.0)
    assert found.seconds >= 0
    one = place([[0.3, 0.4, INF], [INF, 0.4, 0.5]], [0, 0, 1], n_aps=1, max_share=0.8, heard_ij=[[0, 1], [1, 0]])
    assert one.serving_r == (0, 0, -1)
    fixed = place([[0.3], [0.2]], [0], n_aps=2, max_share=0.8, fixed_i=(0,), exactly=True)
    assert fixed.chosen_i == (0, 1)
    assert place(np.zeros((0, 0)), [], n_aps=None, max_share=0.8).chosen_i == ()
    assert place(np.zeros((3, 0)), [], n_aps=0, max_share=0.8).chosen_i == ()
    with pytest.raises(SolverError):
        place([[0.3]], [0], n_aps=None, max_share=0.8, exactly=True)


def test_cover_of_lists() -> None:
    found = cover([[True, False], [False, True], [True, True]], [1, 2, 4])
    assert (found.chosen_i, found.cost) == ((0, 1), 3.0)
    assert found.bound == pytest.approx(3.0)


def test_channels_of_lists() -> None:
    found = assign(
        [[0, 2], [2, 0]], [[1, 0], [0, 1]], allowed_ik=[[1, 0], [1, 1]], pair_cost=[(0, 1, [[0, 5], [0, 0]])]
    )
    assert (found.channel_i, found.cost, found.bound, found.verdict) == ((0, 0), 2.0, 2.0, "optimal")
    assert assign(np.zeros((0, 0)), [[1]], seed=3, effort=0.1).channel_i == ()


def test_shares_of_lists() -> None:
    assert share(10, [1, 2, 3], method="webster") == (2, 3, 5)
    assert share(10, (1, 2, 3), method="largest_remainder", floor_s=[1, 1, 4], cap_s=[5, 5, 4]) == (2, 4, 4)
    assert share(0, (), method="webster") == ()


def test_a_cell_as_the_contract_writes_it() -> None:
    tablets = {"count": 30, "standard": "11ac", "width_mhz": 20, "spatial_streams": 1, "mcs": 8, "offered_mbps": 4.0}
    asked = {
        "conventions": "standard",
        "standard": "11ac",
        "width_mhz": 20,
        "guard_interval_ns": 800,
        "access_category": "BE",
        "rts_cts": False,
        "block_ack_window": None,
        "max_ampdu_bytes": None,
        "co_channel_aps": 1,
        "direction": "down",
        "transport": "udp",
        "payload_bytes": 1400,
        "packets_per_burst": 1,
        "clients": [tablets],
    }
    full = airtime.cell(asked)
    assert not full.sustainable
    assert full.carried_mbps == pytest.approx(full.capacity_mbps, rel=1e-6)
    assert full.worst_client_mbps == pytest.approx(full.capacity_mbps / 30, rel=1e-6)
    saturated = airtime.cell(asked | {"clients": [tablets | {"offered_mbps": None}]})
    assert saturated.capacity_mbps == pytest.approx(full.capacity_mbps)
    assert airtime.cell(asked | {"clients": [tablets | {"offered_mbps": 1.0}]}).sustainable


@pytest.mark.data
@pytest.mark.parametrize(("name", "radius"), [("pmed1", 127), ("pmed5", 48), ("pmed10", 20)])
def test_covers_prove_the_p_centres_of_the_or_library(shared_data: Path, name: str, radius: int) -> None:
    """The known p-centre radius of these graphs [M]: p places reach all within it, not within one less."""
    text = (shared_data / "instances" / "pmed" / f"{name}.txt").read_text(encoding="ascii")
    n_nodes, n_edges, p, *figures = map(int, text.split())
    apart = np.full((n_nodes, n_nodes), INF)
    for a, b, length in np.array(figures[: 3 * n_edges]).reshape(-1, 3):
        apart[a - 1, b - 1] = apart[b - 1, a - 1] = length
    np.fill_diagonal(apart, 0.0)
    apart = floyd_warshall(apart)
    assert cover(apart <= radius, np.ones(n_nodes)).cost <= p < cover(apart <= radius - 1, np.ones(n_nodes)).cost
