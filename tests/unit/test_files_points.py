from pathlib import Path

import pytest

from wifiplan.errors import SurveyError
from wifiplan.files.points import read_points


def write(folder: Path, text: str) -> Path:
    target = folder / "points.csv"
    target.write_text(text, encoding="utf-8-sig")
    return target


def test_columns_may_come_in_any_order(tmp_path: Path) -> None:
    xyz_m, floor_j = read_points(write(tmp_path, "floor,z_m, y_m,x_m,note\n1,0.8,2,3.5,門口\n0,1,0,0,\n"))
    assert xyz_m.tolist() == [[3.5, 2.0, 0.8], [0.0, 0.0, 1.0]]
    assert floor_j.tolist() == [1, 0]


def test_header_alone_is_no_points(tmp_path: Path) -> None:
    xyz_m, floor_j = read_points(write(tmp_path, "x_m,y_m,z_m,floor\n"))
    assert xyz_m.shape == (0, 3)
    assert floor_j.shape == (0,)


@pytest.mark.parametrize(
    ("text", "expected", "n_faults"),
    [
        ("x_m,y_m\n1,2\n", "column z_m is missing", 2),
        ("", "column x_m is missing", 4),
        ("x_m,y_m,z_m,floor\n1,a,0.8,0\n1,nan,,0\n", 'row 2, y_m: "a" is no number', 3),
        ("x_m,y_m,z_m,floor\n1,2\n", "row 2, z_m", 2),
        ("x_m,y_m,z_m,floor\n1,2,1,0.5\n", "row 2, floor: a floor's level is a whole number", 1),
        ("x_m,x_m,y_m,z_m,floor\n1,1,2,1,0\n", "column x_m is given twice", 1),
        ("x_m;y_m;z_m;floor\n1;2;1;0\n", "separated by commas", 4),
        ("x_m,y_m,z_m,floor\n1e300,2,1,1e30\n", "row 2, x_m: 1e300 is kilometres away", 2),
        (f"x_m,y_m,z_m,floor\n{'1' * 200_000},2,1,0\n", "cannot be read as CSV", 1),
    ],
)
def test_all_faults_at_once(tmp_path: Path, text: str, expected: str, n_faults: int) -> None:
    with pytest.raises(SurveyError) as caught:
        read_points(write(tmp_path, text))
    assert expected in str(caught.value)
    assert len(caught.value.faults) == n_faults


def test_points_on_levels_that_the_site_has_not_are_all_named(tmp_path: Path) -> None:
    path = write(tmp_path, "x_m,y_m,z_m,floor\n1,2,1,0\n1,2,1,7\n1,2,1,8\n")
    with pytest.raises(SurveyError) as caught:
        read_points(path, (-1, 0, 1))
    assert [fault.where for fault in caught.value.faults] == ["row 3, floor", "row 4, floor"]
    assert "levels: -1, 0, 1" in str(caught.value)
