"""Fixtures for all tests."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from bed import Feature, missing

# programs and helpers of the test bed: no tests, and not to be imported for their doctests
collect_ignore = ["bed"]

# a busy machine is slow, not wrong
settings.register_profile("house", deadline=None)
settings.load_profile("house")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def repo_root() -> Path:
    """Return the checkout's root."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real data beside the checkout; skip where it is absent."""
    folder = Path(os.environ.get("WIFIPLAN_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("real data is not beside the checkout")
    return folder


@pytest.fixture
def bed_needs() -> Callable[[Feature], None]:
    """Return a function that skips the test where this machine lacks a feature of the test bed, saying which."""

    def check(feature: Feature) -> None:
        reason = missing(feature)
        if reason:
            pytest.skip(reason)

    return check
