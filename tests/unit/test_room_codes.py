import pytest
from hypothesis import given
from hypothesis import strategies as st

from wifiplan.catalog.room_codes import room_code
from wifiplan.radio.beacons import beacon_share


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("三年二班", "32"),
        ("１０１教室", "101-RM"),
        ("六年孝班", "6B"),
        ("電腦教室(一)", "PC1"),
        ("Café №3", "CAFE-NO3"),
        ("忠孝樓", "AB"),
        ("", ""),
        ("𠮷龘", ""),
    ],
)
def test_names_become_codes(name: str, code: str) -> None:
    assert room_code(name) == code


@given(st.text(max_size=60))
def test_a_code_holds_what_controllers_take(name: str) -> None:
    code = room_code(name)
    assert all(c.isascii() and (c.isalnum() or c == "-") for c in code)
    assert not code.startswith("-")
    assert not code.endswith("-")
    assert "--" not in code


def test_beacons_add_up_and_never_pass_the_whole_air() -> None:
    assert beacon_share("11ax", 0) == 0.0
    assert beacon_share("11ax", 4, n_aps=3) == pytest.approx(12 * beacon_share("11ax", 1))
    assert beacon_share("11ac", 100, n_aps=100) == 1.0
