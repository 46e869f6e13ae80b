import pytest

from wifiplan.catalog.applications import profile, profiles
from wifiplan.errors import CatalogError


def test_three_profiles_with_their_chinese_names() -> None:
    assert {p.name: p.name_zh for p in profiles().values()} == {
        "video": "影音",
        "e_testing": "線上測驗",
        "conferencing": "視訊",
    }


def test_airtime_caps_and_video_rate_follow_their_sources() -> None:
    assert [profile(n).max_airtime_share for n in ("video", "e_testing", "conferencing")] == [0.6, 0.7, 0.5]
    assert profile("video").mbps_down == 2.5
    assert "MEXT" in profile("video").source


def test_an_unknown_profile_is_said() -> None:
    with pytest.raises(CatalogError, match="no requirement profile 'gaming'"):
        profile("gaming")
