"""What `wifiplan probe class` leaves: the result, kept after every step, and the sheet to be signed beside it."""

from pathlib import Path
from typing import TYPE_CHECKING

from wifiplan import files
from wifiplan.errors import OutputError
from wifiplan.probe.one_test import runtime_folder
from wifiplan.probe.records import ClassTest

if TYPE_CHECKING:
    from wifiplan.study.records import Plan


class Keeper:
    """Writes a test's result where it was asked for; where that fails (a full disk), where this user can write.

    A lesson can't be repeated: what a class measured is not thrown away for a memory stick that was pulled out.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path = folder
        self.elsewhere = False

    def keep(self, test: ClassTest) -> None:
        """Write the result as it stands.

        Raises
        ------
        OutputError
            It can be written nowhere; the message is that of the folder that was asked for.
        """
        name = files.class_test_name(test)
        try:
            self._write(self._folder / name, test)
        except OutputError:
            if not any(self._tried(folder / name, test) for folder in _others()):
                raise
        self.elsewhere = self.path.parent != self._folder

    def _write(self, path: Path, test: ClassTest) -> None:
        files.write_class_test(path, test)
        self.path = path

    def _tried(self, path: Path, test: ClassTest) -> bool:
        try:
            self._write(path, test)
        except OutputError:
            return False
        return True


def _others() -> tuple[Path, ...]:
    return Path.home(), runtime_folder()


def write_sheet(test: ClassTest, result_path: Path, plan: "Plan | None", earlier_path: Path | None, lang: str) -> Path:
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
    # heavy, and needed only now
    from wifiplan.files.compared import mark_of  # noqa: PLC0415
    from wifiplan.report.class_sheet import ClassSheet, write_class_sheet  # noqa: PLC0415
    from wifiplan.study.class_tests import beside_plan  # noqa: PLC0415
    from wifiplan.study.retests import compare_tests  # noqa: PLC0415

    beside = beside_plan(test, plan, None if plan is None else mark_of(plan))
    retest = None if earlier_path is None else compare_tests(test, files.read_class_test(earlier_path))
    path = result_path.with_suffix(".pdf")
    write_class_sheet(ClassSheet(test=test, beside=beside, retest=retest), path, lang=lang)
    return path
