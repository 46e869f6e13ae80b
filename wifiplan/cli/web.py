"""`wifiplan web`: the planner in a browser, on this machine alone."""

import os
import sys
from pathlib import Path

import click

from wifiplan import files
from wifiplan.cli.options import lang_option, law_option, say, settings_option
from wifiplan.errors import SettingsError
from wifiplan.scheme.options import Lang
from wifiplan.web import need_extra

PORT = 8470
"""A port that no well-known service uses."""


_RUNS = {
    "zh-TW": "規劃工具已啟動；請用本機瀏覽器開啟上述網址，按 Ctrl+C 結束",
    "en": "the planner runs; open the address in a browser of this machine; Ctrl+C ends it",
}


@click.command()
@click.argument("place", metavar="[DIR]", type=click.Path(path_type=Path), default=Path())
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="Port; 0 for any free one."
)
@click.option("--no-browser", is_flag=True, help="Only print the address; open nothing.")
@settings_option
@law_option
@lang_option
def web(
    place: Path, port: int, settings_path: Path | None, law_path: Path | None, lang: Lang, *, no_browser: bool
) -> None:
    """Open the planner in a browser: draw, import, plan, move access points, print.

    DIR holds site files (default: this folder); a site file opens that site. Only this machine's own browser is let
    in, with the address that is printed. Ctrl+C ends it; nothing that was drawn is lost.
    """
    need_extra()
    from wifiplan.cli.common import load_settings  # noqa: PLC0415 (brings figures along)
    from wifiplan.web.server import serve  # noqa: PLC0415 (an extra)

    root, first = (place.parent, place.stem) if place.suffix == ".json" else (place, None)
    if root.exists() and not root.is_dir():
        raise SettingsError(
            "this is neither a folder nor a site file",
            remedy="give a folder",
            where=str(place),
            zh=("這不是資料夾，也不是案場檔", "請指定資料夾"),
        )
    files.check_writable(root, ())
    root.mkdir(parents=True, exist_ok=True)

    def told(address: str) -> None:
        click.echo(address)
        sys.stdout.flush()
        say(_RUNS[lang])

    browser = not no_browser and (os.name == "nt" or sys.platform == "darwin" or bool(os.environ.get("DISPLAY")))
    serve(
        root.resolve(),
        first=first,
        port=port,
        lang=lang,
        settings=load_settings(settings_path, law_path),
        told=told,
        browser=browser,
    )
