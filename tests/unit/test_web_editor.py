"""The editor's scripts in Chromium, without a server: geometry, walls, openings, steps, journal, the page itself."""

import json
import math
import tomllib
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect, sync_playwright

from bed.browser import FLAGS, chromium_program
from wifiplan.report.page.assemble import BASE_SCRIPTS, BASE_STYLES, assemble, static_text
from wifiplan.report.page.words import page_words

pytestmark = pytest.mark.browser

STATIC = files("wifiplan.web") / "static"
NAMES = sorted(path.name for path in STATIC.iterdir())
SCRIPTS = [name for name in NAMES if name.endswith(".js") and name not in {"index.js", "app.js"}]
ADDRESS = "http://editor.test/"
BRICK = {"name": "brick", "label": "紅磚", "thickness_m": 0.12}
CATALOGUE = {"materials": [BRICK], "profiles": [], "models": [], "uses": []}
BLANK: dict[str, Any] = {"format": 1, "name": "試", "floors": []}

Answer = Callable[[str, str, Any], tuple[int, Any]]
"""Method, path and body of a request to the server -> status and JSON."""


def text_of(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def html(data: dict[str, Any], *, scripts: tuple[str, ...] = ()) -> str:
    words = dict(page_words("zh-TW")) | tomllib.loads(text_of("edit.zh-TW.toml"))
    return assemble(
        title="t",
        lang="zh-TW",
        styles=[*map(static_text, BASE_STYLES), text_of("app.css")],
        scripts=[*map(static_text, BASE_SCRIPTS), *map(text_of, (*SCRIPTS, *scripts))],
        data={"words": words, "lang": "zh-TW", "token": "t"} | data,
        csp_nonce="n",
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if chromium_program() is None:
        pytest.skip("needs Chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium_program(), args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def logic(browser: Browser) -> Iterator[Page]:
    """Return a page that holds the editor's parts, and no editor."""
    page = browser.new_page()
    page.set_content(html({"kind": "none"}))
    page.evaluate("""() => {
      const {walls: W, edits: E} = wp;
      window.drawn = (...chains) => chains.reduce((s, c) => c.slice(1).reduce((t, q, n) =>
        E.withFloor(t, 0, (f) => W.withWall(f, [c[n], q]) || f), s), E.newSite("x", "en"));
      window.three = () => drawn([[0,0],[27,0],[27,8],[0,8],[0,0]], [[9,0],[9,8]], [[18,0],[18,8]]);
    }""")
    yield page
    page.close()


# ---- geometry, walls, steps: no page needed ----


@pytest.mark.parametrize("turn_deg", [0, 30, 137])
def test_rooms_are_found_between_walls_however_the_drawing_is_turned(logic: Page, turn_deg: float) -> None:
    areas = logic.evaluate(
        """(a) => {
          const go = ([x, y]) => [500 + x * Math.cos(a) - y * Math.sin(a), 300 + x * Math.sin(a) + y * Math.cos(a)];
          const lines = wp.walls.segments(three().floors[0]).map((line) => line.map(go));
          return wp.geo.faces([...lines, [[3, 3], [5, 5]].map(go)]).map(wp.geo.area);
        }""",
        math.radians(turn_deg),
    )
    assert areas == pytest.approx([72.0, 72.0, 72.0], abs=0.02)


def test_long_and_narrow_is_found_as_a_corridor(logic: Page) -> None:
    uses = logic.evaluate("""() => {
      const site = drawn([[0,0],[36,0],[36,8],[0,8],[0,0]], [[9,0],[9,8]], [[0,8],[0,10.5],[36,10.5],[36,8]],
        [[40,0],[60,0],[60,20],[57.5,20],[57.5,2.5],[40,2.5],[40,0]], [[40,10],[44,10],[44,13],[40,13],[40,10]]);
      const rooms = wp.edits.withFoundRooms(site, 0).site.floors[0].rooms;
      return Object.fromEntries(rooms.map((room) => [Math.round(Math.abs(wp.geo.area(room.polygon))), room.use]));
    }""")
    # a class of 9 m by 8 m, a hall of 27 m by 8 m, a corridor of 2.5 m, one around a corner, a store of 4 m by 3 m
    assert uses == {"72": "classroom", "216": "classroom", "90": "corridor", "94": "corridor", "12": "classroom"}


def test_a_small_gap_is_bridged_and_a_wide_one_is_not(logic: Page) -> None:
    found = logic.evaluate("""() => [0.2, 1.2].map((gap) => {
      const walls = wp.walls.segments(drawn([[0, 0], [9, 0], [9, 8], [0, 8], [0, gap]]).floors[0]);
      const face = wp.geo.faceAt(walls, [4, 4]);
      return face && [Math.round(wp.geo.area(face.polygon)), face.bridged];
    })""")
    assert found == [[72, True], None]


def test_an_opening_cuts_its_wall_into_pieces_and_heals_without_a_trace(logic: Page) -> None:
    found = logic.evaluate("""() => {
      const W = wp.walls, floor = three().floors[0];
      const made = W.withOpening(floor, 0, [4, 0], {kind: "window", ...W.OPENINGS.window});
      const moved = W.changedOpening(made.floor, made.k, {}, [12, 0.1]);
      const host = W.wallAt(made.floor, [4.5, 0], 1, (w) => !W.isOpening(w));
      const again = W.withOpening(made.floor, host, [4.5, 0], {kind: "door", ...W.OPENINGS.door});
      const piece = (w) => [w.kind || "wall", w.line[0][0], w.line[1][0], w.bottom_m || 0, w.top_m];
      const pieces = made.floor.walls.filter((w) => w.line.every((p) => p[1] === 0)).map(piece);
      const healed = W.healed(moved.floor, moved.k);
      const {walls} = healed.floor;
      const there = piece(moved.floor.walls[moved.k]);
      return {pieces, again: again.problem, moved: there, n: walls.length, line: walls[healed.k].line};
    }""")
    assert sorted(found["pieces"]) == [
        ["parapet", 3.1, 4.9, 0, 0.9],
        ["wall", 0, 3.1, 0, 3.45],
        ["wall", 3.1, 4.9, 2.1, 3.45],
        ["wall", 4.9, 27, 0, 3.45],
        ["window", 3.1, 4.9, 0.9, 2.1],
    ]
    assert found["again"] == "occupied"
    assert sorted(found["moved"][1:3]) == [11.1, 12.9]
    assert found["n"] == 6
    assert sorted(found["line"]) == [[0, 0], [27, 0]]


def test_walls_that_move_take_their_neighbours_and_rooms_along(logic: Page) -> None:
    found = logic.evaluate("""() => {
      const W = wp.walls, site = wp.edits.withFoundRooms(three(), 0).site, floor = site.floors[0];
      const slid = W.slid(floor, [W.wallAt(floor, [9, 4], 0.1)], [1, 0]);
      const longer = W.endMoved(floor, W.wallAt(floor, [27, 4], 0.1), 1, [27, 9]);
      const gone = W.slid(floor, [W.wallAt(floor, [9, 4], 0.1)], [-9.5, 0]);
      const areas = slid.rooms.map((r) => wp.geo.area(r.polygon));
      return {areas, end: longer.walls[1].line[1], top: longer.walls[2].line[0], gone};
    }""")
    assert found["areas"] == pytest.approx([80.0, 64.0, 72.0])
    assert found["end"] == found["top"] == [27, 9]
    assert found["gone"] is None


def test_snapping_prefers_ends_then_crossings_walls_and_round_angles(logic: Page) -> None:
    found = logic.evaluate("""() => {
      const segments = wp.walls.segments(drawn([[0, 0], [10, 0]], [[4, -3], [4, 3]]).floors[0]);
      const at = (p, from) => {
        const s = wp.geo.snap(p, {segments, from, reach: 0.3});
        return [s.kind, ...s.point.map((x) => Math.round(x * 100) / 100)];
      };
      return [at([0.1, 0.2]), at([4.1, 0.1]), at([7.13, 0.2]), at([2, 5.1], [1, 2]), at([8.1, 4.05], [4, 3])];
    }""")
    assert found[:3] == [["end", 0, 0], ["cross", 4, 0], ["wall", 7.13, 0]]
    assert found[3][0] == "angle"
    assert math.degrees(math.atan2(found[3][2] - 2, found[3][1] - 1)) == pytest.approx(75, abs=0.5)
    assert found[4][0] == "angle"


def test_a_copied_floor_has_ids_and_names_of_its_own(logic: Page) -> None:
    found = logic.evaluate("""() => {
      const E = wp.edits, site = E.withFoundRooms(three(), 0).site;
      const copied = E.withFloorCopied(site, 0, "zh-TW").site;
      const low = E.withNewFloor(copied, true, "zh-TW").site;
      const high = E.withHeight(copied, 0, 4);
      return {rooms: copied.floors[1].rooms.map((r) => [r.id, r.name]),
        levels: low.floors.map((f) => [f.level, f.name, f.elevation_m]),
        tops: high.floors[0].walls.map((w) => w.top_m), up: high.floors[1].elevation_m,
        last: E.withoutFloor(three(), 0)};
    }""")
    assert found["rooms"] == [["201", "201"], ["202", "202"], ["203", "203"]]
    assert found["levels"] == [[0, "Floor 1", 0], [1, "二樓", 3.6], [-1, "地下一樓", -3.6]]
    assert set(found["tops"]) == {3.85}
    assert found["up"] == 4
    assert found["last"] is None


def test_an_imported_floor_joins_the_others_with_ids_of_its_own(logic: Page) -> None:
    found = logic.evaluate("""() => {
      const E = wp.edits, one = E.withFoundRooms(three(), 0).site;
      const other = {...one, access_points: [{id: "x", room_id: "102"}], spots: [{kind: "forbidden", room_id: "103"}]};
      const twice = wp.merge.withFloorsTaken(one, other, 0);
      const first = wp.merge.withFloorsTaken(E.newSite("y", "en"), other, 0);
      const {floors, access_points, spots} = twice.site;
      const [, {rooms, elevation_m}] = floors;
      return {level: twice.level, rooms: rooms.map((r) => r.id), up: elevation_m, access_points, spots,
        n: first.site.floors.length, ids: first.site.floors[0].rooms.map((r) => r.id)};
    }""")
    assert (found["level"], found["up"], found["n"]) == (1, 3.6, 1)
    assert found["rooms"] == ["101-2", "102-2", "103-2"]
    assert found["access_points"] == [{"id": "x", "room_id": "102-2", "floor": 1}]
    assert found["spots"] == [{"kind": "forbidden", "room_id": "103-2", "floor": 1}]
    assert found["ids"] == ["101", "102", "103"]


def test_the_journal_brings_every_step_back(logic: Page) -> None:
    found = logic.evaluate("""() => {
      const {Doc, recovery} = wp.model, E = wp.edits, first = three();
      const doc = new Doc(first, "r1");
      const walled = (y) => E.withFloor(doc.site, 0, (f) => wp.walls.withWall(f, [[0, y], [1, y]]));
      const put = (y) => doc.do("wall", {site: walled(y)});
      for (let y = 20; y < 40; y += 1) put(y);
      for (const name of ["a", "ab", "abc"]) doc.do("site_name", {site: {...doc.site, name}}, {group: "name"});
      for (let k = 0; k < 6; k += 1) doc.undo();
      const text = JSON.stringify(doc.journal(5));
      const other = new Doc(JSON.parse(JSON.stringify(first)), "r1");
      const broken = {doc: {format: 1, at: 9}, revision: "r1"};
      const kept = recovery(other, [null, {doc: JSON.parse(text), revision: "r1"}, broken]);
      other.adopt(kept.doc);
      const n = [other.undoable.length, other.redoable.length, other.dirty];
      while (other.undo());
      const back = JSON.stringify(other.site) === JSON.stringify(first), clean = !other.dirty;
      while (other.redo());
      const saved = new Doc(first, "r2");
      const old = {doc: {...JSON.parse(text), dirty: false}, revision: "r1"};
      const how = [kept.how, kept.stale];
      return {how, n, back, clean, name: other.site.name, size: text.length, old: recovery(saved, [old])};
    }""")
    assert found["how"] == ["offer", False]
    assert found["n"] == [15, 6, True]
    assert found["back"]
    assert found["clean"]
    assert found["name"] == "abc"
    assert found["size"] < 12_000
    assert found["old"] is None


def test_places_of_faults_lead_to_things(logic: Page) -> None:
    found = logic.evaluate("""() => {
      const site = {...wp.edits.withFoundRooms(three(), 0).site, spots: [{kind: "locked", x_m: 1, y_m: 1}]};
      const places = ['floors[0].rooms[2] "x"', "floors[0].walls[1].material", "spots[0]", "school.code"];
      return places.map((where) => wp.placeOf(site, where));
    }""")
    assert found == [
        {"floor": 0, "kind": "room", "id": "103"},
        {"floor": 0, "kind": "wall", "id": 1},
        {"floor": 0, "kind": "spot", "id": 0},
        None,
    ]


# ---- the page, with a server that the test plays ----


class Planner:
    """The planner page in a window of its own, and the answers of its server."""

    def __init__(self, browser: Browser, answer: Answer, **data: object) -> None:
        self.page = browser.new_page(viewport={"width": 1280, "height": 800})
        self.asked: list[tuple[str, str, Any]] = []
        self.answer = answer
        self.there = True
        self.data = {"kind": "edit", "name": "試", "site": BLANK, "revision": None, "view": None, "draft": None}
        self.data |= {"catalogue": CATALOGUE, "faults": []} | data
        self.page.set_default_timeout(8_000)
        self.page.route("**/*", self._served)
        self.page.goto(ADDRESS)
        expect(self.get("tool-wall")).to_be_visible()

    def get(self, name: str) -> Locator:
        return self.page.locator(f"[data-test={name}]")

    def value(self, script: str) -> object:
        return self.page.evaluate(f"() => {{ {script} }}")

    def screen(self, place: tuple[float, float]) -> list[float]:
        return self.page.evaluate(
            "([x, y]) => { const v = wp.app.view, b = v.root.getBoundingClientRect();"
            " return [b.left + (x - v.seen.x) * v.seen.scale, b.top + (v.seen.y - y) * v.seen.scale]; }",
            list(place),
        )

    def tap(self, *places: tuple[float, float]) -> None:
        for place in places:
            at = self.screen(place)
            self.page.mouse.move(*at)
            self.page.mouse.click(*at)

    def lives(self, last: Callable[[Any], bool]) -> list[Any]:
        """Return every place that AP1 was judged at, once the last of them is as wanted."""
        for _ in range(100):
            found = [body["hand"]["AP1"] for _, path, body in self.asked if path.startswith("api/live")]
            if found and last(found[-1]):
                return found
            self.page.wait_for_timeout(50)
        raise AssertionError(found)

    def _served(self, route: Route) -> None:
        request = route.request
        path = request.url.removeprefix(ADDRESS).split("?")[0]
        if not path:
            route.fulfill(content_type="text/html; charset=utf-8", body=html(self.data, scripts=("app.js",)))
        elif not self.there or not path.startswith("api/"):
            route.abort()
        else:
            body = request.post_data_json if request.post_data else None
            self.asked.append((request.method, path, body))
            status, answer = self.answer(request.method, path, body)
            route.fulfill(status=status, json=answer)


def test_three_rooms_are_traced_saved_and_undone(browser: Browser) -> None:
    planner = Planner(browser, lambda *_: (200, {"revision": "r1"}))
    planner.get("tool-wall").click()
    planner.tap((0, 0), (27, 0), (27, 8), (0, 8), (0, 0), (9, 0))
    planner.page.keyboard.type("8<90")
    planner.page.keyboard.press("Enter")
    planner.page.keyboard.press("Enter")
    planner.tap((18, 0), (18, 8))
    planner.page.keyboard.press("Escape")
    planner.get("tool-door").click()
    planner.tap((2, 0), (11, 0))
    planner.get("tool-room").click()
    planner.tap((4, 4), (13, 4), (22, 4))
    planner.get("field-name").fill("</script><img src=x onerror=alert(1)>")
    planner.get("field-name").press("Enter")
    planner.get("field-class_size").fill("28")
    planner.get("field-class_size").press("Enter")
    expect(planner.get("state")).to_have_attribute("data-dirty", "true")
    planner.page.keyboard.press("Control+s")
    expect(planner.get("state")).to_have_attribute("data-dirty", "false")
    method, _, body = next(call for call in planner.asked if call[1].startswith("api/site"))
    assert (method, body["revision"]) == ("PUT", None)
    (floor,) = body["site"]["floors"]
    assert [room["id"] for room in floor["rooms"]] == ["101", "102", "103"]
    assert floor["rooms"][2]["class_size"] == 28
    assert [wall["line"] for wall in floor["walls"] if wall.get("kind") == "door"] == [
        [[1.55, 0], [2.45, 0]],
        [[10.55, 0], [11.45, 0]],
    ]
    assert planner.page.locator("img").count() == 0
    # the steps survive a reload of what was saved
    planner.data |= {"site": body["site"], "revision": "r1"}
    planner.page.reload()
    expect(planner.get("undo")).to_be_enabled()
    planner.page.keyboard.press("Control+z")
    assert "class_size" not in planner.value("return wp.app.doc.site.floors[0].rooms[2]")
    expect(planner.get("state")).to_have_attribute("data-dirty", "true")
    planner.page.close()


def test_over_a_picture_walls_keep_no_grid_until_one_is_chosen(browser: Browser) -> None:
    level: dict[str, Any] = {"level": 0, "elevation_m": 0, "height_m": 3.6}
    level["underlay"] = {"picture": "試.png", "scale_m_per_px": 0.05, "x_m": 0, "y_m": 0}
    planner = Planner(browser, lambda *_: (204, {}), site={**BLANK, "floors": [level]}, revision="r1")
    snapped = "return wp.app.editor.snap([2.2, 3.3]).point"
    assert planner.value(snapped) == pytest.approx([2.2, 3.3])
    assert planner.value(f"wp.app.editor.grid = 0.5; {snapped}") == pytest.approx([2, 3.5])

    # measured beside predicted: only of the band that is shown, and the strongest reading of a place
    planner.page.evaluate("""() => {
      const layer = new wp.SurveyLayer(wp.app.editor, null);
      const at = {floor: 0, x_m: 3, y_m: 3, predicted_dbm: -60, ap: "AP1"};
      const heard = [["5", -70], ["2.4", -40], ["5", -67]];
      layer.found = {points: heard.map(([band, rssi_dbm]) => ({...at, band, rssi_dbm}))};
      wp.app.editor.view.band = "5";
      wp.app.editor.heard.emit("layer");
    }""")
    assert planner.page.locator("[data-kind=survey] text").all_text_contents() == ["\u22127"]
    planner.page.close()


def test_a_changed_file_is_shown_beside_mine_and_kept_by_choice(browser: Browser) -> None:
    mine: dict[str, Any] = {**BLANK, "floors": [{"level": 0, "elevation_m": 0, "height_m": 3.6}]}
    theirs = {**mine, "name": "別人的"}

    def answer(_: str, path: str, body: Any) -> tuple[int, Any]:  # noqa: ANN401 (JSON)
        if path.startswith("api/site") and not body["force"]:
            return 409, {"site": theirs, "revision": "r2", "problem": "changed"}
        return 200, {"revision": "r3"}

    planner = Planner(browser, answer, site=mine, revision="r1")
    planner.get("site-name").fill("我的")
    planner.get("site-name").press("Enter")
    planner.get("save").click()
    planner.get("conflict-mine").click()
    expect(planner.get("state")).to_have_attribute("data-dirty", "false")
    assert planner.asked[-1][2]["force"] is True or any(call[2] and call[2].get("force") for call in planner.asked)
    planner.answer = lambda _method, path, _body: (
        (409, {"site": theirs, "revision": "r4"}) if "site" in path else (204, {})
    )
    planner.get("site-name").fill("我的二")
    planner.get("site-name").press("Enter")
    planner.get("save").click()
    planner.get("conflict-theirs").click()
    expect(planner.get("site-name")).to_have_value("別人的")
    planner.get("undo").click()
    expect(planner.get("site-name")).to_have_value("我的二")
    planner.page.close()


def test_work_outlives_the_server_and_a_crash(browser: Browser) -> None:
    site: dict[str, Any] = {**BLANK, "floors": [{"level": 0, "elevation_m": 0, "height_m": 3.6}]}
    planner = Planner(browser, lambda *_: (200, {"revision": "r2"}), site=site, revision="r1")
    planner.there = False
    planner.get("tool-cabinet").click()
    planner.tap((4, 4))
    planner.get("save").click()
    expect(planner.get("banner")).to_be_visible()
    planner.page.reload()
    # nor does a reload before the question is answered
    expect(planner.get("recover-yes")).to_be_visible()
    planner.page.reload()
    planner.get("recover-yes").click()
    assert planner.value("return wp.app.doc.site.floors[0].cabinets.length") == 1
    planner.there = True
    planner.page.keyboard.press("Control+s")
    expect(planner.get("state")).to_have_attribute("data-dirty", "false")
    planner.page.close()


def test_faults_lead_to_what_is_wrong(browser: Browser) -> None:
    room = {"id": "a", "name": "甲", "use": "classroom", "polygon": [[0, 0], [9, 0], [9, 8], [0, 8]]}
    site: dict[str, Any] = {**BLANK, "floors": [{"level": 0, "elevation_m": 0, "height_m": 3.6, "rooms": [room]}]}
    fault = {"where": 'floors[0].rooms[0] "甲"', "problem": "outside", "remedy": ""}
    planner = Planner(browser, lambda *_: (422, {"faults": [fault]}), site=site, revision="r1")
    planner.get("save").click()
    planner.get("fault").click()
    expect(planner.get("field-name")).to_have_value("甲")
    planner.get("delete").click()
    assert planner.value("return wp.app.doc.site.floors[0].rooms") == []
    planner.page.close()


ROOM = {"id": "a", "name": "甲", "use": "classroom", "polygon": [[0, 0], [9, 0], [9, 8], [0, 8]]}
PLANNED = {"id": "AP1", "name": "AP1", "floor": 0, "x_m": 4.0, "y_m": 4.0, "action": "new", "action_text": "新裝"}
PLANNED |= {"radios": [], "serves": [], "reason": "", "off_bands": []}


def test_a_dragged_access_point_is_judged_where_it_is_and_where_undo_puts_it(browser: Browser) -> None:
    site: dict[str, Any] = {**BLANK, "floors": [{"level": 0, "elevation_m": 0, "height_m": 3.6, "rooms": [ROOM]}]}
    room = {"room_id": "a", "name": "甲", "floor": 0, "sharing_aps": []}
    view = {"band": "5", "bands": ["5"], "rooms": [{**room, "verdict": "pass"}], "access_points": [PLANNED]}
    view |= {"floors": [], "headline": [], "tiles": [], "thresholds": {}, "options": {}}

    def answer(_: str, path: str, body: Any) -> tuple[int, Any]:  # noqa: ANN401 (JSON)
        if not path.startswith("api/live"):
            return 204, {}
        place = body["hand"]["AP1"]
        verdict = "pass" if place["x_m"] < 6 else "fail"
        points = [{**PLANNED, **place}]
        return 200, {"rooms": [{**room, "verdict": verdict}], "access_points": points, "headline": [], "fields": None}

    planner = Planner(browser, answer, site=site, revision="r1", view=view)
    start, end = (planner.screen(place) for place in ((4, 4), (8, 6)))
    planner.page.mouse.move(*start)
    planner.page.mouse.down()
    for step in range(1, 31):
        planner.page.mouse.move(*(a + (b - a) * step / 30 for a, b in zip(start, end, strict=True)))
    planner.page.mouse.up()
    expect(planner.get("said")).to_contain_text("甲 ×")
    (spot,) = planner.value("return wp.app.doc.site.spots")
    live = planner.lives(lambda place: place["x_m"] == spot["x_m"])
    assert (live[-1]["x_m"], live[-1]["y_m"]) == pytest.approx((8, 6), abs=0.1)
    assert (spot["kind"], spot["x_m"], spot["y_m"]) == ("locked", live[-1]["x_m"], live[-1]["y_m"])
    planner.page.keyboard.press("Control+z")
    expect(planner.get("said")).to_contain_text("已復原：移動 AP1")
    assert planner.lives(lambda place: place["x_m"] == 4)[-1]["y_m"] == 4
    assert planner.value("return wp.app.doc.site.spots ?? []") == []
    assert planner.value("return wp.app.results.moved") is False

    # a place that is forbidden where something hangs asks for a new plan; a moved access point's own spot does not
    notice = planner.get("notice")
    expect(notice).to_be_hidden()
    planner.page.mouse.click(*start)
    planner.page.locator("[data-test=forbid]").click()
    expect(notice).to_contain_text("指定點已修改")
    planner.page.mouse.click(*planner.screen((1, 1)))
    planner.page.keyboard.press("Control+z")
    expect(notice).to_be_hidden()

    # only the newest place is asked for while an answer is awaited: what was overtaken never is
    asked = planner.page.evaluate("""async () => {
      const results = wp.app.results, asked = [], pause = (ms) => new Promise((done) => setTimeout(done, ms));
      results.remote.ask = async (method, path, body) => {
        asked.push(body.hand?.AP1.x_m);
        await pause(30);
        return {status: -1, data: {}};
      };
      for (let x_m = 1; x_m <= 30; x_m += 1) results.follow({id: "AP1", x_m, y_m: 4, floor: 0});
      while (results.busy) await pause(10);
      return asked;
    }""")
    assert asked == [1, 30]
    planner.page.close()


def test_an_import_from_the_index_arrives_with_its_account(browser: Browser) -> None:
    site: dict[str, Any] = {**BLANK, "floors": [{"level": 0, "elevation_m": 0, "height_m": 3.6, "rooms": [ROOM]}]}
    account = {"took": [], "guessed": [], "left": [{"what": "HATCH", "count": 7, "text": "HATCH × 7：<b>填充</b>"}]}
    planner = Planner(browser, lambda *_: (204, {}))
    text = json.dumps({"site": site, "account": account})
    planner.page.evaluate("(text) => sessionStorage.setItem('wp-import-試', text)", text)
    planner.page.reload()
    expect(planner.get("account-left")).to_contain_text("HATCH × 7：<b>填充</b>")
    expect(planner.get("dialog-recover")).to_have_count(0)
    planner.get("account-close").click()
    expect(planner.get("item-room")).to_have_text("甲班級教室")
    planner.page.close()
