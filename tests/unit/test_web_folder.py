"""The planner's folder: its names, its index, and one writer at a time."""

import json
import multiprocessing
from pathlib import Path

import pytest

from wifiplan.errors import SiteError
from wifiplan.files import read_site
from wifiplan.web.folder import ConflictError, Folder
from wifiplan.web.guard import Key
from wifiplan.web.listing import Listing
from wifiplan.web.locked import FolderLock

DEMO = Path(__file__).parents[2] / "floorplans" / "demo-remote.json"


def test_the_index_reads_only_what_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(3):
        (tmp_path / f"s{n}.json").write_bytes(DEMO.read_bytes())
    (tmp_path / "plan.json").write_text('{"answers": 1}', encoding="utf-8")
    listing = Listing(tmp_path)
    assert [*listing.sites()] == ["s0", "s1", "s2"]
    read: list[str] = []
    monkeypatch.setattr("wifiplan.web.listing._contents", lambda path: read.append(path.stem))
    assert [*listing.sites()] == ["s0", "s1", "s2"]
    assert not read
    (tmp_path / "s1.json").write_text('{"name": "x", "floors": []}', encoding="utf-8")
    listing.sites()
    assert read == ["s1"]


def _add(root: Path, n_times: int) -> None:
    lock = FolderLock(root / "lock")
    for _ in range(n_times):
        with lock.held():
            path = root / "n"
            path.write_text(str(int(path.read_text(encoding="utf-8")) + 1), encoding="utf-8")


def test_two_planners_never_write_at_once(tmp_path: Path) -> None:
    (tmp_path / "n").write_text("0", encoding="utf-8")
    context = multiprocessing.get_context("fork")
    both = [context.Process(target=_add, args=(tmp_path, 200)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    assert (tmp_path / "n").read_text(encoding="utf-8") == "400"


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / ".wifiplan").symlink_to(outside)
    with pytest.raises(SiteError, match="link"):
        Folder(root).keep_draft("demo", {"doc": 1})
    (root / "surveys").symlink_to(outside)
    with pytest.raises(SiteError, match="link"):
        Folder(root).keep_surveys("demo", [b"x"])
    assert not [*outside.iterdir()]


def test_what_somebody_else_wrote_is_kept(tmp_path: Path) -> None:
    folder, site = Folder(tmp_path), read_site(DEMO)
    revision = folder.save("a", site, revision=None)
    (tmp_path / "a.json").write_text(json.dumps({"name": "theirs", "floors": []}), encoding="utf-8")
    with pytest.raises(ConflictError):
        folder.save("a", site, revision=revision)
    folder.save("a", site, revision=revision, force=True)
    assert json.loads((tmp_path / "a.old-1.json").read_text(encoding="utf-8"))["name"] == "theirs"


def test_browsers_leave_out_the_port_of_plain_http() -> None:
    assert "127.0.0.1" in Key(port=80).hosts
    assert "127.0.0.1" not in Key(port=8470).hosts
