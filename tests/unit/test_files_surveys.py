"""Survey files: what is written comes back, as CSV and as Parquet; what is at fault is told, all of it."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wifiplan.errors import MissingError, SurveyError
from wifiplan.files import survey_parquet
from wifiplan.files.surveys import dump_survey, read_survey, write_survey
from wifiplan.survey.records import Photo, Sample, Survey

FULL = Survey(
    name="三樓",
    device="Pixel 7",
    surveyor="王",
    started_at="2026-03-04T08:00:00+08:00",
    source="walk",
    remarks=("2 readings left out",),
    photos=(
        Photo(file="a.jpg", floor=1, x_m=1.5, y_m=2.0, note="配電箱"),
        Photo(file="b.jpg", floor=0, x_m=0.0, y_m=0.5),
    ),
    samples=(
        Sample(
            floor=-1,
            x_m=0.1,
            y_m=1 / 3,
            band="6",
            channel=37,
            frequency_hz=6.135e9,
            bssid="02:00:5e:00:53:01",
            ssid='=cmd,"x"',
            rssi_dbm=-61.5,
            time_s=0.25,
            throughput_mbps=12.5,
            delay_s=0.02,
            loss_share=0.0,
        ),
        Sample(floor=2, x_m=-3.0, y_m=4.0, bssid="'x", ssid="@a"),
        Sample(floor=2, x_m=-3.0, y_m=4.0, ssid=" b "),
    ),
)


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_survey_comes_back(tmp_path: Path, ending: str) -> None:
    if ending == ".parquet":
        pytest.importorskip("pyarrow")
    path = tmp_path / f"s{ending}"
    for one in (FULL, Survey(name="空"), Survey(name="n", samples=FULL.samples[1:])):
        write_survey(path, one)
        first = path.read_bytes()
        assert read_survey(path) == one
        write_survey(path, read_survey(path))
        assert path.read_bytes() == first


texts = st.text(st.characters(blacklist_categories=["Cc", "Cs"]), max_size=12)
places = st.floats(-500, 500)


@settings(max_examples=40)
@given(st.lists(st.tuples(texts, texts, places, st.none() | st.floats(-120, -1)), max_size=4))
def test_any_name_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, float, float]]
) -> None:
    samples = tuple(Sample(floor=0, x_m=x, y_m=-x, bssid=b, ssid=s, rssi_dbm=r) for b, s, x, r in rows)
    path = tmp_path_factory.mktemp("s") / "s.csv"
    write_survey(path, Survey(name="n", samples=samples))
    assert read_survey(path).samples == samples
    for line in dump_survey(Survey(name="n", samples=samples)).split("\n")[2:]:
        assert not line.startswith(("=", "+", "@"))


def test_rows_count_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    # quick and slow way alike: the second has a quoted name, both a blank line
    for name in ("a", '"a,b"'):
        path.write_text(
            '{"format": 1}\nfloor,x_m,y_m,ssid,rssi_dbm\n'
            f"0,1,1,{name},-50\n,,,,\n0.0,1,1,x,-50\n1.5,1e999,1_0,x,５\n0,1\n",
            encoding="utf-8",
        )
        with pytest.raises(SurveyError) as caught:
            read_survey(path)
        assert [fault.where for fault in caught.value.faults] == [
            "row 6, floor",
            "row 6, x_m",
            "row 6, y_m",
            "row 6, rssi_dbm",
            "row 7",
            "row 7, y_m",
        ]


def test_many_faults_are_counted_and_the_first_are_told(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text('{"format": 1}\nfloor,x_m,y_m\n' + "a,b,c\n" * 5000, encoding="utf-8")
    with pytest.raises(SurveyError, match="15,000 faults") as caught:
        read_survey(path)
    assert len(caught.value.faults) == 101
    assert caught.value.faults[0].where == "row 3, floor"
    assert caught.value.faults[-1].problem == "and 14,900 more"


@pytest.mark.parametrize(
    "photo",
    [
        {"file": "../a.jpg", "floor": 0, "x_m": 1, "y_m": 1},
        {"file": "C:a.jpg", "floor": 0, "x_m": 1, "y_m": 1},
        {"file": "a.jpg", "floor": 0, "x_m": 1e300, "y_m": 1},
        {"file": "a.jpg", "floor": True, "x_m": 1, "y_m": 1},
        {"file": "a.jpg", "floor": 0, "x_m": 1},
        {"file": "a.jpg", "floor": 0, "x_m": 1, "y_m": 1, "who": "x"},
        "a.jpg",
    ],
)
def test_a_photo_is_a_name_and_a_place(photo: object, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(json.dumps({"format": 1, "photos": [photo]}) + "\nfloor,x_m,y_m\n", encoding="utf-8")
    with pytest.raises(SurveyError, match=r"photos\[0\]"):
        read_survey(path)


def test_parquet_without_its_library_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(survey_parquet, "import_module", none)
    with pytest.raises(MissingError, match="pyarrow"):
        write_survey(tmp_path / "s.parquet", FULL)
    assert not list(tmp_path.iterdir())


def test_strange_parquet_is_told(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")

    def told(columns: dict[str, list[object]], head: str = '{"format": 1}') -> str:
        table = arrow.table(columns).replace_schema_metadata({"wifiplan": head})
        out = io.BytesIO()
        parquet.write_table(table, out)
        path = tmp_path / "s.parquet"
        path.write_bytes(out.getvalue())
        try:
            return repr(read_survey(path).samples)
        except SurveyError as error:
            return str(error)

    good: dict[str, list[object]] = {"floor": [0.0, 1.0], "x_m": [1, 2], "y_m": [1.0, 2.0]}
    assert "floor=1, x_m=2.0" in told(good)
    assert "rssi_dbm=None" in told(good | {"rssi_dbm": [float("nan"), -3.0]})
    assert "row 1, rssi_dbm" in told(good | {"rssi_dbm": [5.0, -3.0]})
    assert "is missing" in told({"floor": [0]})
    assert "unknown column" in told(good | {"mac": ["a", "b"]})
    assert "not numbers" in told(good | {"time_s": ["a", "b"]})
    assert "not text" in told(good | {"ssid": [[1], [2]]})
    assert "format" in told(good, "{}")
    (tmp_path / "cut.parquet").write_bytes(b"PAR1" + b"\x00" * 40)
    with pytest.raises(SurveyError, match="cannot be read"):
        read_survey(tmp_path / "cut.parquet")


def test_numbers_of_arrays_are_written_as_numbers(tmp_path: Path) -> None:
    place = np.float64(1.25), np.float64(2.5)
    made = Survey(
        name="x", samples=(Sample(floor=np.int64(1), x_m=place[0], y_m=place[1], rssi_dbm=np.float32(-61.5)),)
    )
    write_survey(tmp_path / "x.csv", made)
    assert read_survey(tmp_path / "x.csv") == made


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            '{"format": 1}\nfloor,x_m,y_m,rssi_dbm\n' + "0,1,1,-50.0\n" * 3 + "0,1,1,-6",
            "row 6: the file ends inside it",
        ),
        ('{"format": 1}\nfloor,x_m,y_m,rssi_dbm\n0,1,1,-50.0\n0,1', "row 4: 2 cells, not 4: the file was cut"),
        ('{"format": 1};;;\nfloor;x_m;y_m;rssi_dbm\n0;1,5;1;-50\n', "parted by semicolons"),
        ('{"format": 1}\nfloor,x_m,y_m\n'.encode("utf-16"), "the file is UTF-16"),
    ],
)
def test_a_survey_file_cut_or_saved_by_another_program_is_refused(tmp_path: Path, data: str | bytes, said: str) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    with pytest.raises(SurveyError) as caught:
        read_survey(path)
    assert said in str(caught.value)


def test_bands_that_pandas_made_numbers_of(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text(
        '{"format": 1}\nfloor,x_m,y_m,band,rssi_dbm\n0,1,1,5.0,-50\n0,1,1,2.4,-50', encoding="utf-8"
    )
    assert [one.band for one in read_survey(tmp_path / "s.csv").samples] == ["5", "2.4"]
