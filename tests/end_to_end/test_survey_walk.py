"""A technician surveys a school in a real browser: points, a straight walk, a photo, and a server that is killed."""

import contextlib
import io
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from bed.browser import FLAGS, chromium_program
from bed.planner import Planner
from wifiplan.files.surveys import read_survey
from wifiplan.survey.records import Survey

pytestmark = [
    pytest.mark.browser,
    pytest.mark.waits,
    pytest.mark.skipif(chromium_program() is None, reason="Chromium is not installed"),
]

SITE = Path(__file__).parents[2] / "floorplans" / "demo-elementary.json"
PLACE = """([x, y]) => {
  const view = wp.walk.view, box = view.root.getBoundingClientRect();
  const [x0, y0] = view.toMetres(box.left, box.top), [x1, y1] = view.toMetres(box.left + 100, box.top + 100);
  return [box.left + (x - x0) / (x1 - x0) * 100, box.top + (y - y0) / (y1 - y0) * 100];
}"""
NOW = "wp.walk.state.now"
KIND = "document.querySelector('[data-test=status]').dataset.kind"


def scan(own: int, levels: tuple[int, ...]) -> str:
    """Return what nmcli prints: the school's network and a neighbour's, invented addresses."""
    rows = [
        f" :02\\:00\\:5E\\:00\\:53\\:{k:02X}:校園無線:Infra:{36 + 4 * k}:{5180 + 20 * k} MHz:540 Mbit/s:{level}:WPA2"
        for k, level in enumerate(levels)
    ]
    return "\n".join([*rows, f" :02\\:00\\:5E\\:00\\:99\\:01:neighbour:Infra:6:2437 MHz:130 Mbit/s:{own}:WPA2", ""])


def recordings(folder: Path, lists: Sequence[str]) -> Path:
    folder.mkdir()
    for n, text in enumerate(lists):
        (folder / f"{n:02}.txt").write_text(text, encoding="utf-8")
    return folder


@contextlib.contextmanager
def served(out: Path, scans: Path, *options: str) -> Iterator[Planner]:
    command = [sys.executable, "-m", "wifiplan", "survey", "walk", str(SITE), "--out", str(out), "--port", "0"]
    command += ["--scanner", f"replay:{scans}", "--no-browser", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        address = process.stdout.readline().strip() if process.stdout else ""
        assert address.startswith("http://127.0.0.1:")
        yield Planner(address=address, process=process)
    finally:
        process.terminate()
        process.communicate(timeout=20)


def until(page: Page, expression: str) -> None:
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(expression)


def tap(page: Page, x_m: float, y_m: float) -> None:
    page.mouse.click(*page.evaluate(PLACE, [x_m, y_m]))


def photo() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Camera of somebody"
    exif.get_ifd(0x8825)[2] = (24.0, 8.0, 12.5)
    packed = io.BytesIO()
    Image.new("RGB", (320, 200), "#8899aa").save(packed, "JPEG", exif=exif)
    return packed.getvalue()


@pytest.fixture
def page() -> Iterator[Page]:
    errors: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_program(), args=list(FLAGS))
        found = browser.new_page(viewport={"width": 1366, "height": 768})
        found.on("pageerror", lambda error: errors.append(str(error)))
        yield found
        browser.close()
    assert errors == []


def check_photo(out: Path, survey: Survey, *, x_m: float) -> None:
    """The one photo is kept small, at its place, without what a camera writes into it."""
    (kept,) = out.glob("*.jpg")
    assert [(one.file, one.x_m) for one in survey.photos] == [(kept.name, x_m)]
    with Image.open(kept) as image:
        assert image.size == (320, 200)
        assert not image.getexif()
    assert b"Camera of somebody" not in kept.read_bytes()


def test_a_survey_outlives_its_server_and_tells_cached_scans(tmp_path: Path, page: Page) -> None:
    # the third place gets the list of the second, and again when it is asked again
    standing = recordings(tmp_path / "standing", [scan(30, (70, 40)), *[scan(31, (62, 45))] * 4])
    walking = recordings(tmp_path / "walking", [scan(20 + k, (50 + k, 60)) for k in range(9)])
    out = tmp_path / "surveys"
    path = out / "demo-elementary-walk.csv"
    with served(out, standing, "--device", "Laptop A") as server:
        page.goto(server.address, wait_until="domcontentloaded")
        assert "token" not in page.url
        assert server.ask("POST", "/api/do", {"do": "undo"}, bare=True).status == 403
        assert server.ask("POST", "/api/do", {"do": "undo"}, headers={"Origin": "http://evil.example"}).status == 403
        assert server.ask("POST", "/api/do", {"do": "point", "floor": 99, "x_m": 0, "y_m": 0}).status == 422
        assert server.ask("GET", "/photo/..%2Fdemo-elementary-walk.journal").status == 404
        for n, x_m in enumerate((22, 31, 40), 1):
            tap(page, x_m, 4)
            until(page, f"{NOW}.items.length === {n} && !{NOW}.busy")
        assert page.get_attribute("[data-test=status]", "data-kind") == "failed"
        assert [item["cached"] for item in page.evaluate(f"{NOW}.items")] == [False, False, True]
        survey = read_survey(path)
        assert {s.x_m: s.rssi_dbm for s in survey.samples if s.bssid.endswith("53:00")} == {22.0: -58.0, 31.0: -62.8}
        assert survey.remarks == ("cached scans left out: 1",)
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        tap(page, 50, 4)
        until(page, f"{KIND} === 'failed' && wp.walk.state.gone")

    with served(out, walking, "--device", "Laptop A") as server:
        page.goto(server.address, wait_until="domcontentloaded")
        assert page.evaluate(f"{NOW}.items.length") == 3
        tap(page, 22, 4)
        for data, told in (
            (b"<html>", "=== 'failed'"),
            (photo(), f"!== 'failed' && {NOW}.items[0].photos.length === 1"),
        ):
            page.set_input_files("[data-test=photo]", {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": data})
            until(page, f"{KIND} {told}")
        page.click("[data-test=mode-walk]")
        tap(page, 30, 9)
        until(page, f"({NOW}.items[3]?.scans.length ?? 0) >= 3")
        tap(page, 60, 9)
        until(page, f"{NOW}.items.length === 4 && !{NOW}.busy && !{NOW}.items[3].open")
        page.click("[data-test=undo]")
        until(page, f"{NOW}.items.length === 3")
        assert all(s.y_m == 4.0 for s in read_survey(path).samples)
        page.click("[data-test=redo]")
        until(page, f"{NOW}.items.length === 4")

    survey = read_survey(path)
    walked = sorted({s.x_m for s in survey.samples if s.y_m == 9.0})
    assert len(walked) >= 3
    assert 30 <= walked[0] < walked[-1] <= 60
    times_s = [s.time_s for s in survey.samples]
    assert times_s == sorted(times_s)
    check_photo(out, survey, x_m=22.0)
