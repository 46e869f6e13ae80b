import pytest

from wifiplan.errors import SettingsError
from wifiplan.scheme.options import EntitlementOptions, describe


def test_a_changed_option_is_marked_and_keeps_its_default() -> None:
    rows = {row.name: row for row in describe(EntitlementOptions(remote_carts="pooled"), "en")}
    assert rows["remote_carts"].value == "pooled"
    assert rows["remote_carts"].default == "per_class"
    assert rows["remote_carts"].changed
    assert not rows["cart_slots"].changed


@pytest.mark.parametrize(
    "wrong", [lambda: EntitlementOptions(classes_per_set=0), lambda: EntitlementOptions(device_price_ntd=-1)]
)
def test_numbers_out_of_range_are_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(SettingsError, match="out of range"):
        wrong()
