"""The handbook builds in strict mode, needs nothing from elsewhere, and holds what the program says of itself."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytest.importorskip("mkdocs", reason="the dependency group `docs` is not installed")
LOADED = re.compile(r"<(?:script|img|iframe|source)[^>]*\ssrc=\"?([^\" >]+)|<link[^>]*\shref=\"?([^\" >]+)")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(out)],
        check=False,
        capture_output=True,
        cwd=ROOT,
        encoding="utf-8",
        # a proxy that refuses: whatever asked the network would fail
        env=os.environ
        | {"NO_MKDOCS_2_WARNING": "1", "https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"},
    )
    assert done.returncode == 0, done.stderr
    return out


def test_pages_load_nothing_from_elsewhere(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 30
    wanted = {url for page in pages for pair in LOADED.findall(page.read_text(encoding="utf-8")) for url in pair if url}
    assert "assets/iframe-worker.js" in wanted
    assert not [url for url in wanted if re.match(r"(?:https?:)?//", url)]
    styles = " ".join(path.read_text(encoding="utf-8") for path in site.rglob("*.css"))
    assert not re.findall(r"url\([\"']?(?:https?:)?//[^)]*", styles)


def test_pages_hold_the_programs_own_words(site: Path) -> None:
    said = {
        path: (site / f"reference/{path}.html").read_text(encoding="utf-8")
        for path in ("commands", "settings", "radio")
    }
    assert 'id="survey-walk"' in said["commands"]
    assert "--ap-budget" in said["commands"]
    assert 'id="demand.seat_probability"' in said["settings"]
    assert "<math" in said["radio"]
    assert "arithmatex" not in said["radio"]
    assert ".. math::" not in said["radio"]


def test_both_languages_lead_to_each_other(site: Path) -> None:
    chinese, english = ((site / name).read_text(encoding="utf-8") for name in ("index.html", "index.en.html"))
    assert '<html lang="zh-TW"' in chinese
    assert '<html lang="en"' in english
    assert 'href="index.en.html" hreflang="en"' in chinese
    assert 'href="index.html" hreflang="zh-TW"' in english
    assert 'placeholder="搜尋"' in chinese
    assert 'href="numbers.html" hreflang="en"' in (site / "numbers.zh-TW.html").read_text(encoding="utf-8")


def test_the_search_knows_chinese_words_and_works_from_the_disk(site: Path) -> None:
    index = (site / "search/search_index.js").read_text(encoding="utf-8")
    assert index.startswith("var __index")
    # words stand apart, by a blank of no width, so that each of them is found
    assert re.search("\u200b|\\\\u200b", index)
