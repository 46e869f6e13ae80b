"""Formulas of docstrings and pages as MathML, which browsers draw without a script or a font from elsewhere."""

import html
import re
import textwrap

import griffe
from latex2mathml.converter import convert

_DIRECTIVE = re.compile(
    r"^(?P<indent> *)\.\. math::(?P<first>[^\n]*)(?P<rest>(?:\n(?P=indent) +[^\n]+|\n *(?=\n))*)", re.MULTILINE
)
_SECTION = re.compile(r"^(?=[A-Z][A-Za-z ]+\n-{3,}\n)", re.MULTILINE)
_ROLE = re.compile(r":math:`(?P<formula>[^`]+)`")
_MARKED = re.compile(
    r'<(?P<tag>div|span) class="arithmatex">\\(?P<open>[\[(])(?P<formula>.*?)\\[\])]</(?P=tag)>', re.DOTALL
)


class Formulas(griffe.Extension):
    """Rewrites the formulas of numpy docstrings as Markdown knows them."""

    def on_object(self, *, obj: griffe.Object, **_: object) -> None:  # griffe's signature
        """Rewrite the docstring of one object."""
        if obj.docstring is not None:
            obj.docstring.value = as_markdown(obj.docstring.value)


def as_markdown(docstring: str) -> str:
    r"""Return a docstring with its formulas between brackets.

    Examples
    --------
    >>> as_markdown("with :math:`x^2`")
    'with \\(x^2\\)'
    """
    blocks = _DIRECTIVE.sub(_block, _notes_first(docstring))
    return _ROLE.sub(lambda found: rf"\({found['formula']}\)", blocks)


def _notes_first(docstring: str) -> str:
    """Return a docstring with its notes, where the formulas stand, before the lists: folded away nobody reads them."""
    head, *sections = _SECTION.split(docstring)
    notes = [section.split("\n", 2)[2] for section in sections if section.startswith("Notes\n")]
    return "\n\n".join([head.rstrip("\n"), *notes, *(s for s in sections if not s.startswith("Notes\n"))])


def _block(found: re.Match[str]) -> str:
    formula = " ".join((found["first"] + "\n" + textwrap.dedent(found["rest"])).split())
    return f"{found['indent']}\\[{formula}\\]\n"


def as_mathml(page: str) -> str:
    """Return the HTML of a page with every marked formula as MathML."""
    return _MARKED.sub(
        lambda found: convert(
            html.unescape(found["formula"]).strip(), display="block" if found["open"] == "[" else "inline"
        ),
        page,
    )
