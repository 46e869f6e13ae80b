"""Model classes: products in all spellings, generations in words, and what is not known."""

import pytest

from wifiplan.catalog.brands import brand_verdict
from wifiplan.catalog.radios import ap_models, model_class
from wifiplan.catalog.table import rows


@pytest.mark.parametrize(
    ("text", "name", "product"),
    [
        ("HPE Aruba Networking AP-505 (RW) Unified AP", "ax-2x2", "Aruba AP-505"),
        ("505", "ax-2x2", "Aruba AP-505"),
        ("IAP-315-RW", "ac-4x4", "Aruba AP-315"),
        ("AIR-CAP2702E-E-K9", "ac-3x3", "Cisco CAP2702"),
        ("C9120AXI-T", "ax-4x4", "Cisco C9120"),
        ("MR36-HW", "ax-2x2", "Cisco Meraki MR36"),
        ("Ruckus R510", "ac-2x2", "Ruckus R510"),
        ("U7PG2", "ac-3x3", "Ubiquiti UAP-AC-PRO"),
        ("U7 Pro Max", "be-4x4", "Ubiquiti U7-Pro-Max"),
        ("U6+", "ax-2x2", "Ubiquiti U6+"),
        ("FP221E", "ac-2x2", "Fortinet FAP-221E"),
        ("ＥＤＩＭＡＸ　ＣＡＰ１３００", "ac-2x2", "EDIMAX CAP1300"),
        ("NWA1123-AC PRO", "ac-3x3", "Zyxel NWA1123-AC PRO"),
        ("EAP225(TW) Ver3", "ac-2x2", "TP-Link EAP225"),
        ("AirEngine5761-11", "ax-2x2", "Huawei AirEngine5761-11"),
        ("AP305C-WR", "ax-2x2", "Extreme AP305C"),
        ("AP-305", "ac-3x3", "Aruba AP-305"),
    ],
)
def test_products_are_known_in_every_usual_spelling(text: str, name: str, product: str) -> None:
    found = model_class(text)
    assert found is not None
    assert (found.name, found.product, found.by) == (name, product, "product")
    assert found.source


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Wi-Fi 6", "ax-2x2"),
        ("WiFi6E", "axe-2x2"),
        ("802.11be", "be-2x2"),
        ("802.11a/b/g/n/ac", "ac-2x2"),
        ("802.11 a/b/g/n", "n-2x2"),
        ("802.11b/g/n", "n-2x2-2g4"),
        ("某牌 AC1750", "ac-3x3"),
        ("802.11ax 4x4:4", "ax-4x4"),
        ("802.11n 4x4", "n-3x3"),
        ("AX6000", "ax-4x4"),
    ],
)
def test_a_generation_is_its_smallest_class_unless_streams_are_told(text: str, name: str) -> None:
    found = model_class(text)
    assert found is not None
    assert (found.name, found.by, found.product) == (name, "generation", None)


def test_a_class_is_itself_and_the_unknown_is_none() -> None:
    assert model_class("ax-2x2") is not None
    assert [model_class(text) for text in ("", "AP", "無線基地臺", "EAP99999X", "某牌 X1")] == [None] * 5


def test_a_product_of_two_makers_needs_its_brand() -> None:
    assert model_class("AP12") is None  # Juniper Mist's is Wi-Fi 6, Aruba Instant On's Wi-Fi 5
    found = [model_class(text) for text in ("Mist AP12", "Aruba Instant On AP12")]
    assert [one.name for one in found if one] == ["ax-2x2", "ac-3x3"]


def test_a_longer_number_is_another_product() -> None:
    assert model_class("EAP2250") is None
    found = model_class("AP-505H")
    assert found is not None
    assert found.product == "Aruba AP-505H"


def test_every_product_has_a_class_a_source_and_finds_itself() -> None:
    for row in rows("ap_products"):
        found = model_class(f"{row.text('brand')} {row.words('keys')[0].strip('*')}")
        assert found is not None, row.cells
        assert found.name == row.text("class"), row.cells
        assert found.name in ap_models()


def test_forbidden_brands_keep_their_name() -> None:
    found = model_class("EAP660 HD")
    assert found is not None
    assert found.brand is not None
    assert brand_verdict(found.brand).status == "prohibited"
