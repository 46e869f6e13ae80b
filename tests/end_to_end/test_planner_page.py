"""The planner as a person uses it, in a real browser: three rooms drawn from nothing, planned, moved, saved, undone."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bed.browser import FLAGS, chromium_program
from bed.planner import Planner, planner

pytestmark = [
    pytest.mark.browser,
    pytest.mark.waits,
    pytest.mark.skipif(chromium_program() is None, reason="Chromium is not installed"),
]

PLACE = """([x, y]) => {
  const view = wp.app.view, box = view.root.getBoundingClientRect();
  const [x0, y0] = view.toMetres(box.left, box.top), [x1, y1] = view.toMetres(box.left + 100, box.top + 100);
  return [box.left + (x - x0) / (x1 - x0) * 100, box.top + (y - y0) / (y1 - y0) * 100];
}"""
"""Where a place of the plan [m] is on the screen."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium_program(), args=list(FLAGS))
        yield found
        found.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sites")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Planner]:
    with planner(folder) as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that notes every request and every error."""
    context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="zh-TW")
    found = context.new_page()
    errors: list[str] = []
    strangers: list[str] = []
    found.on("pageerror", lambda error: errors.append(str(error)))
    found.on("request", lambda request: strangers.append(request.url) if not own(request.url) else None)
    yield found
    context.close()
    assert errors == []
    assert strangers == []


def own(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"data", "blob"} or parts.hostname == "127.0.0.1"


def tap(page: Page, *places: tuple[float, float]) -> None:
    for place in places:
        page.mouse.click(*page.evaluate(PLACE, list(place)))


def until(page: Page, expression: str) -> None:
    """Wait until something holds in the page; its policy keeps Playwright's own way of waiting out."""
    for _ in range(600):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(expression)


def button(page: Page, name: str) -> None:
    page.click(f"[data-test={name}]")


def drawn(page: Page) -> None:
    """Draw three classrooms of 8 m by 8 m in a row, each with a door and a window, and name them."""
    button(page, "tool-wall")
    tap(page, (0, 0), (24, 0), (24, 8), (0, 8), (0, 0))
    page.keyboard.press("Enter")
    for x_m in (8, 16):
        tap(page, (x_m, 0), (x_m, 8))
        page.keyboard.press("Enter")
    button(page, "tool-door")
    tap(page, (2, 0), (10, 0), (18, 0))
    button(page, "tool-window")
    tap(page, (4, 8), (12, 8), (20, 8))
    button(page, "tool-room")
    button(page, "room-mode-fill")
    for n, x_m in enumerate((4, 12, 20)):
        tap(page, (x_m, 4))
        page.fill("[data-test=field-name]", f"三年{'甲乙丙'[n]}班")
        page.select_option("[data-test=field-use]", "classroom")
        page.fill("[data-test=field-class_size]", "28")
        page.keyboard.press("Enter")


def verdicts(page: Page) -> list[str]:
    return page.evaluate("wp.app.results.now.rooms.map((room) => room.verdict)")


def drag_the_access_point(page: Page, to: tuple[float, float]) -> None:
    """Drag the only access point, slowly enough for the map to follow."""
    box = page.locator("[data-kind=ap] circle").first.bounding_box()
    assert box is not None
    start = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    end = page.evaluate(PLACE, list(to))
    page.mouse.move(*start)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(*(a + (b - a) * step / 8 for a, b in zip(start, end, strict=True)))
        page.wait_for_timeout(30)
    page.mouse.up()


def test_three_rooms_from_nothing_to_a_plan_that_a_hand_changes(server: Planner, page: Page, folder: Path) -> None:
    page.goto(server.address)
    page.fill("[data-test=new-name]", "三間教室")
    button(page, "new-site")
    page.wait_for_selector("[data-test=tool-wall]")
    assert "token" not in page.url
    drawn(page)
    button(page, "save")
    path = folder / "三間教室.json"
    expect(page.locator("[data-test=state]")).to_have_text("已儲存")
    site = json.loads(path.read_text(encoding="utf-8"))
    assert [room["name"] for room in site["floors"][0]["rooms"]] == ["三年甲班", "三年乙班", "三年丙班"]
    assert [room.get("class_size") for room in site["floors"][0]["rooms"]] == [28, 28, 28]
    kinds = [wall.get("kind", "wall") for wall in site["floors"][0]["walls"]]
    assert (kinds.count("door"), kinds.count("window"), kinds.count("parapet")) == (3, 3, 3)

    button(page, "plan")
    page.fill("[data-test=plan-n]", "1")
    button(page, "plan-run")
    page.wait_for_selector("[data-kind=ap]", timeout=120_000)
    assert verdicts(page) == ["pass", "pass", "pass"]

    button(page, "tool-select")
    drag_the_access_point(page, (0.5, 0.5))
    until(page, "wp.app.results.now.rooms.some((room) => room.verdict === 'fail')")
    assert verdicts(page)[0] == "pass"
    expect(page.locator("[data-kind=room][data-id]").nth(2)).to_be_visible()
    button(page, "save")
    expect(page.locator("[data-test=state]")).to_have_text("已儲存")
    (spot,) = json.loads(path.read_text(encoding="utf-8"))["spots"]
    assert (spot["kind"], round(spot["x_m"], 1), round(spot["y_m"], 1)) == ("locked", 0.5, 0.5)
    saved = verdicts(page)

    page.reload()
    page.wait_for_selector("[data-kind=ap]")
    expect(page.locator("[data-test=undo]")).to_be_enabled()
    assert verdicts(page) == saved
    assert page.locator("[data-test=notice]").is_hidden()
    button(page, "undo")
    until(page, "wp.app.results.now.rooms.every((room) => room.verdict === 'pass')")
    assert json.loads(path.read_text(encoding="utf-8"))["spots"] == [spot]


def test_nothing_is_lost_when_browser_and_server_die(page: Page, browser: Browser, tmp_path: Path) -> None:
    with planner(tmp_path) as first:
        page.goto(first.address.replace("/?", "/edit/draft?"))
        page.wait_for_selector("[data-test=tool-wall]")
        button(page, "tool-wall")
        tap(page, (0, 0), (10, 0), (10, 6))
        page.keyboard.press("Enter")
        until(page, "wp.app.journal.kept")
        for _ in range(50):
            if (tmp_path / ".wifiplan" / "draft.json").is_file():
                break
            page.wait_for_timeout(100)
        first.process.kill()
        first.process.wait()
    assert not (tmp_path / "draft.json").exists()
    with planner(tmp_path) as second:
        other = browser.new_context().new_page()
        other.goto(second.address.replace("/?", "/edit/draft?"))
        button(other, "recover-yes")
        until(other, "wp.app.doc.site.floors[0].walls.length === 2")
        other.context.close()


def test_a_conflict_is_noticed_and_both_are_kept(server: Planner, page: Page, folder: Path) -> None:
    blank = {"format": 1, "name": "甲", "floors": [{"level": 0, "elevation_m": 0, "height_m": 3.5}]}
    path = folder / "conflict.json"
    path.write_text(json.dumps(blank), encoding="utf-8")
    page.goto(server.address.replace("/?", "/edit/conflict?"))
    page.wait_for_selector("[data-test=tool-wall]")
    button(page, "tool-wall")
    tap(page, (0, 0), (10, 0))
    page.keyboard.press("Enter")
    path.write_text(json.dumps(blank | {"name": "別人的"}), encoding="utf-8")
    button(page, "save")
    page.wait_for_selector("[data-test=dialog-conflict]")
    assert json.loads(path.read_text(encoding="utf-8"))["name"] == "別人的"
    button(page, "conflict-mine")
    expect(page.locator("[data-test=state]")).to_have_text("已儲存")
    assert len(json.loads(path.read_text(encoding="utf-8"))["floors"][0]["walls"]) == 1
    (copy,) = folder.glob("conflict.old-*.json")
    assert json.loads(copy.read_text(encoding="utf-8"))["name"] == "別人的"


def test_names_are_text_wherever_they_come_from(server: Planner, page: Page, folder: Path) -> None:
    evil = '</script><img src=x onerror="window.owned=1">'
    room = {"id": "r", "name": evil, "use": "classroom", "polygon": [[0, 0], [8, 0], [8, 8], [0, 8]]}
    site = {"format": 1, "name": evil, "floors": [{"level": 0, "elevation_m": 0, "height_m": 3.5, "rooms": [room]}]}
    (folder / "evil.json").write_text(json.dumps(site), encoding="utf-8")
    page.goto(server.address)
    page.wait_for_selector("[data-test=sites]")
    expect(page.locator("[data-test=open-evil]")).to_have_text(evil)
    page.click("[data-test=open-evil]")
    page.wait_for_selector("[data-kind=room]")
    assert page.evaluate("document.images.length") == 0
    assert page.evaluate("window.owned === undefined")
