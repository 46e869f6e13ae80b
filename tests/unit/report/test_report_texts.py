import string

import pytest

from wifiplan.errors import SettingsError
from wifiplan.report.texts import LANGS, number_text, share_text, texts


def _fields(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_languages_have_the_same_keys() -> None:
    first, *others = (set(texts(lang)) for lang in LANGS)
    assert all(first == other for other in others)


def test_languages_fill_the_same_fields() -> None:
    chinese, english = texts("zh-TW"), texts("en")
    differing = {key for key in chinese if _fields(chinese[key]) != _fields(english[key])}
    assert differing == set()


def test_no_sentence_is_empty_but_the_dash_of_english_counts() -> None:
    assert all(text.strip() for lang in LANGS for text in texts(lang).values())


def test_english_has_no_chinese_characters() -> None:
    assert all(ord(c) < 0x2E80 for text in texts("en").values() for c in text)


def test_an_unknown_language_names_the_known_ones() -> None:
    with pytest.raises(SettingsError, match="klingon") as caught:
        texts("klingon")
    assert "zh-TW, en" in str(caught.value)


def test_texts_can_not_be_changed() -> None:
    with pytest.raises(TypeError):
        texts("en")["kind.0"] = "x"  # type: ignore[index]


def test_a_share_never_rounds_to_an_edge_that_it_does_not_reach() -> None:
    assert share_text(0.9996) != "100 %"
    assert share_text(0.0004) != "0 %"
    assert share_text(0.0) == "0 %"


def test_numbers_lose_needless_zeros_only() -> None:
    assert [number_text(n) for n in (100.0, 10.5, 0.0, -0.01)] == ["100", "10.5", "0", "0"]
