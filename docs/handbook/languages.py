"""Which language a page is in, which page says the same in the other, and the names of the tabs in Chinese."""

import re
from collections.abc import Collection

CHINESE_TITLES = {
    "Start": "開始",
    "Tutorials": "教學",
    "Plan a county": "規劃全縣",
    "On site": "現場",
    "How each number is computed": "數字怎麼算",
    "Reference": "參考",
    "Evidence": "驗證",
}
HOME = {"index.md": "index.en.md", "numbers.zh-TW.md": "numbers.md"}
"""Chinese pages that have an English counterpart, beside the tutorials."""

_PREFORMATTED = re.compile(r"(<pre\b.*?</pre>)", re.DOTALL)
_WIDE = r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]"
_BROKEN = re.compile(rf"(?<={_WIDE})\n(?={_WIDE})")

_CHINESE, _ENGLISH = "tutorial/zh-TW/", "tutorial/en/"


def language(path: str) -> str:
    """Return the language of a page by its path in docs/.

    Examples
    --------
    >>> language("index.md"), language("laws.md"), language("tutorial/zh-TW/reader.md")
    ('zh-TW', 'en', 'zh-TW')
    """
    return "zh-TW" if path in HOME or path.startswith(_CHINESE) else "en"


def counterpart(path: str, pages: Collection[str]) -> str:
    """Return the page that says the same in the other language, else that language's first page.

    Examples
    --------
    >>> counterpart("tutorial/en/reader.md", {"tutorial/zh-TW/reader.md"})
    'tutorial/zh-TW/reader.md'
    >>> counterpart("laws.md", {"laws.md"})
    'index.md'
    """
    english = {there: here for here, there in HOME.items()}
    if language(path) == "zh-TW":
        other = HOME.get(path, path.replace(_CHINESE, _ENGLISH))
        return other if other in pages or path in HOME else "index.en.md"
    other = english.get(path, path.replace(_ENGLISH, _CHINESE))
    return other if (other in pages and other != path) or path in english else "index.md"


def joined(html: str) -> str:
    r"""Return a page without line breaks between Chinese characters: a browser shows each as a gap in the sentence.

    Examples
    --------
    >>> joined("<p>全校、\n教室 A\n棟</p><pre>甲\n乙</pre>")
    '<p>全校、教室 A\n棟</p><pre>甲\n乙</pre>'
    """
    parts = _PREFORMATTED.split(html)
    return "".join(part if part.startswith("<pre") else _BROKEN.sub("", part) for part in parts)
