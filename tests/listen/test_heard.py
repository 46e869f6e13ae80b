import json
from collections.abc import Iterable
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wifiplan import files
from wifiplan.catalog.listening import ListenLimits, listen_limits
from wifiplan.files.heard import heard_to_plain, rows_of
from wifiplan.probe.air import Air, ChannelAir, HeardBss, Level, ReportedLoad, frequency_of
from wifiplan.report.listening import finding_text, finding_texts, headline, tables
from wifiplan.report.texts import texts
from wifiplan.site.network import Radio
from wifiplan.study.heard import hold_against
from wifiplan.study.heard_records import Finding, FindingCode, Heard, Wanted, Wish

CODES: tuple[FindingCode, ...] = FindingCode.__args__  # type: ignore[attr-defined]


def level(dbm: float) -> Level:
    return Level(median_dbm=dbm, low_dbm=dbm, high_dbm=dbm, n=100)


def bss(bssid: str, channel: int = 36, *, band: str = "5", dbm: float | None = -55.0, width: int = 20) -> HeardBss:
    middle = {40: {36: 38, 40: 38, 44: 46, 48: 46}, 80: {36: 42, 40: 42, 44: 42, 48: 42}}.get(width, {}).get(channel)
    return HeardBss(
        bssid=bssid,
        ssid="school",
        band=band,
        channel=channel,
        width_mhz=width,
        middle=middle or channel,
        level=None if dbm is None else level(dbm),
        n_beacons=100,
        interval_ms=102.4,
        n_home_beacons=100,
        dwell_s=10.0,
        slowest_beacon_mbps=6.0,
        beacon_us=424.0,
    )


def air(*heard: HeardBss, listened: Iterable[tuple[str, int]] = (), **dwell: float) -> Air:
    places = {(b.band, b.channel) for b in heard} | set(listened)
    channels = [
        ChannelAir(
            frequency_mhz=frequency_of(band, channel), band=band, channel=channel, dwell_s=dwell.get("dwell_s", 10.0)
        )
        for band, channel in sorted(places, key=str)
    ]
    return Air(source="x", seconds=10.0, n_frames=1000, channels=tuple(channels), bss=heard)


def wanted(n: int = 1, channel: int = 36, *, width: int | None = 20, backup: int | None = None) -> Wanted:
    return Wanted(
        ap_id=f"AP{n}",
        name=f"name{n}",
        mac=f"00:a7:42:e8:4{n}:00",
        radios=(Radio(band="5", channel=channel, width_mhz=width),),
        backup_channel=backup,
        bands_known=True,
    )


def wish(*points: Wanted, **more: object) -> Wish:
    return replace(Wish(country="TW", wanted=points), **more)


def said(heard: Heard) -> list[tuple[str, str]]:
    return [(f.code, f.weight) for f in heard.findings]


OURS = "00:a7:42:e8:41:01"
FOREIGN = "0a:11:22:33:44:55"


def test_what_is_as_planned_needs_no_remark() -> None:
    heard = hold_against(air(bss(OURS)), wish(wanted()))
    assert heard.findings == ()
    assert heard.as_planned
    assert [(m.role, m.ap_id, m.rule) for m in heard.matches] == [("ours", "AP1", "near")]


def test_a_name_in_the_beacon_counts_where_somebody_gave_it() -> None:
    stranger = replace(bss(FOREIGN), ap_name="name1")
    assert hold_against(air(stranger), wish(wanted())).matches[0].rule == "name"
    unnamed = replace(wanted(), name="AP1")
    assert hold_against(air(replace(stranger, ap_name="AP1")), wish(unnamed)).matches[0].role == "foreign"


class TestSettings:
    def test_wrong_channel(self) -> None:
        heard = hold_against(air(bss(OURS, 44), listened=[("5", 36)]), wish(wanted()))
        assert said(heard) == [("wrong_channel", "fault")]
        assert (heard.findings[0].value, heard.findings[0].limit) == (44, 36)
        assert not heard.as_planned

    @pytest.mark.parametrize("number", [36, 38, 40])
    def test_a_channel_may_be_named_by_its_middle_or_a_primary(self, number: int) -> None:
        heard = hold_against(air(bss(OURS, 36, width=40), listened=[("5", 40)]), wish(wanted(channel=number, width=40)))
        assert [code for code, _ in said(heard)] == (["wrong_channel"] if number == 40 else [])

    def test_wrong_width(self) -> None:
        heard = hold_against(air(bss(OURS, width=80)), wish(wanted(width=40)))
        assert said(heard) == [("wrong_width", "fault")]
        assert (heard.findings[0].value, heard.findings[0].limit) == (80, 40)

    def test_a_width_that_nobody_planned_is_free(self) -> None:
        assert hold_against(air(bss(OURS, width=80)), wish(wanted(width=None))).findings == ()

    def test_the_backup_channel_is_no_fault(self) -> None:
        planned = wanted(channel=100, backup=36)
        heard = hold_against(air(bss(OURS, 36), listened=[("5", 100)]), wish(planned))
        assert said(heard) == [("backup_in_use", "warning")]
        assert heard.as_planned

    def test_2_4_ghz_left_on(self) -> None:
        heard = hold_against(air(bss(OURS), bss("00:a7:42:e8:41:02", 6, band="2.4")), wish(wanted()))
        assert said(heard) == [("radio_2g4_on", "fault")]

    @pytest.mark.parametrize(("channel", "codes"), [(6, []), (3, ["wrong_channel"])])
    def test_2_4_ghz_of_the_controller(self, channel: int, codes: list[str]) -> None:
        free = replace(wanted(), auto_2g4=True)
        heard = hold_against(air(bss(OURS), bss("00:a7:42:e8:41:02", channel, band="2.4")), wish(free))
        assert [f.code for f in heard.findings] == codes

    def test_a_band_that_the_plan_does_not_use(self) -> None:
        heard = hold_against(air(bss(OURS), bss("00:a7:42:e8:41:02", 37, band="6")), wish(wanted()))
        assert said(heard) == [("wrong_band", "fault")]

    def test_of_a_site_only_what_is_known_is_held_against(self) -> None:
        known = replace(wanted(), bands_known=False)
        heard = hold_against(air(bss(OURS), bss("00:a7:42:e8:41:02", 6, band="2.4")), wish(known))
        assert heard.findings == ()

    def test_names_of_one_radio_are_one_finding(self) -> None:
        names = [bss(f"00:a7:42:e8:41:0{n}", 44) for n in range(3)]
        heard = hold_against(air(*names, listened=[("5", 36)]), wish(wanted()))
        assert [(f.code, f.n) for f in heard.findings] == [("wrong_channel", 3)]


class TestAbsent:
    def test_without_a_place_it_is_a_note(self) -> None:
        heard = hold_against(air(bss(OURS), listened=[("5", 44)]), wish(wanted(), wanted(2, 44)))
        assert said(heard) == [("not_heard", "note")]

    @pytest.mark.parametrize(
        ("dbm", "found"), [(-60.0, [("not_heard", "fault")]), (-75.0, [("not_heard", "note")]), (-90.0, [])]
    )
    def test_with_a_place_it_depends_on_what_is_predicted(self, dbm: float, found: list[tuple[str, str]]) -> None:
        asked = wish(wanted(), wanted(2, 44), predicted_dbm=(("AP1", -50.0), ("AP2", dbm)))
        assert said(hold_against(air(bss(OURS), listened=[("5", 44)]), asked)) == found

    def test_where_nobody_listened_nothing_is_absent(self) -> None:
        heard = hold_against(air(bss(OURS)), wish(wanted(), wanted(2, 44)))
        assert said(heard) == [("not_listened", "note")]
        brief = hold_against(air(listened=[("5", 36)], dwell_s=0.5), wish(wanted()))
        assert said(brief) == [("not_listened", "note")]

    def test_without_addresses_there_is_nothing_to_compare(self) -> None:
        heard = hold_against(air(listened=[("5", 36)]), wish(replace(wanted(), mac=None)))
        assert said(heard) == [("no_mac", "note")]


class TestOursUnknown:
    def test_our_name_is_ours(self) -> None:
        asked = wish(replace(wanted(), mac=None), ssids=("school",))
        heard = hold_against(air(bss(FOREIGN)), asked)
        assert [m.role for m in heard.matches] == ["ours_unknown"]
        assert said(heard) == [("no_mac", "note")]

    def test_on_a_channel_of_nobody_it_is_a_fault(self) -> None:
        asked = wish(replace(wanted(), mac=None), ssids=("school",))
        heard = hold_against(air(bss(FOREIGN, 149), listened=[("5", 36)]), asked)
        assert said(heard)[0] == ("ours_elsewhere", "fault")


class TestNeighbours:
    def test_a_strong_one_on_our_channel(self) -> None:
        other = replace(bss(FOREIGN, dbm=-70.0), ssid="cafe", load=load(0.3))
        heard = hold_against(air(bss(OURS), other), wish(wanted()))
        (found,) = heard.findings
        assert (found.code, found.weight, found.value, found.limit) == ("foreign_co_channel", "warning", -70.0, -82.0)
        assert found.utilisation_share == 0.3
        assert heard.as_planned  # it is nobody's fault

    @pytest.mark.parametrize("dbm", [-83.0, None])
    def test_a_weak_one_is_none(self, dbm: float | None) -> None:
        assert hold_against(air(bss(OURS), bss(FOREIGN, dbm=dbm)), wish(wanted())).findings == ()

    def test_one_on_another_channel_is_none(self) -> None:
        assert hold_against(air(bss(OURS), bss(FOREIGN, 149)), wish(wanted())).findings == ()

    def test_a_wide_one_reaches_our_channel(self) -> None:
        heard = hold_against(air(bss(OURS), bss(FOREIGN, 48, width=80)), wish(wanted()))
        assert said(heard) == [("foreign_co_channel", "warning")]

    @pytest.mark.parametrize(("channel", "code"), [(1, "foreign_co_channel"), (3, "foreign_overlap"), (6, None)])
    def test_in_2_4_ghz_partial_overlap_is_worse(self, channel: int, code: str | None) -> None:
        own = Wanted(
            ap_id="AP1", name="a", mac="00:a7:42:e8:41:00", radios=(Radio(band="2.4", channel=1),), bands_known=True
        )
        heard = hold_against(air(bss(OURS, 1, band="2.4"), bss(FOREIGN, channel, band="2.4")), wish(own))
        assert [f.code for f in heard.findings] == ([code] if code else [])

    def test_names_of_one_neighbour_are_one_finding(self) -> None:
        names = [bss(f"10:11:22:33:44:5{n}", dbm=-60.0 - n) for n in range(4)]
        heard = hold_against(air(bss(OURS), *names), wish(wanted()))
        assert [(f.code, f.value, f.n) for f in heard.findings] == [("foreign_co_channel", -60.0, 4)]

    def test_only_channels_of_access_points_in_earshot_count(self) -> None:
        """A school uses every channel somewhere."""
        far = wanted(2, 149)
        heard = hold_against(air(bss(OURS), bss(FOREIGN, 149)), wish(wanted(), far))
        assert [f.code for f in heard.findings] == ["not_heard"]

    def test_a_load_in_doubt_is_not_told(self) -> None:
        other = replace(bss(FOREIGN), load=replace(load(0.86), doubt="frozen"))
        heard = hold_against(air(bss(OURS), other), wish(wanted()))
        assert [(f.code, f.utilisation_share) for f in heard.findings] == [
            ("foreign_co_channel", None),
            ("load_doubted", None),
        ]


def load(share: float) -> ReportedLoad:
    return ReportedLoad(n_stations=3, most_stations=3, utilisation_share=share, low_share=share, high_share=share, n=50)


class TestCosts:
    def test_many_names(self) -> None:
        names = [bss(f"00:a7:42:e8:41:0{n}") for n in range(4)]
        heard = hold_against(air(*names), wish(wanted()))
        assert [(f.code, f.value, f.limit) for f in heard.findings] == [("many_ssids", 4, 3)]

    def test_names_in_one_beacon_count_too(self) -> None:
        heard = hold_against(air(replace(bss(OURS), more_ssids=3)), wish(wanted()))
        assert [(f.code, f.value) for f in heard.findings] == [("many_ssids", 4)]

    def test_slow_beacons(self) -> None:
        heard = hold_against(air(replace(bss(OURS), slowest_beacon_mbps=1.0)), wish(wanted()))
        assert [(f.code, f.value, f.limit) for f in heard.findings] == [("slow_beacons", 1.0, 6.0)]

    @pytest.mark.parametrize(("dbm", "codes"), [(-55.0, ["beacons_lost"]), (-80.0, [])])
    def test_lost_beacons_of_a_strong_one(self, dbm: float, codes: list[str]) -> None:
        heard = hold_against(air(replace(bss(OURS, dbm=dbm), n_home_beacons=30)), wish(wanted()))
        assert [f.code for f in heard.findings] == codes

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"utilisation_share": 0.7}, "busy_channel"),
            ({"airtime_ms": 7000.0, "n_frames": 10}, "busy_channel"),
            ({"beacons_due_share": 0.2}, "many_beacons"),
            ({"n_data": 200, "n_retries": 60}, "many_retries"),
            ({"n_data": 99, "n_retries": 99}, None),
            ({"airtime_ms": 7000.0, "n_frames": 10, "dwell_s": 0.9}, None),
        ],
    )
    def test_the_channel(self, change: dict[str, float], code: str | None) -> None:
        whole = air(listened=[("5", 36)])
        whole = replace(whole, channels=(replace(whole.channels[0], **change),))  # type: ignore[arg-type]
        assert [f.code for f in hold_against(whole, Wish(country="TW")).findings] == ([code] if code else [])


def test_the_serving_access_point_should_be_the_strongest() -> None:
    asked = wish(wanted(), wanted(2, 44), serving_ap="AP1")
    weak = hold_against(air(bss(OURS, dbm=-66.0), bss("00:a7:42:e8:42:01", 44, dbm=-50.0)), asked)
    assert [(f.code, f.ap_id, f.value, f.limit) for f in weak.findings] == [("weaker_than_other", "AP2", -66.0, -50.0)]
    near = hold_against(air(bss(OURS, dbm=-54.0), bss("00:a7:42:e8:42:01", 44, dbm=-50.0)), asked)
    assert near.findings == ()


def test_faults_stand_first() -> None:
    heard = hold_against(air(bss(FOREIGN, 44), replace(bss(OURS, 44), slowest_beacon_mbps=1.0)), wish(wanted()))
    weights = [f.weight for f in heard.findings]
    assert weights == sorted(weights, key=["fault", "warning", "note"].index)
    assert weights[0] == "fault"


@pytest.mark.parametrize("lang", ["zh-TW", "en"])
@pytest.mark.parametrize("code", CODES)
def test_every_finding_has_words_in_both_languages(code: FindingCode, lang: str) -> None:
    whole = Finding(
        code=code,
        weight="note",
        ap_id="AP1",
        bssid=OURS,
        ssid="x\x1b[31m",
        band="5",
        channel=36,
        value=0.5,
        limit=0.2,
        n=2,
    )
    bare = Finding(code=code, weight="note", band="5", channel=36)
    for finding in (whole, bare, replace(bare, ap_id="AP1"), replace(whole, utilisation_share=0.4, limit=None)):
        text = finding_text(finding, lang, {"AP1": "教室"})
        assert text
        assert "{" not in text
        assert "\x1b" not in text
    assert f"listen.finding.{code}" in texts(lang)


@pytest.mark.parametrize("lang", ["zh-TW", "en"])
def test_the_answer_has_words(lang: str) -> None:
    heard = hold_against(
        replace(air(bss(OURS, 44), bss(FOREIGN, 44), listened=[("5", 36)]), notes=("no_signal",), n_dropped=7),
        wish(wanted()),
    )
    lines = headline(heard, lang)
    assert any("7" in line for line in lines)
    assert len(finding_texts(heard, "fault", lang)) == 1
    for table in tables(heard, lang):
        assert table.rows
        assert all(len(row) == len(table.heads) for row in table.rows)


def test_what_was_not_looked_at_is_one_sentence() -> None:
    points = [wanted(n, channel) for n, channel in enumerate((36, 40, 44, 48, 52, 56, 60, 64, 149), start=1)]
    heard = hold_against(air(listened=[("5", 36), ("5", 40)]), wish(*points))
    lines = finding_texts(heard, "note", "en")
    assert [line.split(": ")[0].count("GHz") for line in lines] == [2, 7]
    assert [f.code for f in heard.findings] == ["not_heard"] * 2 + ["not_listened"] * 7
    far = [replace(wanted(1, 36), ap_id=f"X{n}") for n in range(30)]
    (line,) = finding_texts(hold_against(air(listened=[("5", 36)]), wish(*far)), "note", "zh-TW")
    assert "另 18 項" in line


def test_every_limit_is_a_row_with_its_source() -> None:
    assert {f.name for f in fields(ListenLimits)} == set(ListenLimits.__slots__)  # type: ignore[attr-defined]
    assert listen_limits().heard_dbm == -82.0


ANY_BSS = st.builds(
    HeardBss,
    bssid=st.integers(0, 2**48 - 1).map(lambda n: n.to_bytes(6, "big").hex(":")),
    ssid=st.text(max_size=32),
    ap_name=st.sampled_from(["", "name1"]),
    band=st.sampled_from([None, "2.4", "5", "6"]),
    channel=st.one_of(st.none(), st.integers(0, 255)),
    width_mhz=st.sampled_from([None, 20, 40, 80, 160, 320]),
    middle=st.one_of(st.none(), st.integers(0, 255)),
    level=st.one_of(st.none(), st.integers(-128, 127).map(lambda n: level(float(n)))),
    n_beacons=st.integers(0, 10**9),
    n_home_beacons=st.integers(0, 10**9),
    dwell_s=st.floats(0, 1e9),
    interval_ms=st.one_of(st.none(), st.floats(0, 67108)),
    slowest_beacon_mbps=st.one_of(st.none(), st.floats(0, 1000)),
    beacon_us=st.one_of(st.none(), st.floats(0, 1e6)),
    more_ssids=st.integers(0, 255),
    load=st.one_of(st.none(), st.floats(0, 1).map(load)),
)


@given(st.lists(ANY_BSS, max_size=8, unique_by=lambda b: b.bssid), st.sampled_from(["TW", "US", "DE", "JP"]))
@settings(max_examples=200, deadline=None)
def test_whatever_was_heard_there_is_an_answer(found: list[HeardBss], country: str) -> None:
    channels = [
        ChannelAir(frequency_mhz=f, band=b.band, channel=b.channel, dwell_s=b.dwell_s, n_data=5, n_retries=3)
        for b in found
        if (f := frequency_of(b.band, b.channel)) is not None
    ]
    whole = Air(source="x", seconds=1.0, n_frames=1, channels=tuple(channels), bss=tuple(found))
    points = (wanted(1), wanted(2, 106, width=80), wanted(3, 222), replace(wanted(4), mac=None))
    heard = hold_against(whole, replace(wish(*points, ssids=("school",)), country=country))
    assert len(heard.matches) == len(found)
    for lang in ("zh-TW", "en"):
        for table in tables(heard, lang):
            assert all(len(row) == len(table.heads) for row in table.rows)
        assert headline(heard, lang)
        assert all(finding_texts(heard, weight, lang) is not None for weight in ("fault", "warning", "note"))
    assert json.loads(files.json_text(heard_to_plain(heard)))["n_frames"] == 1
    assert len(rows_of(heard)) == len(found)


def test_nobody_is_called_a_neighbour_where_no_address_and_no_name_of_ours_is_known() -> None:
    heard = air(bss("3c:00:00:00:00:01"))
    unknown = replace(wanted(), mac=None)
    assert not any(f.code == "foreign_co_channel" for f in hold_against(heard, wish(unknown)).findings)
    for known in (wish(unknown, ssids=("ours",)), wish(unknown, wanted(2))):
        assert any(f.code == "foreign_co_channel" for f in hold_against(heard, known).findings)
