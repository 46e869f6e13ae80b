"""The end of `wifiplan probe class`: the sheet to be signed, beside the result."""

from pathlib import Path

from wifiplan import files
from wifiplan.files.compared import mark_of
from wifiplan.probe.records import ClassTest
from wifiplan.report.class_sheet import ClassSheet, write_class_sheet
from wifiplan.study.class_tests import beside_plan
from wifiplan.study.records import Plan
from wifiplan.study.retests import compare_tests


def write_sheet(test: ClassTest, result_path: Path, plan: Plan | None, earlier_path: Path | None, lang: str) -> Path:
    """Write the sheet of a test beside its result; return its path.

    Parameters
    ----------
    test : ClassTest
        What was measured.
    result_path : Path
        Its file.
    plan : Plan or None
        What was predicted.
    earlier_path : Path or None
        The test that it repeats.
    lang : "zh-TW" or "en"
        Of the sheet.

    Raises
    ------
    OutputError
        The sheet cannot be written; the result is.
    """
    beside = beside_plan(test, plan, None if plan is None else mark_of(plan))
    retest = None if earlier_path is None else compare_tests(test, files.read_class_test(earlier_path))
    path = result_path.with_suffix(".pdf")
    write_class_sheet(ClassSheet(test=test, beside=beside, retest=retest), path, lang=lang)
    return path
