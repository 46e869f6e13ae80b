"""The planner page in Chromium on the demo school: first view, and from a drag to the new map, beside their bounds.

PYTHONPATH=.:tests python benchmarks/planner.py
"""

import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bed.browser import FLAGS, chromium_program
from bed.planner import Planner, planner

SITE = Path(__file__).parents[1] / "floorplans" / "demo-elementary.json"
FIRST_VIEW_MS, DRAG_MS = 1_500.0, 200.0
N_VIEWS, N_DRAGS = 5, 20


def planned(server: Planner) -> None:
    """Make the plan that the page shows."""
    site = server.ask("GET", "/api/site/demo").json()["site"]
    job = server.ask("POST", "/api/plan/demo", {"site": site, "n_aps": None}).json()["job"]
    while server.ask("GET", f"/api/job/{job}").json()["state"] == "running":
        time.sleep(0.2)


def first_view_ms(page: Page, address: str) -> float:
    """Return how long it takes from asking for the page until its access points are painted."""
    started = time.perf_counter()
    page.goto(address)
    page.wait_for_selector("[data-kind=ap]")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return 1000 * (time.perf_counter() - started)


def drags_ms(page: Page) -> list[float]:
    """Drag the first access point step by step and return how long each new map took, as the page itself measures."""
    page.locator("label:has(input[value=signal])").first.click()
    box = page.locator("[data-kind=ap] circle").first.bounding_box()
    if box is None:
        raise RuntimeError("no access point is shown")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    # a drag begins some pixels on
    page.mouse.move(x + 12, y + 8)
    page.wait_for_timeout(2_000)
    found = []
    for n in range(N_DRAGS):
        answers = int(page.evaluate("wp.app.view.root.dataset.lives ?? 0"))
        page.mouse.move(x + 12 + 3 * (n % 7 + 1), y + 8 + 2 * (n % 5 + 1))
        while int(page.evaluate("wp.app.view.root.dataset.lives ?? 0")) == answers:
            page.wait_for_timeout(5)
        found.append(float(page.evaluate("wp.app.view.root.dataset.liveMs")))
    page.mouse.up()
    return found


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        (Path(folder) / "demo.json").write_bytes(SITE.read_bytes())
        with planner(Path(folder)) as server:
            planned(server)
            browser = playwright.chromium.launch(executable_path=chromium_program(), args=list(FLAGS))
            page = browser.new_page(viewport={"width": 1280, "height": 860})
            page.goto(server.address)
            address = f"http://127.0.0.1:{server.port}/edit/demo"
            views = [first_view_ms(page, address) for _ in range(N_VIEWS)]
            page.wait_for_timeout(3_000)
            drags = drags_ms(page)
            browser.close()
    print("| | median | worst | bound | worst / bound |\n|---|---|---|---|---|")
    for name, times, bound in (("first view", views, FIRST_VIEW_MS), ("drag to new map", drags, DRAG_MS)):
        worst = max(times)
        print(f"| {name} | {statistics.median(times):.0f} ms | {worst:.0f} ms | {bound:.0f} ms | {worst / bound:.2f} |")


if __name__ == "__main__":
    main()
