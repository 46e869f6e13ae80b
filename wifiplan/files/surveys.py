"""Survey files: a table of readings as CSV, one line of JSON above it that says whose they are; or that as Parquet."""

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

from wifiplan.errors import Fault, SurveyError
from wifiplan.files.json_input import printable, read_text
from wifiplan.files.output import write_bytes
from wifiplan.files.survey_head import MAX_HEAD, Head, head_text, read_head
from wifiplan.files.survey_parquet import MAGIC, parquet_bytes, parquet_survey
from wifiplan.files.survey_rows import COLUMNS, MAX_ROWS, NEEDED, Faults, columns_of, lines_of, samples_of, text_column
from wifiplan.survey.records import Sample, Survey

MAX_SURVEY_BYTES = 100_000_000
"""Half a million readings take 40 MB."""
MAX_FAULTS = 100
"""So many faults are told; a file in another format has one in every row."""
_DECIMAL = re.compile(r"-?\d+\.\d+")
_MIN_ALIKE = 3
ENDINGS = (".csv", ".parquet")


def write_survey(path: Path | str, survey: Survey) -> None:
    """Write a survey: a line of JSON, a line of column names, one reading a line; as Parquet where the name ends so.

    Raises
    ------
    OutputError
        The file cannot be written.
    MissingError
        Parquet was asked for, and pyarrow is not installed.
    """
    write_bytes(Path(path), survey_bytes(Path(path), survey))


def survey_bytes(path: Path, survey: Survey) -> bytes:
    """Return what `write_survey` writes to a path. Same survey, same bytes."""
    return parquet_bytes(survey) if path.suffix.lower() == ".parquet" else dump_survey(survey).encode()


def dump_survey(survey: Survey) -> str:
    r"""Return the text of a survey file; columns that no reading fills are left out.

    >>> dump_survey(Survey(name="三樓", samples=(Sample(floor=2, x_m=1.5, y_m=2.0, rssi_dbm=-61.0),)))
    '{"format": 1, "name": "三樓"}\nfloor,x_m,y_m,rssi_dbm\n2,1.5,2.0,-61.0\n'
    """
    return f"{head_text(survey)}\n{lines_of(columns_of(survey.samples))}"


def read_survey(path: Path | str) -> Survey:
    """Read a survey file.

    Parameters
    ----------
    path : Path or str
        As `write_survey` writes it: UTF-8, columns in any order, floor, x_m and y_m at least; or Parquet with the same
        columns.

    Returns
    -------
    Survey
        The readings in the order of the file.

    Raises
    ------
    SurveyError
        The file cannot be read, or it has faults: all of them, with the row and column that a spreadsheet shows.
    MissingError
        It is Parquet, and pyarrow is not installed.
    """
    path = Path(path)
    faults: list[Fault] = []
    if _starts_with(path, MAGIC):
        in_rows = Faults(most=MAX_FAULTS, first_row=1)
        head, samples = parquet_survey(path, in_rows, faults)
    else:
        in_rows = Faults(most=MAX_FAULTS, first_row=3)
        _check_encoding(path)
        text = read_text(path, max_bytes=MAX_SURVEY_BYTES, error=SurveyError)
        _check_commas(text, path)
        first, _, rest = text.partition("\n")
        head = read_head(first, faults)
        samples = _table(rest, faults, in_rows)
    n = len(faults) + in_rows.n
    if n:
        raise SurveyError(
            f"the survey file has {n:,} fault{'s' if n > 1 else ''}",
            remedy="correct the places listed; the first line is JSON, the second names the columns",
            where=str(path),
            faults=[*faults, *in_rows.told()],
            zh=(f"量測檔有 {n:,} 處錯誤", "請修正所列之處；第一行是 JSON，第二行是欄名"),
        )
    return _survey(head, samples, path)


def _survey(head: Head, samples: tuple[Sample, ...], path: Path) -> Survey:
    return Survey(
        name=head.name or path.stem,
        device=head.device,
        samples=samples,
        surveyor=head.surveyor,
        started_at=head.started_at,
        source=head.source,
        remarks=head.remarks,
        photos=head.photos,
    )


def _check_encoding(path: Path) -> None:
    if _starts_with(path, b"\xff\xfe") or _starts_with(path, b"\xfe\xff"):
        raise SurveyError(
            "the file is UTF-16, not UTF-8",
            remedy="save it again as CSV UTF-8",
            where=str(path),
            zh=("檔案編碼是 UTF-16，不是 UTF-8", "請另存為 CSV UTF-8"),
        )


def _check_commas(text: str, path: Path) -> None:
    """Raise where a spreadsheet parted the cells by another sign."""
    names = text[: 2 * MAX_HEAD].split("\n", 2)[1:2]
    for sign, name, name_zh in ((";", "semicolons", "分號"), ("\t", "tabs", "定位字元")):
        if names and names[0].count(sign) >= len(NEEDED) - 1 and "," not in names[0]:
            raise SurveyError(
                f"its cells are parted by {name}, not commas",
                remedy="save it again as CSV UTF-8 with commas, and a point in numbers; or keep the file as it was",
                where=str(path),
                zh=(f"欄位以{name_zh}分隔，不是逗號", "請另存為以逗號分隔的 CSV UTF-8，小數點用句點；或使用原來的檔案"),
            )


def _note_cut(text: str, last: Sequence[str], numbers: Sequence[int], faults: Faults) -> None:
    """Note a file that ends inside its last number: no end of line, and less behind the point than all others have."""
    others = last[:-1]
    if (
        text.endswith("\n")
        or len(others) < _MIN_ALIKE
        or not all(map(_DECIMAL.fullmatch, others))
        or _DECIMAL.fullmatch(last[-1])
    ):
        return
    faults.add(numbers[-1], "", f"the file ends inside it, at {printable(last[-1])[:40]!r}: it was cut")


def _starts_with(path: Path, mark: bytes) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(mark)) == mark
    except OSError:
        return False  # the reader of text tells why


def _table(text: str, faults: list[Fault], in_rows: Faults) -> tuple[Sample, ...]:
    names, _, rest = text.partition("\n")
    plain = '"' not in text and "\r" not in rest.replace("\r\n", "\n")
    try:
        columns = [cell.strip() for cell in next(csv.reader([names], strict=True), [])]
    except csv.Error as error:
        columns = []
        faults.append(Fault(where="row 2", problem=f"not a CSV table ({error})", remedy="save it as CSV UTF-8"))
    faults += [
        Fault(where="row 2", problem=f"unknown column {printable(c)[:60]!r}", remedy=f"known: {', '.join(COLUMNS)}")
        for c in columns
        if c not in COLUMNS
    ]
    faults += [Fault(where="row 2", problem=f"the column {c} is missing") for c in NEEDED if c not in columns]
    if len(set(columns)) != len(columns):
        faults.append(Fault(where="row 2", problem="a column is there twice"))
    if rest.count("\n") > MAX_ROWS:
        faults.append(Fault(where="", problem=f"there are more than {MAX_ROWS:,} rows"))
    if faults:
        return ()
    quick = _quick(rest, len(columns)) if plain else None
    if quick is not None:
        _note_cut(rest, quick[-1], range(len(quick[0])), in_rows)
        return _samples(quick, columns, range(len(quick[0])), in_rows)
    try:
        rows = list(csv.reader(io.StringIO(rest, newline=""), strict=True))
    except csv.Error as error:
        faults.append(Fault(where="", problem=f"not a CSV table ({error})", remedy="save it as CSV UTF-8"))
        return ()
    kept = [number for number, row in enumerate(rows) if any(row)]
    n = len(columns)
    for number in kept:
        if len(rows[number]) != n:
            is_end = number == kept[-1] and not rest.endswith("\n") and len(rows[number]) < n
            in_rows.add(number, "", f"{len(rows[number])} cells, not {n}" + (": the file was cut" if is_end else ""))
    if len(kept) > 1 and len(rows[kept[-1]]) == n:
        _note_cut(rest, [rows[number][-1] for number in kept if rows[number]], kept, in_rows)
    cells = list(zip(*((rows[number] + [""] * n)[:n] for number in kept), strict=True)) or [()] * n
    return _samples(cells, columns, kept, in_rows)


def _quick(text: str, n: int) -> list[list[str]] | None:
    """Return the columns of lines that hold no quotation mark and all have the same number of cells; None: not so."""
    lines = text.removesuffix("\n").replace("\r\n", "\n").removesuffix("\r").split("\n")
    if any(line.count(",") != n - 1 for line in lines) or "," * (n - 1) in lines:
        return None
    cells = ",".join(lines).split(",")
    return [cells[k::n] for k in range(n)]


def _samples(
    cells: Sequence[Sequence[str]], columns: Sequence[str], numbers: Sequence[int], faults: Faults
) -> tuple[Sample, ...]:
    """Return the samples of columns of cells; `numbers` are their rows in the file."""
    filled = Faults(most=faults.most, first_row=faults.first_row)
    values = {name: text_column(name, one, filled) for name, one in zip(columns, cells, strict=True)}
    for row, _, fault in filled.found:
        faults.add(numbers[row], fault.where.partition(", ")[2], fault.problem)
    faults.n += filled.n - len(filled.found)
    return () if faults.n else samples_of(values, len(numbers))
