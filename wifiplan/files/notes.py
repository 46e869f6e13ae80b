"""What a reader of files tells about them that is no error: in English and in Chinese."""

from collections.abc import Sequence
from typing import NamedTuple

from wifiplan.scheme.school import STAGE_WORDS


class Note(NamedTuple):
    """One sentence in both languages."""

    en: str
    zh: str

    def text(self, lang: str) -> str:
        """Return the sentence in a language.

        >>> Note("a.json names no school", "a.json 未寫明學校").text("zh-TW")
        'a.json 未寫明學校'
        """
        return self.zh if lang == "zh-TW" else self.en


def school_zh(key: tuple[str, str]) -> str:
    """Return stage and code of a school in Chinese.

    >>> school_zh(("junior", "190501"))
    '國中 190501'
    """
    stage = next((words[0] for stage, words in STAGE_WORDS.items() if stage == key[0]), key[0])
    return f"{stage} {key[1]}"


def listing(en: str, zh: str, names: Sequence[str]) -> Note:
    """Return a note that ends in a list of names.

    >>> listing("kept", "保留", ["a", "b"])
    Note(en='kept: a, b', zh='保留：a、b')
    """
    return Note(f"{en}: {', '.join(names)}", f"{zh}：{'、'.join(names)}")


def not_in_roster(file: str, key: tuple[str, str]) -> Note:
    """Return the note on a school of a list that the roster does not have."""
    return Note(f"{file}: {key[0]} {key[1]} is not in the roster", f"{file}：名冊中沒有{school_zh(key)}")
