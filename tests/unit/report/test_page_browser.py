"""report.html and the county's page in a real Chromium: offline, legible, worked by mouse, finger and keyboard."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bed.browser import FLAGS, chromium_program
from page_samples import EVIL, county_plan
from wifiplan.report.page.county_page import write_county_html
from wifiplan.report.page.html import write_html
from wifiplan.report.page.maps import floor_maps
from wifiplan.study.records import Plan

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = chromium_program()
    if program is None:
        pytest.skip("needs Chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=list(FLAGS), timeout=30_000)
        yield opened
        opened.close()


class Opened:
    """A page, with every request and error that it made."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page = page
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self.errors.extend([message.text] if message.type == "error" else []))
        page.on("dialog", lambda dialog: self.errors.append(dialog.message))
        page.goto(path.as_uri())

    def check(self) -> None:
        """Assert that nothing was asked of anybody, and nothing went wrong or ran that should not."""
        assert self.errors == []
        assert len(self.requests) == 1


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, plan_for_pages: Plan) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    write_html(plan_for_pages, path, "en", fields=floor_maps(plan_for_pages))
    return path


@pytest.fixture(scope="module")
def plan_for_pages(plan_maker: Callable[..., Plan]) -> Plan:
    plan = plan_maker(name=EVIL)
    rooms = tuple(replace(room, name=EVIL) if room.room_id == "r000" else room for room in plan.rooms)
    floors = tuple(
        replace(f, rooms=tuple(replace(r, name=EVIL) if r.id == "r000" else r for r in f.rooms))
        for f in plan.site.floors
    )
    return replace(plan, rooms=rooms, site=replace(plan.site, floors=floors))


@pytest.fixture(scope="module")
def desk(browser: Browser, report: Path) -> Iterator[Opened]:
    """One page for all tests at a desk: each goes to the floor and layer that it needs."""
    page = browser.new_page(viewport={"width": 1280, "height": 1400})
    yield Opened(page, report)
    page.close()


def go(page: Page, level: int, layer: str) -> None:
    page.locator(f".wp-tab[data-level='{level}']").click()
    page.locator(f"input[value={layer}]").check(force=True)


def colours(page: Page) -> int:
    """Count the colours on the heat map's canvas."""
    count: int = page.evaluate(
        """() => { const c = document.querySelector('canvas.wp-heat');
            const d = new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer);
            return new Set(d).size; }"""
    )
    return count


def test_a_report_shows_its_verdicts_and_why(desk: Opened, plan_for_pages: Plan) -> None:
    page = desk.page
    failing = [room for room in plan_for_pages.rooms if room.verdict == "fail"]
    assert {room.floor for room in failing} == {1}
    assert page.locator(".wp-tab[aria-selected=true]").get_attribute("data-level") == "1"
    assert page.locator('[data-kind=room][data-verdict="fail"]').count() == 2
    page.locator(f'[data-kind=room][data-id="{failing[0].room_id}"]').click(force=True, position={"x": 8, "y": 8})
    said = page.locator(".wp-inspector").inner_text()
    assert failing[0].name in said
    assert "FAIL" in said
    assert "would help" in said
    serving = plan_for_pages.access_points[0]
    go(page, 0, "verdict")
    page.locator(f'[data-kind=ap][data-id="{serving.access_point.id}"]').click(force=True)
    said = page.locator(".wp-inspector").inner_text()
    assert serving.access_point.id in said
    assert "17 dBm" in said
    assert "23 m to" in said
    desk.check()


def test_names_are_text_and_nothing_leaves_the_file(desk: Opened) -> None:
    page = desk.page
    assert page.locator("h1").inner_text() == EVIL
    assert page.title() == EVIL
    assert page.locator("img").count() == 0
    assert page.locator("tr[data-room=r000] th").inner_text() == EVIL
    desk.check()


def test_layers_draw_maps_with_contours_and_a_legend(desk: Opened) -> None:
    page = desk.page
    go(page, 0, "verdict")
    assert colours(page) == 1
    go(page, 0, "signal")
    assert colours(page) > 4
    assert page.locator('.wp-contour-need[data-level="-58.7"]').count() > 0
    legend = page.locator(".wp-legend").inner_text()
    assert "[dBm]" in legend
    assert "−58.7 dBm" in legend
    for name in ("signal", "second", "snr", "overlap", "airtime", "seats"):
        greys = page.evaluate(
            f"wp.scaleOf('{name}', wp.view.plan).colours.map(([r, g, b]) => .3 * r + .59 * g + .11 * b)"
        )
        steps = [later - earlier for earlier, later in pairwise(greys)]
        assert all(step > 8 for step in steps) or all(step < -8 for step in steps), name
    go(page, 0, "channel")
    assert "ch 36" in page.locator(".wp-legend").inner_text()
    go(page, 0, "airtime")
    assert colours(page) == 1
    assert "44 %" in "".join(page.locator(".wp-room-figure").all_text_contents())
    desk.check()


def test_the_map_is_read_by_pointer_and_by_keyboard(desk: Opened) -> None:
    page = desk.page
    go(page, 0, "signal")
    box = page.locator(".wp-svg").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert "dBm" in page.locator(".wp-readout").inner_text()
    plan = page.locator(".wp-svg").first
    plan.focus()
    before = plan.get_attribute("viewBox")
    page.keyboard.press("+")
    closer = plan.get_attribute("viewBox")
    page.keyboard.press("ArrowRight")
    assert len({before, closer, plan.get_attribute("viewBox")}) == 3
    page.keyboard.press("0")
    assert plan.get_attribute("viewBox") == before
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Enter")
    assert page.locator(".wp-selected").count() == 1
    desk.check()


def test_an_access_point_is_dragged_only_where_that_is_allowed(desk: Opened) -> None:
    page = desk.page
    go(page, 0, "verdict")
    page.evaluate("wp.dropped = []; wp.view.on('apdrop', (d) => wp.dropped.push(d)); true")

    def drag() -> list[dict[str, float]]:
        box = page.locator("[data-kind=ap] .wp-ap-reach").first.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 60, y, steps=4)
        page.mouse.up()
        found: list[dict[str, float]] = page.evaluate("wp.dropped")
        return found

    assert drag() == []
    page.evaluate("wp.view.fit(); wp.view.draggable = true")
    scale = page.evaluate("wp.view.seen.scale")
    (dropped,) = drag()
    assert dropped["x_m"] == pytest.approx(4.5 + 60 / scale, abs=0.05)
    assert dropped["y_m"] == pytest.approx(6.25, abs=0.05)
    page.evaluate("wp.view.draggable = false; wp.view.redraw()")


def test_tables_sort_and_filter(desk: Opened) -> None:
    page = desk.page
    table = page.locator(".wp-table-box").first
    rows = table.locator("tbody tr")
    n_all = rows.count()
    table.locator("select").first.select_option(index=1)
    assert rows.count() == 2
    table.locator("select").first.select_option(index=0)
    assert rows.count() == n_all
    table.get_by_role("button", name="Signal dBm").click()
    weakest_first = [t for t in table.locator("tbody tr td:nth-child(8)").all_inner_texts() if t]
    values = [float(text.replace("−", "-")) for text in weakest_first]
    assert values == sorted(values)
    assert table.locator("th[aria-sort=ascending]").count() == 1
    table.get_by_role("searchbox").fill("no such room")
    assert rows.count() == 0


def test_a_phone_shows_all_of_it_and_pinches(browser: Browser, report: Path) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    opened = Opened(context.new_page(), report)
    page = opened.page
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    before = page.evaluate("wp.view.seen.scale")
    page.evaluate(
        """() => { const s = wp.view.root, r = s.getBoundingClientRect();
            const send = (type, id, x) => s.dispatchEvent(new PointerEvent(type, { pointerId: id, pointerType: 'touch',
              isPrimary: id === 1, button: 0, buttons: 1, clientX: r.left + x, clientY: r.top + 100, bubbles: true }));
            send('pointerdown', 1, 150); send('pointerdown', 2, 200); send('pointermove', 2, 300);
            send('pointerup', 2, 300); send('pointerup', 1, 150); }"""
    )
    assert page.evaluate("wp.view.seen.scale") == pytest.approx(3 * before)
    opened.check()
    context.close()


def test_a_print_has_a_sheet_for_every_floor(desk: Opened, plan_for_pages: Plan) -> None:
    page = desk.page
    go(page, 0, "signal")
    made = page.pdf(prefer_css_page_size=True, print_background=True)
    assert made.startswith(b"%PDF")
    page.emulate_media(media="print")
    page.evaluate("wp.makeSheets()")
    assert page.locator(".wp-sheet").count() == len(plan_for_pages.site.floors)
    assert page.locator(".wp-sheet .wp-legend").count() == len(plan_for_pages.site.floors)
    assert page.locator(".wp-sheet image.wp-map").count() == len(plan_for_pages.site.floors)
    desk.check()


def test_a_name_gives_way_to_what_hangs_in_its_room(desk: Opened) -> None:
    page = desk.page
    page.emulate_media(media="screen")
    found = page.evaluate("""() => {
      const host = wp.el("div", {style: {width: "600px", height: "200px"}});
      document.body.append(host);
      const view = new wp.PlanView(host, {still: true});
      const at = {floor: 0, action: "new", radios: [{band: "5", channel: 36}], serves: []};
      view.size = () => ({width: 600, height: 200});
      const room = (id, x) => ({id, name: id, use: "classroom", polygon: [[x, 0], [x + 9, 0], [x + 9, 8], [x, 8]]});
      const judged = ["alpha", "beta", "gamma"].map((room_id) => ({room_id, verdict: "pass", n_devices: 28}));
      const points = [{...at, id: "A", x_m: 4.5, y_m: 4}, {...at, id: "B", x_m: 13.5, y_m: 2}];
      Object.assign(view, {plan: {rooms: judged, access_points: points}, band: "5", layer: "verdict", level: 0});
      view.setSite({floors: [{level: 0, rooms: [room("alpha", 0), room("beta", 9), room("gamma", 18)], walls: []}]});
      const px = view.fromMetres(1, 0)[0];
      view.seen.scale = 7;
      wp.fitLabels(view);
      const labels = [...view.layers.labels.children].map((label) => ({
        y_m: -Number(/ (-?[\\d.]+)\\)/.exec(label.getAttribute("transform"))[1]) / px,
        figure: !label.querySelector(".wp-room-figure").classList.contains("wp-hidden")}));
      host.remove();
      return labels;
    }""")
    below, above, middle = found
    # rooms of 56 px: under a marker in the middle there is room for a name alone, above one at the side for both
    assert not below["figure"]
    assert abs(below["y_m"] - 4) * 7 > 15
    assert above["figure"]
    assert above["y_m"] > 5
    assert middle == {"y_m": pytest.approx(4, abs=0.1), "figure": True}


@pytest.mark.parametrize("places", [True, False])
def test_a_county_is_sorted_filtered_and_leads_to_its_schools(browser: Browser, tmp_path: Path, places: bool) -> None:  # noqa: FBT001
    write_county_html(county_plan(places=places), tmp_path / "county.html", "en")
    page = browser.new_page()
    opened = Opened(page, tmp_path / "county.html")
    rows = page.locator(".wp-table tbody tr")
    assert rows.count() == 4
    assert page.locator("tr[data-school=elementary-000001] th").inner_text() == EVIL
    assert page.locator("img").count() == 0
    assert page.locator(".wp-map-svg").count() == int(places)
    assert page.locator(".wp-chart [data-school]").count() == 4
    page.get_by_role("button", name="Verdict").click()
    assert [row.get_attribute("data-school")[-1] for row in rows.all()] == ["3", "2", "1", "0"]
    page.locator(".wp-filters select").first.select_option(index=2)
    assert rows.count() == 1
    assert page.locator(".wp-faded").count() == 3
    links = page.locator("tbody a")
    assert links.get_attribute("href") == "schools/elementary-000001/report.html"
    opened.check()
    page.close()
