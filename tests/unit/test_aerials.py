"""Some of the antennas alone send as they did among the others."""

from typing import cast

import numpy as np

from wifiplan.predict.losses import Aerials
from wifiplan.radio.antenna import Pattern


def test_rows_keep_patterns_and_axes_together_in_the_order_asked_for() -> None:
    patterns = tuple(cast("Pattern", f"pattern {i}") for i in range(4))
    whole = Aerials(patterns, np.arange(36.0).reshape(4, 3, 3))
    some = whole.rows(np.array([3, 1]))
    assert some.pattern_i == (patterns[3], patterns[1])
    np.testing.assert_array_equal(some.axes_ixyz, whole.axes_ixyz[[3, 1]])
    none = whole.rows([])
    assert none.pattern_i == ()
    assert none.axes_ixyz.shape == (0, 3, 3)
