import dataclasses
from pathlib import Path

import pytest

from wifiplan.catalog.class_test import class_limits
from wifiplan.errors import SettingsError
from wifiplan.files.settings import (
    SettingsFile,
    parse_settings,
    read_settings,
    settings_from_mapping,
    settings_to_mapping,
)
from wifiplan.radio.loss import LAWS, Law
from wifiplan.study.settings import Settings


def faults(text: str) -> str:
    return "\n".join(str(fault) for fault in parse_settings(text)[1])


def test_empty_file_is_all_defaults(tmp_path: Path) -> None:
    target = tmp_path / "settings.toml"
    target.write_text("", encoding="utf-8")
    assert read_settings(target) == SettingsFile()


def test_options_arrive_in_their_records() -> None:
    loaded, found = parse_settings(
        'n_aps = 24\nlaw = "cost231_multi_wall"\n[demand]\nmbps_per_device = 4\nclassroom_profile = "e_testing"\n'
        '[radio]\nband = "2.4"\n[design]\nwidth_mhz = 20\neirp_dbm = [11, 14]\n[scheme]\ncart_slots = 40\n'
    )
    assert found == ()
    assert loaded.study.n_aps == 24
    assert loaded.study.law == LAWS["cost231_multi_wall"]
    assert loaded.study.demand.mbps_per_device == 4.0
    assert loaded.study.radio.band == "2.4"
    assert loaded.study.design.eirp_dbm == (11.0, 14.0)
    assert loaded.scheme.cart_slots == 40


def test_law_section_takes_parameters() -> None:
    loaded, found = parse_settings('[law]\nname = "p2040_multi_wall"\nwall_scale = 0.8\n')
    assert found == ()
    assert dataclasses.asdict(loaded.study.law)["wall_scale"] == 0.8  # type: ignore[call-overload]


def test_law_section_takes_parts() -> None:
    loaded, found = parse_settings('[law]\ndistance = "p1238_office"\nwalls = "p2040"\nfloors = "cost231"\n')
    assert found == ()
    assert loaded.study.law == Law(distance="p1238_office", floors="cost231")
    assert parse_settings('[law]\nname = "inh"\nwalls = "cost231"\n')[0].study.law == Law(
        distance="inh", walls="cost231"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[law]\nfloors = "cost"', '"cost" is not one of none, p2040, cost231'),
        ("n_aps = -1", "n_aps: should be a whole number from 0 up"),
        ("n_aps = true", "n_aps: should be a whole number"),
        ("n_ap = 1", 'did you mean "n_aps"?'),
        ("[demnd]", 'did you mean "demand"?'),
        ("demand = 3", "should be a section [demand]"),
        ("[demand]\nmargin = 3", 'did you mean "margin_db"?'),
        ('[demand]\nclassroom_profile = "vidio"', 'did you mean "video"?'),
        ("[demand]\nmbps_per_device = 0", "0 is not between 0.001 and 1000"),
        ("[demand]\nmbps_per_device = nan", "finite number"),
        ("[demand]\nmin_seats_share = 95.0", "[demand] min_seats_share: 95 is not between 0.01 and 1"),
        ("[design]\neirp_dbm = [500.0]", "[design] eirp_dbm: 500 is not between"),
        ("[design]\ncandidate_spacing_m = 0.01", "[design] candidate_spacing_m: 0.01 is not between 1 and 50"),
        ("[demand]\ndefault_class_size = 2024-01-01", "[demand] default_class_size"),
        ('[radio]\nband = "5G"', '[radio] band: "5G" is not one of 2.4, 5, 6'),
        ('[radio]\ndevice = "tablet-11ac"', 'the catalogue has no "tablet-11ac"'),
        ('[design]\nap_model = "ax-2x3"', 'did you mean "ax-2x2"?'),
        ("[design]\nwidth_mhz = 30", "30 MHz is no channel width"),
        ("[design]\neirp_dbm = []", "names no power"),
        ('law = "itu"', 'unknown law "itu"'),
        ("[law]\nwall_scale = 1", '"name" is missing'),
        ('[law]\nname = "p2040_multi_wall"\nwall_scale = -1', "must not be negative"),
        ("[scheme]\nclasses_per_set = 0", "out of range: classes_per_set"),
        ("[scheme]\nstaff_rounding = 'up'", "[scheme] staff_rounding"),
        ('[network]\nname_template = "{code}-{rom}-{n}"', "[network] name_template: there is no field {rom}"),
        ('[network]\nname_template = "{code}-{n"', "the braces do not match"),
        ('[network]\nname_template = "{code.__class__}-{n}"', "there is no field {code.__class__}"),
        ('[network]\nname_template = "{room:>9}-{n}"', "can't be padded"),
        ('[network]\nname_template = "{code}-{room}"', "two access points could get one name"),
        ('[network]\nlabel_sheet = "3x8-70x38"', 'did you mean "3x8-70x37"?'),
        ("[network]\nname_max = 4", "[network] name_max: 4 is not between 8 and 64"),
        ("[network]\nfirst_port = -1", "[network] first_port: -1 is not between"),
        ("[network]\ncards_per_page = 3", "[network] cards_per_page"),
        ("[network]\nmanagement_vlan = 5000", "[network] management_vlan: VLAN 5000"),
        ('[network]\nssids = [{name = "a", vlan = 0}]', "[network] ssids a: VLAN 0 is not between"),
        ('[network]\nssids = [{name = "a"}, {name = "a"}]', '"a" is given twice'),
        ('[network]\nssids = [{name = "校園無線網路學習載具專用"}]', "is no SSID of 1 to 32 bytes"),
        ('[network]\nssids = [{nam = "a"}]', "[network] ssids[0]"),
        ("[design\n", "not valid TOML"),
        (
            '[class_test]\nstream = "vidio"',
            '[class_test] stream: the catalogue has no "vidio" -> did you mean "video"?',
        ),
        ("[class_test]\nrate_mbps = 900", "[class_test] rate_mbps: 900 is not between 0.01 and 25"),
        ("[class_test]\nramp = [0.5, 0.25, 1.0]", "[class_test] ramp: should rise"),
        ("[class_test]\nramp = [0.25, 0.5]", "end with the whole class"),
        ("[class_test]\nramp = []", "[class_test] ramp"),
        ("[class_test]\nfull_s = 1e6", "[class_test] full_s: 1e+06 is not between 2 and 300"),
        ("[class_test]\nsettle_s = 30", "[class_test] settle_s: leaves nothing of the 30 s of step_s"),
        ("[class_test]\npacket_bytes = 9000", "[class_test] packet_bytes: 9000 is not between 64 and 1472"),
        ("[class_test]\nstep = 30", 'did you mean "step_s"?'),
        ("[class_test]\nlimits = 3", "[class_test] limits"),
        ("[class_test.limits]\nmax_los_share = 0.1", 'did you mean "max_loss_share"?'),
        ("[class_test.limits]\nmax_loss_share = 1.5", "[class_test.limits] max_loss_share: 1.5 is not between 0 and 1"),
        ("[class_test.limits]\nmax_loss_share = nan", "finite number"),
        ("[class_test.limits]\nconfidence_share = 1.0", "1 is not above 0.5 and below 1"),
        ("[class_test.limits]\nrebuffering_pass_share = 0.5", "passes what rebuffering_fail_share fails"),
        ("[class_test.limits]\nloss_window_s = 0", "loss_window_s: 0 is not between 0.01"),
    ],
)
def test_each_fault_is_named(text: str, expected: str) -> None:
    assert expected in faults(text)


def test_all_faults_come_in_one_message(tmp_path: Path) -> None:
    target = tmp_path / "settings.toml"
    target.write_text("n_aps = -1\n[design]\nwidth_mhz = 30\n[scheme]\nfoo = 1\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read_settings(target)
    assert len(caught.value.faults) == 3
    assert str(target) in str(caught.value)


def test_a_wrong_type_does_not_hide_wrong_values_beside_it() -> None:
    found = faults('[radio]\nband = "7"\ndevice = "ipod"\nseat_spacing_m = 0\n')
    assert '"7" is not one of' in found
    assert 'the catalogue has no "ipod"' in found
    assert "seat_spacing_m: 0 is not between" in found


def test_example_shows_every_option_with_its_default(repo_root: Path) -> None:
    target = repo_root / "floorplans" / "settings-example.toml"
    text = target.read_text(encoding="utf-8")
    loaded = read_settings(target)
    assert loaded == SettingsFile()
    study = loaded.study
    lines = [line.removeprefix("# ") for line in text.splitlines()]
    test = loaded.class_test
    sections = (
        study.demand,
        study.radio,
        study.design,
        study.law,
        study.purchase,
        study.prices,
        loaded.scheme,
        loaded.network,
        test,
        test.limits,
    )
    for record in sections:
        for field in dataclasses.fields(record):  # type: ignore[arg-type]
            shown = (f"{field.name} = ", f"[class_test.{field.name}]")
            assert any(line.startswith(shown) for line in lines), field.name


def test_mapping_round_trip_for_every_law() -> None:
    for law in LAWS.values():
        settings = Settings(n_aps=3, law=law)
        assert settings_from_mapping(settings_to_mapping(settings)) == (settings, ())


def test_limits_that_are_not_named_keep_their_sourced_values() -> None:
    loaded, found = parse_settings("[class_test]\nrate_mbps = 4\n[class_test.limits]\nmax_loss_share = 0.02\n")
    assert found == ()
    assert loaded.class_test.rate_mbps == 4.0
    assert loaded.class_test.limits == dataclasses.replace(class_limits(), max_loss_share=0.02)
