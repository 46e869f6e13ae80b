"""A calibration and rows of figures as JSON, alike in every answer on surveys."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from wifiplan.files.json_input import Json
from wifiplan.report.survey_remarks import remark_in
from wifiplan.survey.estimates import Calibration

DECIMALS = 4
"""Ten thousandths of a decibel: no reading tells more."""


def calibration_json(calibration: Calibration) -> dict[str, Json]:
    """Return what was estimated, the error left by band, and remarks."""
    return {
        "parameters": [plain_record(asdict(one)) | {"is_learned": one.is_learned} for one in calibration.parameters],
        "bands": plain_rows(calibration.errors),
        "remarks": [remark_in("en", remark) for remark in calibration.remarks],
    }


def plain_rows(rows: Sequence[object]) -> list[Json]:
    """Return records, each as `plain_record`."""
    return [plain_record(asdict(row)) for row in rows]  # type: ignore[call-overload]


def plain_record(record: Mapping[str, object]) -> dict[str, Json]:
    """Return a record's numbers as JSON has them: rounded, null for what is not known.

    >>> plain_record({"rmse_db": 3.14159, "sd_db": float("nan"), "band": "5", "of": None})
    {'rmse_db': 3.1416, 'sd_db': None, 'band': '5', 'of': None}
    """
    return {key: plain_number(value) for key, value in record.items()}


def plain_number(value: object) -> Json:
    """Return a number or text as JSON has it."""
    if isinstance(value, float):
        return round(value, DECIMALS) if math.isfinite(value) else None
    return value if isinstance(value, str | int) else None
