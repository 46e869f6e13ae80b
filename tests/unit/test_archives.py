"""Archives that were made to harm are refused, each with a message that says why."""

import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from wifiplan.errors import DrawingError, SurveyError
from wifiplan.files.drawings.archives import ArchiveLimits, open_archive


def _with(name: str, data: bytes = b"x", mode: int = 0) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)

    return make


def _twice(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.json", "1")
        archive.writestr("A.JSON", "2")


def _locked(path: Path) -> None:
    _with("a.json")(path)
    data = bytearray(path.read_bytes())
    data[6] |= 1
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1
    path.write_bytes(data)


def _lies(change: int) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        _with("a.json", b"[1, 2, 3, 4]" * 50)(path)
        data = bytearray(path.read_bytes())
        at = data.rfind(b"PK\x01\x02")
        (size,) = struct.unpack_from("<I", data, at + 24)
        struct.pack_into("<I", data, at + 24, size + change)
        path.write_bytes(data)

    return make


def _overlapping(path: Path) -> None:
    """Let two entries of the table of contents name the same packed bytes, as the bombs of Fifield do."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.json", "1" * 100)
        archive.writestr("b.json", "1" * 100)
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.rfind(b"PK\x01\x02") + 42, 10)
    path.write_bytes(data)


def _of_the_future(path: Path) -> None:
    """Ask for a version of the format that does not exist."""
    _with("a.json")(path)
    data = bytearray(path.read_bytes())
    data[data.rfind(b"PK\x01\x02") + 6] = 133
    path.write_bytes(data)


def _huge_table(path: Path) -> None:
    path.write_bytes(b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 65535, 65535, 0xFFFFFFF0, 0, 0))


HOSTILE: dict[str, tuple[Callable[[Path], None], str]] = {
    "parent": (_with("../../etc/passwd"), "leads out"),
    "absolute": (_with("/etc/passwd"), "leads out"),
    "backslash": (_with("..\\a.json"), "leads out"),
    "drive": (_with("C:/a.json"), "leads out"),
    "control": (_with("a\x1b[31m.json"), "no file name"),
    "bomb": (_with("a.json", b" " * 5_000_000), "times its size"),
    "link": (_with("a.json", b"/etc/passwd", stat.S_IFLNK | 0o777), "a link"),
    "twice": (_twice, "2 times"),
    "locked": (_locked, "password"),
    "overlapping": (_overlapping, "part of another"),
    "of the future": (_of_the_future, "not a zip archive"),
    "huge table": (_huge_table, "not a zip archive"),
    "no archive": (lambda path: path.write_bytes(b"%PDF-1.7"), "not a zip archive"),
    "empty": (lambda path: path.write_bytes(b""), "not a zip archive"),
    "absent": (lambda _: None, "no such file"),
    "folder": (lambda path: path.mkdir(), "no such file"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_archive_is_refused_with_the_reason(kind: str, tmp_path: Path) -> None:
    make, reason = HOSTILE[kind]
    path = tmp_path / "in.esx"
    make(path)
    with pytest.raises(DrawingError, match=reason) as caught, open_archive(path):
        pass
    assert caught.value.remedy
    assert caught.value.zh[0]
    assert "\x1b" not in str(caught.value)
    assert [p.name for p in tmp_path.iterdir()] == ([] if kind == "absent" else ["in.esx"])


@pytest.mark.parametrize("change", [-5, 5, 100_000])
def test_a_member_whose_size_is_a_lie_is_refused(change: int, tmp_path: Path) -> None:
    path = tmp_path / "in.esx"
    _lies(change)(path)
    with open_archive(path) as archive, pytest.raises(DrawingError, match="not as large"):
        archive.read("a.json")


def test_limits_and_kind_of_error_are_the_callers(tmp_path: Path) -> None:
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(40):
            archive.writestr(f"{n}/../{n}", "x" * 100)
    with pytest.raises(SurveyError) as caught, open_archive(path, error=SurveyError):
        pass
    assert len(caught.value.faults) == 21
    assert caught.value.faults[-1].problem == "and 20 more"
    for limits in (ArchiveLimits(max_entries=3), ArchiveLimits(max_total_bytes=3), ArchiveLimits(max_file_bytes=3)):
        with pytest.raises(DrawingError), open_archive(path, limits=limits):
            pass


def test_a_sound_archive_is_read_and_its_users_errors_are_their_own(tmp_path: Path) -> None:
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("folder")
        archive.writestr("folder/é.json", b"[1]" * 100)
    with open_archive(path) as archive:
        assert archive.sizes == {"folder/é.json": 300}
        assert archive.read("folder/é.json") == b"[1]" * 100
        with pytest.raises(DrawingError, match="more than"):
            archive.read("folder/é.json", max_bytes=10)
    with pytest.raises(PermissionError), open_archive(path):
        raise PermissionError("of the caller")
