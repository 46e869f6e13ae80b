"""Surveys as Parquet, for those who work on many of them in Python: the same columns, the head among the metadata."""

import io
from importlib import import_module
from pathlib import Path

from wifiplan.errors import Fault, MissingError, SurveyError
from wifiplan.files.json_input import Json, printable
from wifiplan.files.survey_head import MAX_HEAD, Head, head_text, read_head
from wifiplan.files.survey_rows import (
    COLUMNS,
    MAX_ROWS,
    NEEDED,
    TEXTS,
    WHOLE,
    Faults,
    Value,
    columns_of,
    samples_of,
    value_column,
)
from wifiplan.survey.records import Sample, Survey

MAGIC = b"PAR1"
MAX_UNPACKED = 1_000_000_000
"""Bytes: a million rows take 100 MB."""

_KEY = b"wifiplan"


def parquet_bytes(survey: Survey) -> bytes:
    """Return a survey as a Parquet file. Same survey and library, same bytes.

    Raises
    ------
    MissingError
        pyarrow is not installed.
    """
    arrow, parquet = _library()
    columns = columns_of(survey.samples)
    types = {
        name: arrow.string() if name in (*TEXTS, "band") else arrow.int32() if name in WHOLE else arrow.float64()
        for name in columns
    }
    for name in TEXTS:
        columns[name] = [printable(str(value)) for value in columns.get(name, [])] or columns.get(name, [])
    shown = {name: values for name, values in columns.items() if name in types}
    arrays = [arrow.array(values, type=types[name]) for name, values in shown.items()]
    table = arrow.Table.from_arrays(arrays, names=list(shown))
    out = io.BytesIO()
    parquet.write_table(table.replace_schema_metadata({_KEY: head_text(survey).encode()}), out)
    return out.getvalue()


def parquet_survey(path: Path, faults: Faults, head_faults: list[Fault]) -> tuple[Head, tuple[Sample, ...]]:
    """Return head and samples of a Parquet file; what is wrong is noted.

    Raises
    ------
    MissingError
        pyarrow is not installed.
    SurveyError
        The file is damaged, or larger than is read.
    """
    arrow, parquet = _library()
    try:
        with parquet.ParquetFile(path) as file:
            told = file.metadata
            unpacked = sum(told.row_group(n).total_byte_size for n in range(min(told.num_row_groups, 10_000)))
            if told.num_rows > MAX_ROWS or unpacked > MAX_UNPACKED or told.num_row_groups > 10_000:
                raise _too_large(path, told.num_rows)
            schema = file.schema_arrow
            head = read_head(_head_of(schema.metadata), head_faults)
            names = list(schema.names)
            _check_names(names, head_faults)
            if head_faults:
                return head, ()
            _check_types(schema, head_faults, arrow)
            if head_faults:
                return head, ()
            table = file.read()
            plain = {name: table.column(name).to_numpy(zero_copy_only=False).tolist() for name in names}
    except (arrow.ArrowException, OSError, ValueError) as error:
        raise SurveyError(
            f"the Parquet file cannot be read ({printable(str(error))[:160]})",
            remedy="write it again, whole",
            where=str(path),
            zh=("無法讀取 Parquet 檔", "請重新匯出完整的檔案"),
        ) from error
    checked: dict[str, list[Value]] = {name: value_column(name, plain[name], faults) for name in names}
    return head, () if faults.n else samples_of(checked, len(plain["floor"]))


def _check_names(names: list[str], faults: list[Fault]) -> None:
    for name in names:
        if name not in COLUMNS:
            problem = f"unknown column {printable(name)[:60]!r}"
            faults.append(Fault(where="columns", problem=problem, remedy=f"known: {', '.join(COLUMNS)}"))
    faults += [Fault(where="columns", problem=f"the column {c} is missing") for c in NEEDED if c not in names]
    if len(set(names)) != len(names):
        faults.append(Fault(where="columns", problem="a column is there twice"))


def _check_types(schema: Json, faults: list[Fault], arrow: Json) -> None:
    for one in schema:
        is_text = one.name in (*TEXTS, "band")
        kinds = arrow.types
        told = one.type.value_type if kinds.is_dictionary(one.type) else one.type
        sound = kinds.is_string(told) or kinds.is_large_string(told)
        if not is_text:
            sound = kinds.is_integer(told) or kinds.is_floating(told)
        if not (sound or kinds.is_null(told)):
            problem = f"holds {printable(str(one.type))[:40]}, not {'text' if is_text else 'numbers'}"
            faults.append(Fault(where=f"columns, {printable(one.name)[:40]}", problem=problem))


def _head_of(metadata: dict[bytes, bytes] | None) -> str:
    told = (metadata or {}).get(_KEY, b"{}")[:MAX_HEAD]
    return told.decode("utf-8", "replace")


def _too_large(path: Path, n: int) -> SurveyError:
    return SurveyError(
        f"{n:,} rows are more than the {MAX_ROWS:,} that are read, or they take too much room",
        remedy="split the file",
        where=str(path),
        zh=("資料列過多", "請分割檔案"),
    )


def _library() -> tuple[Json, Json]:
    """Return pyarrow and its Parquet module; they are large and few need them."""
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise MissingError(
            "Parquet files need pyarrow, which is not installed",
            remedy='install it (pip install "wifiplan[parquet]"), or use CSV',
            zh=("讀寫 Parquet 檔需要 pyarrow，目前沒有安裝", '請安裝（pip install "wifiplan[parquet]"），或改用 CSV'),
        ) from error
