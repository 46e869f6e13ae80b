"""Cells of a returned sheet that nobody types on purpose: a value, or the fault of the cell, and nothing else."""

import contextlib
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wifiplan.files import form_cells as cells
from wifiplan.files import form_network_cells as network
from wifiplan.files.form_faults import BadCell
from wifiplan.files.form_words import COMPASS, YES_NO

READERS: tuple[Callable[[str], object], ...] = (
    cells.floor,
    cells.order,
    partial(cells.metres, limits=(1.5, 100.0)),
    cells.metres_pair,
    cells.persons,
    cells.storeys,
    cells.ap_count,
    partial(cells.choice, choices=COMPASS),
    partial(cells.yes, choices=YES_NO),
    network.uplink,
    network.channels,
    network.width_mhz,
    network.power_dbm,
)
ODD = (
    "9" * 400,
    "9" * 5000,
    "-" + "9" * 400,
    "1" * 400 + "人",
    "²",
    "፩",
    "③",
    "1e400",
    "inf",
    "nan",
    "\ufffd",
    "½",
    "36/፩",
)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("text", ODD)
def test_odd_numbers_are_faults_of_their_cell(read: Callable[[str], object], text: str) -> None:
    with contextlib.suppress(BadCell):
        read(text)


@given(st.one_of(st.text(max_size=40), st.text("0123456789０９.,-~樓層人間公尺mM²፩十百 /*×Gg", max_size=30)))
def test_any_text_is_a_value_or_a_fault(text: str) -> None:
    for read in READERS:
        with contextlib.suppress(BadCell):
            read(text)


def test_a_number_too_large_for_any_school_says_so() -> None:
    with pytest.raises(BadCell) as caught:
        cells.persons("9" * 400)
    assert caught.value.code == "whole"
