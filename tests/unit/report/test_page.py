"""What report.html and the county page are made of: the report's own figures, and nothing that runs."""

import base64
import hashlib
import io
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from fontTools.ttLib import TTFont

from page_samples import county_plan
from wifiplan.report.page import fonts
from wifiplan.report.page.assemble import BASE_SCRIPTS, assemble, embedded_json, static_text
from wifiplan.report.page.county_page import county_html, county_view, report_of, standing_of
from wifiplan.report.page.html import html_text
from wifiplan.report.page.maps import floor_maps
from wifiplan.report.page.view import view_of
from wifiplan.report.page.words import page_words
from wifiplan.report.summary import summarise
from wifiplan.report.texts import LANGS, texts
from wifiplan.site.network import AccessPoint
from wifiplan.study.records import Plan

EVIL = "</script><img src=x onerror=alert(1)>&\u2028<!--"


def data_of(document: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="wp-data">(.*?)</script>', document, re.DOTALL)
    assert found is not None
    data: dict[str, object] = json.loads(found[1])
    return data


def test_whatever_a_text_holds_stays_inside_its_element() -> None:
    document = assemble(title=EVIL, lang="en", styles=[], scripts=["1;"], data={"name": EVIL})
    assert document.count("<script") == 2
    assert "<img" not in document
    assert "<!--" not in document
    assert "\u2028" not in embedded_json(EVIL)
    assert data_of(document) == {"name": EVIL}


def test_numbers_that_no_browser_reads_are_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        embedded_json({"dbm": float("-inf")})


def test_the_policy_names_every_script_and_style_and_nothing_else(plan: Plan) -> None:
    document = html_text(plan)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', document)
    assert policy is not None
    said = set(re.findall(r"sha256-[\w+/=]+", policy[1]))
    codes = re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", document, re.DOTALL)
    assert said == {"sha256-" + base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() for code in codes}
    assert len(codes) >= len(BASE_SCRIPTS) + 4
    assert "default-src &#x27;none&#x27;" in policy[1]
    assert "connect-src &#x27;none&#x27;" in policy[1]
    assert "unsafe" not in policy[1]
    served = assemble(title="x", lang="en", styles=["a{}"], scripts=["1"], data={}, csp_nonce="n0nce")
    assert served.count('nonce="n0nce"') == 2
    assert "connect-src &#x27;self&#x27;" in served


@pytest.mark.parametrize("name", [*BASE_SCRIPTS, "report.js", "county.js"])
def test_scripts_never_read_data_as_markup(name: str) -> None:
    code = static_text(name)
    assert code.startswith('"use strict";')
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "http://1"):
        assert word not in code, word
    assert "</" not in code  # it would end its element, or a string that a template made
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", code)


@pytest.mark.parametrize("lang", LANGS)
def test_every_word_that_scripts_ask_for_is_there(lang: str) -> None:
    codes = "".join(static_text(name) for name in [*BASE_SCRIPTS, "report.js", "county.js"])
    asked = set(re.findall(r'wp\.t\("([\w.]+)"', codes)) | set(re.findall(r'"(page\.[\w.]+)"', codes))
    assert len(asked) > 60
    assert asked <= page_words(lang).keys()


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_says_what_the_report_says(plan: Plan, lang: str) -> None:
    view, summary = view_of(plan, lang), summarise(plan, lang)
    rooms = {room["room_id"]: room for room in view["rooms"]}
    assert len(rooms) == len(plan.rooms)
    for room in plan.rooms:
        told = rooms[room.room_id]
        assert (told["verdict"], told["serving_ap"]) == (room.verdict, room.serving_ap)
        assert told["received_dbm"] == (None if room.received_dbm is None else pytest.approx(room.received_dbm))
    reasons = {m.room_id: (m.reason, m.change) for m in summary.missing}
    assert len(reasons) == 2
    for room_id, (reason, change) in reasons.items():
        assert rooms[room_id]["reason"].replace("−", "-") == reason
        assert rooms[room_id]["remedy"].replace("−", "-") == change
    assert [ap["id"] for ap in view["access_points"]] == [p.access_point.id for p in plan.access_points]
    assert "".join(view["headline"]).replace("−", "-").replace(" ", "") == summary.headline.replace(" ", "")
    assert view["thresholds"]["received_dbm"] == -58.7
    embedded_json(view)


def test_the_same_plan_gives_the_same_bytes(plan: Plan) -> None:
    first = html_text(plan, fields=floor_maps(plan))
    fonts.words_font.cache_clear()
    assert html_text(plan, fields=floor_maps(plan)) == first
    assert len(first) < 1_000_000


@pytest.mark.parametrize("lang", LANGS)
def test_materials_and_next_steps_follow(plan: Plan, lang: str) -> None:
    data = data_of(html_text(plan, lang))
    said = {section["title"]: section for section in data["sections"]}
    words = texts(lang)
    bill = [row for row in said[words["head.bill"]]["rows"] if "412" in row]
    assert len(bill) == 1
    steps = [row[1] for row in said[words["head.actors"]]["rows"]]
    assert words["act.school.test"] in steps


def test_hardware_addresses_stay_in_the_school(plan: Plan) -> None:
    old = AccessPoint(id="old", mac="02:00:00:aa:bb:cc", serial="S3R1AL")
    document = html_text(replace(plan, site=replace(plan.site, access_points=(old,))))
    assert data_of(document)["view"]["site"]["access_points"] == [{"id": "old"}]
    assert "02:00:00" not in document
    assert "S3R1AL" not in document


def test_maps_name_access_points_as_the_plan_counts_them(plan: Plan) -> None:
    gone = replace(plan.access_points[0], action="removed")
    later = replace(plan, access_points=(gone, *plan.access_points[1:]))
    found = floor_maps(later)[0]
    strongest = np.frombuffer(base64.b64decode(found["bands"]["5"]["strongest"]), dtype=np.uint8)
    assert set(np.unique(strongest)) - {0} <= set(range(2, len(plan.access_points) + 1))
    assert len(strongest) == found["n_x"] * found["n_y"]
    assert floor_maps(replace(plan, access_points=())) == {}


def test_small_floors_have_fine_maps_and_huge_ones_coarse(plan: Plan) -> None:
    first, *_ = plan.site.floors
    assert floor_maps(plan)[0]["cell_m"] == 0.3  # 63 m by 10 m

    def sized(edge_m: float) -> float:
        hall = replace(first.rooms[-1], polygon=((0, 0), (edge_m, 0), (edge_m, edge_m), (0, edge_m)))
        site = replace(plan.site, floors=(replace(first, rooms=(hall,), walls=()),))
        here = tuple(p for p in plan.access_points if p.access_point.floor == 0)
        found: float = floor_maps(replace(plan, site=site, access_points=here))[0]["cell_m"]
        return found

    assert sized(10.0) == 0.25
    assert sized(100.0) == 0.75
    assert sized(400.0) == 2.0


def test_a_font_holds_what_is_asked_and_only_that() -> None:
    text = fonts.covered("校園Wi-Fi坂舘喆瑠\U0001f600")
    assert "\U0001f600" not in text
    made = fonts.woff(text)
    assert made == fonts.woff("".join(reversed(text)))
    font = TTFont(io.BytesIO(made))
    assert set(font.getBestCmap()) == set(map(ord, text))
    assert font["hmtx"]["." + "notdef"][0] > 0
    original = TTFont(io.BytesIO(fonts.sans_path().read_bytes()), lazy=True)
    for character in "校W":
        widths = [f["hmtx"][f.getBestCmap()[ord(character)]][0] for f in (font, original)]
        assert widths[0] == widths[1]


def test_names_beyond_the_words_get_a_font_of_their_own() -> None:
    rules = fonts.faces({"name": "坂舘喆"}, "en")
    assert len(rules) == 2
    assert len(fonts.faces({"name": "AP 101"}, "en")) == 1


@pytest.mark.parametrize("lang", LANGS)
def test_a_county_counts_each_kind_of_evidence_apart(lang: str) -> None:
    plan = county_plan()
    view = county_view(plan, lang)
    schools = view["schools"]
    assert [s["standing"] for s in schools] == ["all", "some", "none", "failed"]
    assert [s["standing"] for s in schools] == [standing_of(o) for o in plan.outcomes]
    assert schools[0]["report"] == "schools/elementary-000000/report.html" == report_of(plan.outcomes[0])
    assert schools[3]["report"] is None
    values = [tile["value"] for tile in view["tiles"]]
    assert values[:3] == ["3 / 4", "8 / 18", "6 / 6"]
    assert data_of(county_html(plan, lang))["county"] == view
    assert texts(lang)["page.county.no_places"] in county_html(plan, lang)
