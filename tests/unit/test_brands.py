import pytest

from wifiplan.catalog.brands import RULE_ZH, brand_verdict


@pytest.mark.parametrize(
    "brand",
    [
        "TP-Link",
        "tp-link EAP660 HD",
        "TPLINK",
        "ＴＰ－Ｌｉｎｋ",
        "華為",
        "HUAWEI",
        "華為技術 AP",
        "小米",
        "realme",
        "Tenda",
    ],
)
def test_brands_of_the_notices_are_prohibited_with_the_rule_quoted(brand: str) -> None:
    verdict = brand_verdict(brand)
    assert verdict.status == "prohibited"
    assert verdict.rule == RULE_ZH


@pytest.mark.parametrize("brand", ["H3C", "Ruijie", "reyee RG-RAP2260", "Mercury", "FAST", "Cudy", "comfast", "聯想"])
def test_brands_that_only_we_list_need_a_person(brand: str) -> None:
    assert brand_verdict(brand).status == "undecided"


@pytest.mark.parametrize("brand", ["Aruba", "Cisco Meraki", "Fastweb", "Extenda", "", "D-Link", "中華電信"])
def test_other_brands_are_not_listed_which_is_no_permission(brand: str) -> None:
    verdict = brand_verdict(brand)
    assert verdict.status == "not_listed"
    assert verdict.rule is None
