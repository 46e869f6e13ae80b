"""Cases and ranges of a study: what they change, and every fault at once."""

import tomllib
from pathlib import Path

import pytest

from wifiplan.errors import SettingsError
from wifiplan.files.assumptions import paired, parse_assumptions, read_assumptions
from wifiplan.files.cases import CountyOptions, parse_cases, read_cases
from wifiplan.radio.loss import Law
from wifiplan.site.archetype import ArchetypeOptions
from wifiplan.study import Settings
from wifiplan.study.cases import Case

EXAMPLE = Path(__file__).parents[2] / "floorplans" / "study-cases.toml"
BASE = Case(name="base", label="現行", settings=Settings(), archetype=ArchetypeOptions())


def parsed(text: str, county: CountyOptions | None = None) -> tuple[tuple[Case, ...], list[str]]:
    cases, faults = parse_cases(tomllib.loads(text), BASE, county or CountyOptions())
    return cases, [str(fault) for fault in faults]


def test_a_case_changes_what_it_names_and_nothing_else() -> None:
    cases, faults = parsed(
        """
        [[case]]
        name = "walls"
        [case.law]
        wall_scale = 0.5
        [case.demand]
        mbps_per_device = 1.0
        [case.archetype]
        facade = {corridor_m = 3.0}
        [case.county]
        aps = 40
        ap_price_ntd = 9000
        """
    )
    assert not faults
    (case,) = cases
    law = case.settings.law
    assert isinstance(law, Law)
    assert (law.wall_scale, law.max_wall_db) == (0.5, 15.0)
    assert case.settings.demand.mbps_per_device == 1.0
    assert case.settings.design == Settings().design
    assert case.archetype.facade.corridor_m == 3.0
    assert case.archetype.facade.depth_m == ArchetypeOptions().facade.depth_m
    assert (case.n_aps, case.ap_price_ntd) == (40, 9000)
    assert ("law.wall_scale", "0.5") in case.changes


def test_every_fault_of_every_case_is_told_at_once() -> None:
    _, faults = parsed(
        """
        odd = 1
        [[case]]
        name = "a"
        n_aps = 3
        [case.demand]
        mbps_per_devic = 3
        [case.design]
        width_mhz = 30
        [[case]]
        name = "a"
        [case.scheme]
        x = 1
        [case.archetype]
        module_m = 0
        partition = "brck"
        [case.county]
        ap_budget_ntd = 5
        [[case]]
        label = "nameless"
        """
    )
    text = "\n".join(faults)
    for part in (
        'unknown key "odd"',
        "[case.county] aps",
        'did you mean "mbps_per_device"?',
        "30 MHz is no channel width",
        "name of an earlier case",
        "moves nothing",
        "module_m: 0 is not",
        'did you mean "brick"?',
        "money without a price",
        "the case has no name",
    ):
        assert part in text, part


@pytest.mark.parametrize(
    "text", ["", "case = 3", "case = [1]", '[[case]]\nname = "a\\nb"', '[[case]]\nname="x"\ndemand=3']
)
def test_what_is_no_case_is_told(text: str) -> None:
    assert parsed(text)[1]


def test_a_budget_with_a_price_gives_a_number() -> None:
    county = CountyOptions(ap_price_ntd=10_000)
    cases, faults = parsed('[[case]]\nname = "a"\n[case.county]\nap_budget_ntd = 99_999', county)
    assert not faults
    assert cases[0].n_aps == 9


def test_the_example_is_sound_in_both_languages() -> None:
    assert len(read_cases(EXAMPLE, BASE, CountyOptions())) == 6
    assert read_cases(EXAMPLE, BASE, CountyOptions(), "en")[1].label == "4 Mbps a device"


@pytest.mark.parametrize("lang", ["zh-TW", "en"])
def test_the_shipped_ranges_are_sound_sourced_and_not_the_base(lang: str) -> None:
    found = read_assumptions(None, BASE, CountyOptions(), lang=lang)
    assert len(found) >= 15
    for assumption in found:
        assert assumption.source
        assert assumption.base_text not in {"", "-"}
        ends = [(e.settings, e.archetype) for e in (assumption.low, assumption.high)]
        assert ends[0] != ends[1]
        assert any(end != (BASE.settings, BASE.archetype) for end in ends)


def test_faults_of_ranges_are_told_with_their_place() -> None:
    data = tomllib.loads(
        """
        [[assumption]]
        name = "rate"
        option = "demand.mbps_per_devise"
        source = "x"
        low = {demand = {mbps_per_device = -1}}
        high = {demand = {mbps = 1}}
        [[assumption]]
        name = "two"
        high = 3
        """
    )
    _, faults = parse_assumptions(data, BASE, CountyOptions(), "zh-TW")
    text = "\n".join(map(str, faults))
    for part in ('no option "demand.mbps_per_devise"', "-1 is not between", 'unknown key "mbps"', "source: is missing"):
        assert part in text, part


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(SettingsError) as told:
        read_assumptions(None, BASE, CountyOptions(), only=["wal_scale"])
    assert "did you mean" in told.value.text("en")


def test_a_pair_changes_what_both_change() -> None:
    by_name = {a.name: a for a in read_assumptions(None, BASE, CountyOptions())}
    both = paired(by_name["wall_scale"].high, by_name["link_budget"].high, BASE, CountyOptions())
    assert isinstance(both.settings.law, Law)
    assert (both.settings.law.wall_scale, both.settings.law.offset_db) == (2.0, 6.0)
