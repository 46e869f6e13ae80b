"""Writing answers: beside the target first, then renamed, so that nothing half-written is ever left."""

import csv
import io
import itertools
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from wifiplan.errors import OutputError

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a path to write to; rename it to `path` when the block ends well, delete it when it does not.

    Missing folders are made. The yielded name keeps the suffix: some writers choose their format by it.

    Parameters
    ----------
    path : Path
        The file that the user asked for.

    Yields
    ------
    Path
        A file in the same folder that nobody else uses.

    Raises
    ------
    OutputError
        The target cannot be written: a program holds it open, the disk is full, a folder is in the way.
    """
    beside = path.with_name(f".{path.stem}.{secrets.token_hex(4)}.part{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield beside
        os.replace(beside, path)  # noqa: PTH105 - Path.replace hides the target in its error message
    except OSError as error:
        if not _is_about(error, (beside, path, *path.parents)):
            raise
        raise _output_error(error, path) from error
    finally:
        _remove(beside)


def check_writable(folder: Path, names: Iterable[str]) -> None:
    """See that answers can be written into a folder, before long work starts; nothing is left behind.

    Parameters
    ----------
    folder : Path
        Folder of the answers; it need not exist.
    names : iterable of str
        Files that will be written or replaced; those that exist are not changed.

    Raises
    ------
    OutputError
        The folder cannot be made or written, or a program holds one of the files open.
    """
    ground = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    probe = ground / f".{secrets.token_hex(4)}.part"
    try:
        probe.touch()
    except OSError as error:
        raise _output_error(error, folder) from error
    finally:
        _remove(probe)
    for path in (folder / name for name in names):
        try:
            if path.exists():
                path.open("r+b").close()
        except OSError as error:
            raise _output_error(error, path) from error


def check_apart(inputs: Iterable[Path], answers: Iterable[Path]) -> None:
    """See that no answer takes the place of a file that it is made from.

    Raises
    ------
    OutputError
        All files that would be written over.
    """
    given = {path.resolve() for path in inputs}
    both = [path for path in answers if path.resolve() in given]
    if both:
        raise OutputError(
            "the answer would take the place of a file that was given; nothing was written",
            remedy="choose another folder or name for the answers",
            where=", ".join(map(str, both)),
        )


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` to `path` in one go.

    Raises
    ------
    OutputError
        See `atomic_path`.
    """
    with atomic_path(path) as beside:
        beside.write_bytes(content)


def keep_copy(path: Path) -> Path:
    """Copy a file that is about to be overwritten to the first free of NAME.old-1, NAME.old-2, …; return the copy.

    Raises
    ------
    OutputError
        See `atomic_path`.
    """
    names = (path.with_name(f"{path.stem}.old-{n}{path.suffix}") for n in itertools.count(1))
    copy = next(name for name in names if not name.exists())
    write_bytes(copy, path.read_bytes())
    return copy


def copy_file(source: Path, target: Path) -> None:
    """Copy a file in one go.

    Raises
    ------
    OutputError
        See `atomic_path`; or the source cannot be read.
    """
    try:
        content = source.read_bytes()
    except OSError as error:
        raise OutputError(
            f"the file cannot be read ({error.strerror or error})",
            remedy="check that it is a file which you may read",
            where=str(source),
        ) from error
    write_bytes(target, content)


def write_text(path: Path, text: str) -> None:
    r"""Write `text` as UTF-8 with \n at the end of lines on every system.

    Raises
    ------
    OutputError
        See `atomic_path`.
    """
    write_bytes(path, text.encode("utf-8"))


def write_csv(path: Path, rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> None:
    """Write a table that a spreadsheet opens with its Chinese text intact (UTF-8 with a byte order mark).

    Parameters
    ----------
    path : Path
        Target.
    rows : iterable of mapping
        Column name to value; None and missing values become empty cells.
    columns : sequence of str
        The header, in order.

    Raises
    ------
    OutputError
        See `atomic_path`.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([csv_cell(row.get(column)) for column in columns] for row in rows)
    write_bytes(path, text.getvalue().encode("utf-8-sig"))


def csv_cell(value: object) -> str:
    """Return a value as the text of a CSV cell.

    Text that a spreadsheet would run as a formula gets a leading apostrophe: names are strangers' text.

    >>> csv_cell("=1+1"), csv_cell(-3), csv_cell(2.50001), csv_cell(None), csv_cell(True)
    ("'=1+1", '-3', '2.5', '', 'true')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    text = str(value)
    if isinstance(value, str) and text.startswith(_FORMULA_STARTS):
        return f"'{text}"
    return text


def _number(value: float) -> str:
    rounded = round(value, 3)
    return str(int(rounded)) if rounded.is_integer() else repr(float(rounded))


def _is_about(error: OSError, paths: Sequence[Path]) -> bool:
    if error.filename is None:
        return True
    return str(error.filename) in {str(path) for path in paths}


def _output_error(error: OSError, path: Path) -> OutputError:
    if isinstance(error, PermissionError):
        return OutputError(
            "the file cannot be written",
            remedy="if Excel or another program holds it open, close it there; else choose another folder",
            where=str(path),
        )
    if isinstance(error, IsADirectoryError | NotADirectoryError | FileExistsError):
        return OutputError(
            "a folder and a file get in each other's way here",
            remedy="choose another name or folder for the output",
            where=str(path),
        )
    return OutputError(
        f"the file cannot be written ({error.strerror or error})",
        remedy="check the free space and the rights on that folder",
        where=str(path),
    )


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return
