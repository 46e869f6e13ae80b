import json
import math

import pytest

from wifiplan.files.plain import LINE_WIDTH, json_text, rounded


def test_text_is_json_and_short_things_stay_on_a_line() -> None:
    value = {"rooms": [{"id": str(n), "name": "教室" * 20, "x": n / 3} for n in range(9)], "empty": [], "none": None}
    text = json_text(value)
    assert json.loads(text) == value
    assert all(len(line) <= LINE_WIDTH + 2 for line in text.splitlines())
    assert sum('"id"' in line for line in text.splitlines()) == 9


def test_infinity_is_valid_json_and_nan_is_refused() -> None:
    text = json_text({"gap": math.inf, "low": -math.inf})
    assert "Infinity" not in text
    assert json.loads(text) == {"gap": math.inf, "low": -math.inf}
    with pytest.raises(ValueError, match="not a number"):
        json_text([math.nan])


def test_whole_numbers_are_written_short_and_small_ones_exactly() -> None:
    assert json_text([3.0, 0.1, 1e-9, -0.0, 1e300]) == "[3, 0.1, 1e-09, 0, 1e+300]\n"


def test_rounding_leaves_counts_and_flags_alone() -> None:
    assert rounded({"n": 3, "ok": True, "x": (1.23456,), "t": "1.23456"}, 2) == {
        "n": 3,
        "ok": True,
        "x": [1.23],
        "t": "1.23456",
    }
