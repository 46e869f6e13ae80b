from pathlib import Path

import pytest

from wifiplan.errors import RosterError
from wifiplan.files.roster_join import read_areas, read_device_counts


def test_device_counts_in_cp950_with_a_damaged_header(tmp_path: Path) -> None:
    path = tmp_path / "devices.csv"
    path.write_bytes("縣市,縣市別代砠,鄉鎮市區,學校名稱,教學電腦數\r\n台南市,1,東區,甲國小,1,\r\n".encode("cp950"))
    counts = read_device_counts(path)
    assert (counts[0].county, counts[0].name, counts[0].n_devices, counts[0].row) == ("臺南市", "甲國小", 1, 2)


def test_faults_of_beside_tables_come_at_once(tmp_path: Path) -> None:
    path = tmp_path / "devices.csv"
    path.write_text("縣市,學校名稱,教學電腦數\n甲市,a,-1\n,b,x\n", encoding="utf-8")
    with pytest.raises(RosterError) as caught:
        read_device_counts(path)
    assert len(caught.value.faults) == 3
    path.write_text("學校代碼,地區屬性\n99,偏遠\n999001,月球\n", encoding="utf-8")
    with pytest.raises(RosterError) as caught:
        read_areas(path)
    assert len(caught.value.faults) == 2
    with pytest.raises(RosterError, match="no column"):
        read_device_counts(path)


@pytest.mark.data
def test_the_national_count(shared_data: Path) -> None:
    counts = read_device_counts(shared_data / "roster" / "edumatch_devices.csv")
    assert len(counts) == 3_524
    assert all("\ufffd" not in count.name for count in counts)
