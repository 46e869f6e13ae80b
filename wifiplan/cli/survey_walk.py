"""`wifiplan survey walk`: a page for the technician, on this machine alone."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from wifiplan import files
from wifiplan.cli.options import FILE, OUT_FOLDER, lang_option, say
from wifiplan.errors import SiteError
from wifiplan.scheme.options import Lang
from wifiplan.site.building import Site
from wifiplan.web import need_extra

PORT = 8471
"""Beside the planner's."""

_STORIES: Mapping[str, Mapping[str, str]] = {
    "zh-TW": {
        "new": "新的量測：{file}",
        "resumed": "接續先前的量測，已有 {n} 點：{file}",
        "changed": "先前的量測檔已被其他程式更改，保留不動；新的量測：{file}",
    },
    "en": {
        "new": "a new survey: {file}",
        "resumed": "the last survey goes on, it has {n} points: {file}",
        "changed": "another program has changed the last survey, it stays as it is; a new one begins: {file}",
    },
}

_RUNS = {
    "zh-TW": "量測頁面已啟動；請用本機瀏覽器開啟上述網址，按 Ctrl+C 結束",
    "en": "the survey page runs; open the address in a browser of this machine; Ctrl+C ends it",
}


@click.command("walk")
@click.argument("site_path", metavar="SITE", type=FILE)
@click.option("--out", "folder", type=OUT_FOLDER, help="Folder of the survey; default: surveys/ beside SITE.")
@click.option(
    "--scanner",
    "scanner_name",
    default="auto",
    show_default=True,
    metavar="auto|iw|nmcli|netsh|replay:PATH",
    help="What scans; replay: plays a folder of recorded scans, one scan, or a survey file again.",
)
@click.option("--interface", default="", help="Wi-Fi interface; default: the first.")
@click.option(
    "--ping", "target", default="", metavar="gateway|ADDRESS", help="Ping it ten times at each point: delay and loss."
)
@click.option("--device", default="", help="Model of the measuring device: another one begins a survey of its own.")
@click.option("--surveyor", default="", help="Who measures.")
@click.option("--new", "anew", is_flag=True, help="Begin a new survey instead of going on with the last.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="Port; 0 for any free one."
)
@click.option("--no-browser", is_flag=True, help="Only print the address; open nothing.")
@lang_option
def walk_command(  # noqa: PLR0913 (one name an option)
    *,
    site_path: Path,
    folder: Path | None,
    scanner_name: str,
    interface: str,
    target: str,
    device: str,
    surveyor: str,
    anew: bool,
    port: int,
    no_browser: bool,
    lang: Lang,
) -> None:
    """Open a page for the technician: tap where you stand, or the ends of a straight walk.

    SITE is a site file or a plan.json. Every scan is saved as it comes; after a crash the same command goes on. Only
    this machine's own browser is let in, with the address that is printed. Ctrl+C ends it.
    """
    need_extra()
    from wifiplan.web.walk_ears import ear_of  # noqa: PLC0415 (an extra)
    from wifiplan.web.walk_link import link_to  # noqa: PLC0415
    from wifiplan.web.walk_open import Wanted, opened, stem_of  # noqa: PLC0415
    from wifiplan.web.walk_server import serve_walk  # noqa: PLC0415

    site = site_of(site_path)
    wanted = Wanted(
        folder=(folder or site_path.parent / "surveys").resolve(),
        stem=stem_of(site_path, site.name),
        site_name=site.name,
        device=one_line(device),
        surveyor=one_line(surveyor),
        anew=anew,
    )
    browser = not no_browser and (os.name == "nt" or sys.platform == "darwin" or bool(os.environ.get("DISPLAY")))
    with opened(wanted, ear_of(scanner_name, interface), link_to(target)) as session:

        def told(address: str) -> None:
            click.echo(address)
            sys.stdout.flush()
            say(_STORIES[lang][session.story].format(file=session.path, n=len(session.record.items)))
            say(_RUNS[lang])

        serve_walk(session, site, site_path, port=port, lang=lang, told=told, browser=browser)


def site_of(path: Path) -> Site:
    """Return a site; what reads plans takes most of a second to load on a small laptop, so plain sites come first.

    Raises
    ------
    SiteError
        It is neither a site nor a plan, or faulty.
    """
    try:
        site = files.read_site(path)
    except SiteError:
        site = files.read_site_or_plan(path)
    if not site.floors:
        raise SiteError(
            "the site has no floor to stand on",
            remedy="draw one first: wifiplan web",
            where=str(path),
            zh=("案場沒有樓層", "請先用 wifiplan web 畫平面圖"),
        )
    return site


def one_line(text: str) -> str:
    """Return a text of the command line on one line of printable characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text[:120]).split())
