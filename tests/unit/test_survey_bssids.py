import pytest

from wifiplan.survey.bssids import Owner, number, owner_of

MACS = {"A": "d8:c7:c8:cc:43:24", "B": "d8:c7:c8:cc:43:40", "C": "80:2a:a8:17:74:b5", "D": "00:18:0a:31:0a:5e"}


@pytest.mark.parametrize(
    ("bssid", "owner"),
    [
        ("d8:c7:c8:cc:43:24", Owner(ap_id="A", rule="near")),
        ("d8:c7:c8:cc:43:33", Owner(ap_id="A", rule="near")),  # 15 further on
        ("d8:c7:c8:cc:43:34", None),  # 16 further on
        ("d8:c7:c8:cc:43:4f", Owner(ap_id="B", rule="near")),
        ("d8:c7:c8:cc:43:20", Owner(ap_id="A", rule="block")),  # counted down in its sixteen
        ("d8:c7:c8:44:32:40", Owner(ap_id="A", rule="shifted")),  # Aruba's own example: cc:43:24 -> 44:32:4x
        ("d8:c7:c8:44:32:4f", Owner(ap_id="A", rule="shifted")),
        ("d8:c7:c8:44:34:00", Owner(ap_id="B", rule="shifted")),
        ("82:2a:a8:17:74:b5", Owner(ap_id="C", rule="near")),  # UniFi's further names
        ("92:2a:a8:17:74:b5", Owner(ap_id="C", rule="near")),
        ("a2:2a:a8:17:74:b6", Owner(ap_id="C", rule="near")),
        ("84:2a:a8:17:74:b5", None),  # another maker: the local bit is not set
        ("00:18:1a:31:0a:5e", Owner(ap_id="D", rule="third")),  # Meraki's 5 GHz
        ("06:18:1a:31:0a:5e", Owner(ap_id="D", rule="third")),
        ("00:18:1a:31:0a:5f", None),
        ("02:aa:bb:cc:dd:ee", None),
        ("not an address", None),
        ("ff:ff:ff:ff:ff:ff", None),
    ],
)
def test_a_bssid_has_its_owner(bssid: str, owner: Owner | None) -> None:
    assert owner_of(bssid, MACS) == owner


def test_of_neighbouring_labels_the_nearest_below_owns() -> None:
    macs = {f"AP{n}": f"00:a7:42:e8:40:{0x10 + 4 * n:02x}" for n in range(4)}
    owners = [owner_of(f"00:a7:42:e8:40:{0x10 + n:02x}", macs) for n in range(16)]
    assert [o.ap_id for o in owners if o] == [f"AP{n // 4}" for n in range(16)]


def test_what_fits_two_equally_is_given_to_none() -> None:
    macs = {"A": "00:18:0a:31:0a:5e", "B": "00:18:2a:31:0a:5e"}
    assert owner_of("00:18:1a:31:0a:5e", macs) == Owner(ap_id=None, rule="third")
    assert owner_of("00:18:0a:31:0a:5e", {**macs, "C": "00:18:0a:31:0a:5e"}) == Owner(ap_id=None, rule="near")


def test_a_name_in_the_beacon_goes_before_addresses() -> None:
    names = {"A": "E1-2F-201-1", "B": "E1-2F-202-1"}
    assert owner_of("02:00:00:00:00:01", MACS, ap_name="E1-2F-202-1", names=names) == Owner(ap_id="B", rule="name")
    assert owner_of("d8:c7:c8:cc:43:24", MACS, ap_name="other", names=names) == Owner(ap_id="A", rule="near")
    assert owner_of("02:00:00:00:00:01", {}, ap_name="", names={"A": ""}) is None


@pytest.mark.parametrize("text", ["", "00:00:00:00:00:00", "01:00:5e:00:00:01", "12345", "00:11:22:33:44:gg"])
def test_what_is_no_device_s_address_has_no_number(text: str) -> None:
    assert number(text) is None
