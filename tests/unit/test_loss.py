import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from wifiplan.errors import OutOfRangeError
from wifiplan.radio.loss import LAWS, MultiWallP2040, P1238Legacy, PathLoss
from wifiplan.radio.loss import Path as Way


def _way(**given: float) -> Way:
    empty = dict.fromkeys(("distance_m", "wall_db", "slab_db", "n_light_walls", "n_heavy_walls", "n_floors"), 0.0)
    return Way(**{key: np.array([value]) for key, value in (empty | given).items()})


def _golden() -> list[dict[str, str]]:
    path = Path(__file__).parents[1] / "golden" / "path_loss.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", _golden(), ids=lambda r: f"{r['law']}-{r['distance_m']}-{r['n_floors']}")
def test_laws_equal_their_formulas_worked_out(row: dict[str, str]) -> None:
    fields = ("distance_m", "wall_db", "slab_db", "n_light_walls", "n_heavy_walls", "n_floors")
    way = _way(**{key: float(row[key]) for key in fields})
    loss = LAWS[row["law"]](way, frequency_hz=float(row["frequency_ghz"]) * 1e9)
    assert float(loss[0]) == pytest.approx(float(row["loss_db"]), abs=2e-4)


def test_the_names_are_the_contracts() -> None:
    assert list(LAWS) == [
        "p2040_multi_wall",
        "free_space",
        "p1238_office",
        "p1238_corridor",
        "p1238_legacy",
        "cost231_multi_wall",
        "tgax_residential",
        "tgax_enterprise",
        "inh",
    ]
    assert all(isinstance(law, PathLoss) and law.name == name for name, law in LAWS.items())


@pytest.mark.parametrize("name", sorted(set(LAWS) - {"free_space", "p2040_multi_wall", "cost231_multi_wall"}))
def test_without_extend_a_law_refuses_what_its_source_does_not_cover(name: str) -> None:
    strict = replace(LAWS[name], extend=False)
    with pytest.raises(OutOfRangeError):
        strict(_way(distance_m=5000.0), frequency_hz=5.5e9)


def test_strict_site_general_accepts_its_own_range() -> None:
    strict = replace(LAWS["p1238_office"], extend=False)
    seen, unseen = _way(distance_m=2.0), _way(distance_m=30.0, n_heavy_walls=1.0)
    assert strict(seen, frequency_hz=5.5e9) < strict(unseen, frequency_hz=5.5e9)
    with pytest.raises(OutOfRangeError):
        strict(_way(distance_m=2.0, n_heavy_walls=1.0), frequency_hz=5.5e9)


def test_the_older_p1238_has_no_two_floors_in_offices() -> None:
    with pytest.raises(OutOfRangeError, match="two floors"):
        P1238Legacy(extend=False)(_way(distance_m=5.0, n_floors=2.0), frequency_hz=5.2e9)


def test_parameters_of_the_default_law() -> None:
    way = _way(distance_m=10.0, wall_db=60.0, slab_db=20.0)
    plain = MultiWallP2040()(way, frequency_hz=5.5e9)
    assert MultiWallP2040(max_wall_db=40.0)(way, frequency_hz=5.5e9) == pytest.approx(plain - 20)
    assert MultiWallP2040(wall_scale=0.5)(way, frequency_hz=5.5e9) == pytest.approx(plain - 30)
    assert MultiWallP2040(slab_scale=0.5)(way, frequency_hz=5.5e9) == pytest.approx(plain - 10)
    assert MultiWallP2040(offset_db=3.0)(way, frequency_hz=5.5e9) == pytest.approx(plain + 3)
    assert MultiWallP2040(exponent=3.0)(way, frequency_hz=5.5e9) == pytest.approx(plain + 10)


@pytest.mark.parametrize("field", ["exponent", "wall_scale", "slab_scale", "max_wall_db"])
def test_parameters_with_which_a_wall_would_help_are_refused(field: str) -> None:
    with pytest.raises(OutOfRangeError, match="negative"):
        replace(MultiWallP2040(), **{field: -0.1})
