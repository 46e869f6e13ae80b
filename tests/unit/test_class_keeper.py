"""What a class measured is kept, wherever it can be."""

from pathlib import Path

import pytest

from class_samples import class_test
from wifiplan import files
from wifiplan.cli import probe_class_end
from wifiplan.cli.probe_class_end import Keeper
from wifiplan.errors import OutputError


def test_a_result_that_cannot_be_written_where_it_should_be_is_kept_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, gone = tmp_path / "home", tmp_path / "stick"
    home.mkdir()
    monkeypatch.setattr(probe_class_end, "_others", lambda: (tmp_path / "file" / "x", home))
    (tmp_path / "file").touch()
    keeper = Keeper(gone)
    keeper.keep(class_test())
    assert (keeper.path.parent, keeper.elsewhere) == (gone, False)
    keeper.path.unlink()
    gone.rmdir()
    gone.touch()  # pulled out: nothing can be written there
    keeper.keep(class_test())
    assert (keeper.path.parent, keeper.elsewhere) == (home, True)
    assert files.read_class_test(keeper.path).id == class_test().id
    monkeypatch.setattr(probe_class_end, "_others", tuple)
    with pytest.raises(OutputError):
        keeper.keep(class_test())
