"""What `wifiplan probe class` leaves: the result, kept after every step."""

from pathlib import Path

from wifiplan import files
from wifiplan.errors import OutputError
from wifiplan.probe.one_test import runtime_folder
from wifiplan.probe.records import ClassTest


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
