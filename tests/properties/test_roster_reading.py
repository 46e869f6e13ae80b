from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wifiplan.errors import RosterError
from wifiplan.files.roster import read_roster
from wifiplan.scheme.roster import Roster

SOON = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
HEADER = "學制,學校代碼,縣市別,設立別,地區屬性,學校全銜,110年班級數,110年最大班級人數,110年編制教師數,110年學生數"
CELL = st.sampled_from(
    ["國小", "國中", "999001", "11301", "晴川市", "市立", "國立", "偏遠", "非山非市", "6", "２０", "-1", "1,000",
     "", "x", "合計", "範例", "=1+1", "\u5742", '"', "\n", "1e9", "NaN"]
)  # fmt: skip


def outcome(path: Path) -> Roster | RosterError:
    try:
        return read_roster(path)
    except RosterError as error:
        return error


@SOON
@given(st.lists(st.lists(CELL, min_size=1, max_size=12), max_size=6), st.sampled_from(["utf-8", "utf-16", "cp950"]))
def test_whatever_the_cells_hold_there_is_a_roster_or_one_error(
    tmp_path: Path, rows: list[list[str]], encoding: str
) -> None:
    path = tmp_path / "roster.csv"
    text = "\n".join([HEADER, *(",".join(row) for row in rows)])
    path.write_bytes(text.encode(encoding, errors="replace"))
    found = outcome(path)
    if isinstance(found, Roster):
        assert all(len(s.code) == 6 and s.n_classes >= 0 and s.n_students >= 0 for s in found.schools)
    else:
        assert str(found)


@SOON
@given(data=st.data())
def test_damaged_bytes_never_end_in_a_traceback(data: st.DataObject, tmp_path: Path, repo_root: Path) -> None:
    content = bytearray((repo_root / "floorplans" / "demo-roster.csv").read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / data.draw(st.sampled_from(["a.csv", "a.tsv", "a.xlsx", "a.xls", "a.ods"]))
    path.write_bytes(bytes(content[: data.draw(st.integers(1, len(content)))]))
    assert outcome(path)
