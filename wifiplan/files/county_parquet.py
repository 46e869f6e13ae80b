"""A county's CSV table as Parquet, with the types and units of its columns."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from wifiplan.files.county_fields import Field, field
from wifiplan.files.json_input import Json, printable
from wifiplan.files.output import atomic_path

BLOCK_BYTES = 1 << 24
"""So much of the CSV is in memory at once; each block makes a row group."""

_ESCAPED = r"^'([=+\-@\t\r])"
"""What `csv_cell` puts before text that a spreadsheet would run; a database runs nothing."""


def has_parquet() -> bool:
    """Return whether pyarrow is installed."""
    return find_spec("pyarrow") is not None


def write_parquet(source: Path, target: Path) -> str | None:
    """Write a table that `county_fields` knows as Parquet; empty cells are null. Same table and library, same bytes.

    Parameters
    ----------
    source : Path
        The CSV, as `write_csv` writes it.
    target : Path
        The Parquet file.

    Returns
    -------
    str or None
        Why it was not written: a cell is no number where one should be. An earlier file is then taken away.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    arrow, tables, parquet = (import_module(name) for name in ("pyarrow", "pyarrow.csv", "pyarrow.parquet"))
    with source.open(encoding="utf-8-sig", newline="") as file:
        columns = file.readline().rstrip("\r\n").split(",")
    fields = [field(name) for name in columns]
    schema = arrow.schema([arrow.field(one.name, _type(arrow, one), metadata=_told(one)) for one in fields])
    try:
        with (
            atomic_path(target) as beside,
            tables.open_csv(source, **_options(tables, schema)) as batches,
            parquet.ParquetWriter(beside, schema, compression="zstd") as writer,
        ):
            for batch in batches:
                plain = _plain(arrow, batch, fields)
                writer.write_batch(arrow.RecordBatch.from_arrays(plain, schema=schema))
    except arrow.ArrowInvalid as error:
        target.unlink(missing_ok=True)
        return printable(str(error))[:160]
    return None


def _options(tables: Json, schema: Json) -> dict[str, Json]:
    """Return how pyarrow reads our CSV: in one thread, as blocks come in order."""
    return {
        "read_options": tables.ReadOptions(block_size=BLOCK_BYTES, use_threads=False),
        "parse_options": tables.ParseOptions(newlines_in_values=True),
        "convert_options": tables.ConvertOptions(
            column_types=schema,
            null_values=[""],
            true_values=["true", "TRUE"],
            false_values=["false", "FALSE"],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    }


def _plain(arrow: Json, batch: Json, fields: list[Field]) -> list[Json]:
    compute = import_module("pyarrow.compute")
    found = []
    for one, column in zip(fields, batch.columns, strict=True):
        plain = column
        if one.sort == "text":
            plain = compute.replace_substring_regex(column, _ESCAPED, r"\1")
        elif one.sort == "word":
            words = compute.replace_substring_regex(column.dictionary, _ESCAPED, r"\1")
            plain = arrow.DictionaryArray.from_arrays(column.indices, words)
        found.append(plain)
    return found


def _type(arrow: Json, one: Field) -> Json:
    return {
        "text": arrow.string(),
        "word": arrow.dictionary(arrow.int32(), arrow.string()),
        "whole": arrow.int32(),
        "number": arrow.float64(),
        "bool": arrow.bool_(),
    }[one.sort]


def _told(one: Field) -> dict[str, str] | None:
    return {"unit": one.unit} if one.unit else None
