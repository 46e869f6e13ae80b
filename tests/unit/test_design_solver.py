"""The solver's door: verdicts, bounds, limits; sifting agrees with solving at once."""

import numpy as np
import pytest
from scipy import sparse

from wifiplan.design import sifting
from wifiplan.design.sifting import sift
from wifiplan.design.solver import Programme, RowBuilder, Stop, minimise, relative_gap, relax
from wifiplan.errors import SolverError


def partition(seed: int, n_rooms: int = 12, n_columns: int = 120) -> Programme:
    generator = np.random.default_rng(seed)
    member = generator.random((n_rooms, n_columns)) < 0.2
    member[:, :n_rooms] |= np.eye(n_rooms, dtype=bool)
    return Programme(
        cost_x=generator.uniform(1.0, 2.0, n_columns) * member.sum(axis=0),
        matrix=sparse.csr_array(member.astype(float)),
        row_lower=np.ones(n_rooms),
        row_upper=np.full(n_rooms, np.inf),
        lower_x=np.zeros(n_columns),
        upper_x=np.ones(n_columns),
        integer_x=np.ones(n_columns, dtype=bool),
    )


def single(*, lower: float, upper: float, integer: bool = True) -> Programme:
    return Programme(
        cost_x=np.array([-1.0]),
        matrix=sparse.csr_array(np.array([[2.0]])),
        row_lower=np.array([lower]),
        row_upper=np.array([upper]),
        lower_x=np.zeros(1),
        upper_x=np.full(1, np.inf),
        integer_x=np.array([integer]),
    )


def test_verdicts() -> None:
    found = minimise(single(lower=0.0, upper=5.0), Stop())
    assert (found.verdict, found.value, found.bound, found.gap) == ("optimal", -2.0, -2.0, 0.0)
    assert minimise(single(lower=3.0, upper=2.0), Stop()).verdict == "infeasible"
    with pytest.raises(SolverError, match="could not be solved"):
        minimise(single(lower=0.0, upper=np.inf, integer=False), Stop())


def test_relaxation_prices() -> None:
    relaxed = relax(single(lower=0.0, upper=5.0))
    assert relaxed is not None
    assert relaxed.value == pytest.approx(-2.5)
    assert relax(single(lower=3.0, upper=2.0)) is None


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("gap", [0.0, 0.02])
def test_sifting_agrees(monkeypatch: pytest.MonkeyPatch, seed: int, gap: float) -> None:
    programme = partition(seed)
    whole = minimise(programme, Stop())
    monkeypatch.setattr(sifting, "_FEW_COLUMNS", 20)
    served = programme.matrix.toarray() > 0.0
    unknown = np.zeros(programme.cost_x.size, dtype=np.bool_)
    # the rooms are covered here, not parted: no cut of a partition may be used
    found = sift(programme, Stop(gap=gap), served[:0], known_x=unknown, most_columns=10_000)
    assert found.bound <= whole.value + 1e-6
    assert relative_gap(found.value, whole.value) <= gap + 1e-6
    assert found.x is not None
    assert (programme.matrix @ found.x >= 1.0 - 1e-6).all()


def test_gap_of_the_unknown_is_infinite() -> None:
    assert relative_gap(float("inf"), 1.0) == float("inf")


def test_programme_without_variables() -> None:
    rows = RowBuilder(0)
    rows.add(sparse.csr_array((1, 0)), lower=1.0)
    matrix, lower, upper = rows.build()
    nothing = np.empty(0)
    programme = Programme(
        cost_x=nothing,
        matrix=matrix,
        row_lower=lower,
        row_upper=upper,
        lower_x=nothing,
        upper_x=nothing,
        integer_x=np.empty(0, dtype=bool),
    )
    assert minimise(programme, Stop()).verdict == "infeasible"
