import csv
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from wifiplan.errors import OutOfRangeError
from wifiplan.radio.loss import LAWS, Law, MultiWallP2040, PathLoss
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
        "p2040_capped",
        "p2040_multi_wall",
        "free_space",
        "p1238_office",
        "p1238_office_13",
        "p1238_corridor",
        "p1238_legacy",
        "p1238_legacy_home",
        "cost231_multi_wall",
        "tgax_residential",
        "tgax_enterprise",
        "inh",
    ]
    assert all(isinstance(law, PathLoss) and law.name == name for name, law in LAWS.items())


BOUNDLESS = {name for name in LAWS if name.startswith("p2040")} | {"free_space", "cost231_multi_wall"}


@pytest.mark.parametrize("name", sorted(set(LAWS) - BOUNDLESS))
def test_without_extend_a_law_refuses_what_its_source_does_not_cover(name: str) -> None:
    strict = replace(LAWS[name], extend=False)
    with pytest.raises(OutOfRangeError, match="covers"):
        strict(_way(distance_m=5000.0), frequency_hz=5.5e9)


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize(
    ("given", "frequency_hz"),
    [
        ({"distance_m": np.nan}, 5.5e9),
        ({"distance_m": -1.0}, 5.5e9),
        ({"distance_m": np.inf}, 5.5e9),
        ({"distance_m": 5.0}, 0.0),
        ({"distance_m": 5.0}, np.nan),
        ({"distance_m": 5.0, "wall_db": -1.0, "n_light_walls": -1.0}, 5.5e9),
        ({"distance_m": 5.0, "slab_db": np.nan, "n_floors": np.nan}, 5.5e9),
    ],
)
def test_what_can_not_be_is_refused_even_with_extend(name: str, given: dict[str, float], frequency_hz: float) -> None:
    with pytest.raises(OutOfRangeError):
        LAWS[name](_way(**given), frequency_hz=frequency_hz)


@pytest.mark.parametrize("name", LAWS)
def test_integers_lists_scalars_and_nothing_are_taken(name: str) -> None:
    fields = ("distance_m", "wall_db", "slab_db", "n_light_walls", "n_heavy_walls", "n_floors")
    law = LAWS[name]
    expected = law(_way(distance_m=7.0, wall_db=3.0, slab_db=2.0, n_light_walls=1.0, n_floors=1.0), frequency_hz=5.5e9)
    values = dict(zip(fields, (7, 3, 2, 1, 0, 1), strict=True))
    scalars, lists = Way(**values), Way(**{key: [value] for key, value in values.items()})  # type: ignore[arg-type]
    assert law(scalars, frequency_hz=5.5e9) == pytest.approx(expected[0])
    assert law(lists, frequency_hz=5.5e9) == pytest.approx(expected)
    assert law(Way(**dict.fromkeys(fields, np.empty((0, 3)))), frequency_hz=5.5e9).shape == (0, 3)


@pytest.mark.parametrize("name", LAWS)
def test_single_precision_stays(name: str) -> None:
    fields = ("distance_m", "wall_db", "slab_db", "n_light_walls", "n_heavy_walls", "n_floors")
    way = Way(**dict.fromkeys(fields, np.array([[1.0, 3.0]], dtype=np.float32)))  # type: ignore[arg-type]
    double = Way(**dict.fromkeys(fields, np.array([[1.0, 3.0]])))
    loss = LAWS[name](way, frequency_hz=5.5e9)
    assert loss.dtype == np.float32
    assert loss == pytest.approx(LAWS[name](double, frequency_hz=5.5e9), abs=1e-4)


@pytest.mark.parametrize("name", LAWS)
def test_laws_are_values(name: str) -> None:
    law = LAWS[name]
    assert pickle.loads(pickle.dumps(law)) == law  # noqa: S301 (our own bytes)
    assert hash(replace(law, offset_db=0.0)) == hash(law)  # type: ignore[type-var]
    assert name in LAWS
    assert eval(repr(law), {"Law": Law}) == law  # noqa: S307 (what it prints is what makes it)


def test_parts_combine_and_no_wall_counts_twice() -> None:
    law = Law(distance="p1238_office", walls="p2040", floors="cost231")
    way = _way(distance_m=10.0, wall_db=6.0, n_light_walls=2.0, n_floors=1.0)
    # P.1238-11 T2 LoS at 10 m and 5.25 GHz as in tests/golden/path_loss.csv, one floor of COST-231
    assert law.name == "combined"
    assert law(way, frequency_hz=5.25e9) == pytest.approx(63.8392 + 6.0 + 18.3, abs=1e-4)


@pytest.mark.parametrize("part", ["distance", "walls", "floors"])
def test_an_unknown_part_is_named(part: str) -> None:
    with pytest.raises(OutOfRangeError, match='no part "itu"'):
        replace(Law(), **{part: "itu"})


def test_only_free_space_takes_an_exponent() -> None:
    with pytest.raises(OutOfRangeError, match="slopes of its own"):
        Law(distance="inh", exponent=3.0)


def test_walls_of_the_default_law_saturate() -> None:
    law = LAWS["p2040_capped"]
    free = law(_way(distance_m=10.0), frequency_hz=5.5e9)
    loss = [law(_way(distance_m=10.0, wall_db=wall), frequency_hz=5.5e9)[0] - free[0] for wall in (6.0, 20.0, 90.0)]
    assert loss == pytest.approx([6.0, 15.0, 15.0])


def test_strict_site_general_accepts_its_own_range() -> None:
    strict = replace(LAWS["p1238_office"], extend=False)
    seen, unseen = _way(distance_m=2.0), _way(distance_m=30.0, n_heavy_walls=1.0)
    assert strict(seen, frequency_hz=5.5e9) < strict(unseen, frequency_hz=5.5e9)
    with pytest.raises(OutOfRangeError):
        strict(_way(distance_m=2.0, n_heavy_walls=1.0), frequency_hz=5.5e9)


def test_the_older_p1238_has_no_two_floors_in_offices() -> None:
    strict = replace(LAWS["p1238_legacy"], extend=False)
    with pytest.raises(OutOfRangeError, match="0 to 1 floors, not 2"):
        strict(_way(distance_m=5.0, n_floors=2.0), frequency_hz=5.2e9)


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
