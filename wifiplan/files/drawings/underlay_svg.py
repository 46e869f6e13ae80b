"""SVG drawings of strangers: what is drawing is kept, what runs, loads or tracks is left out and counted."""

import math
import re
from collections import Counter
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from wifiplan.errors import DrawingError

MAX_BYTES = 40_000_000
MAX_ELEMENTS = 500_000
MAX_DEPTH = 200

MAX_DRAWN = 2_000_000
"""Elements after all `use` are followed: ten nested ones of ten each are ten thousand million."""

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"

_DRAWN = frozenset(
    (
        *("svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "textPath"),
        *("defs", "use", "symbol", "clipPath", "mask", "pattern", "linearGradient", "radialGradient", "stop", "marker"),
        *("image", "title", "desc", "style", "switch"),
    )
)
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+", re.IGNORECASE)
_UNSAFE = re.compile(
    r"\\|@import|expression|javascript:|behavior|-moz-binding|url\(\s*['\"]?(?!['\"]?#)", re.IGNORECASE
)
_LENGTH = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(px|pt|pc|mm|cm|in|)\s*")
_PX = {"px": 1.0, "": 1.0, "pt": 96 / 72, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanSvg:
    """A drawing that is safe to show: its bytes, its size in pixels, and what was left out of it by name."""

    data: bytes = field(repr=False)
    width_px: float
    height_px: float
    left: Counter[str]


def clean_svg(data: bytes, *, where: str) -> CleanSvg:
    """Return an SVG without scripts, event handlers, outside references and foreign content.

    Parameters
    ----------
    data : bytes
        The file.
    where : str
        Its name, for messages.

    Raises
    ------
    DrawingError
        No SVG, damaged, too large, defines entities, nests itself, or has no size.
    """
    if len(data) > MAX_BYTES:
        raise _fault(where, f"the SVG is larger than {MAX_BYTES / 1e6:.0f} MB", f"SVG 超過 {MAX_BYTES / 1e6:.0f} MB")
    cleaner = _Cleaner(where)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartDoctypeDeclHandler = cleaner.doctype
    parser.EntityDeclHandler = cleaner.entity
    parser.StartElementHandler = cleaner.start
    parser.EndElementHandler = cleaner.end
    parser.CharacterDataHandler = cleaner.text
    try:
        parser.Parse(data, True)  # noqa: FBT003 (theirs)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise _fault(where, f"this is not a whole SVG ({error})", "不是完整的 SVG 檔") from error
    if cleaner.size is None:
        raise _fault(where, "this is XML, but no SVG", "這是 XML，但不是 SVG")
    cleaner.check_uses()
    width, height = cleaner.size
    return CleanSvg(data="".join(cleaner.out).encode(), width_px=width, height_px=height, left=cleaner.left)


def _fault(where: str, problem: str, zh: str) -> DrawingError:
    return DrawingError(
        problem,
        remedy="save it again as plain SVG (Inkscape: 'Plain SVG'), or as PNG",
        where=where,
        zh=(zh, "請另存為一般 SVG（Inkscape 的「純 SVG」）或 PNG"),
    )


class _Cleaner:
    """Follows a parser and writes what is safe; depths in `_skip` are inside of something that is left out."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.out: list[str] = []
        self.left: Counter[str] = Counter()
        self.size: tuple[float, float] | None = None
        self._stack: list[str] = []
        self._skip = 0
        self._n = 0
        self._style: list[str] | None = None
        self._ids: list[str | None] = []
        self._held: dict[str | None, list[str]] = {None: []}
        self._counts: Counter[str | None] = Counter()

    def doctype(self, _name: str, _system: str | None, _public: str | None, has_subset: int) -> None:
        if has_subset:
            raise _fault(self.where, "the SVG defines entities of its own", "SVG 內自訂實體（ENTITY）")

    def entity(self, *_: object) -> None:
        raise _fault(self.where, "the SVG defines entities of its own", "SVG 內自訂實體（ENTITY）")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        self._n += 1
        if self._n > MAX_ELEMENTS or len(self._stack) + self._skip > MAX_DEPTH:
            limits = f"{MAX_ELEMENTS:,} elements or {MAX_DEPTH} levels"
            raise _fault(self.where, f"the SVG has more than {limits}", "SVG 元素過多或層數過深")
        if self._skip or space not in {SVG, ""} or name not in _DRAWN or (not self._stack and name != "svg"):
            if not self._skip:
                self.left[name[:60]] += 1
            self._skip += 1
            return
        kept = self._kept(name, attributes)
        self._hold(name, kept)
        if not self._stack:
            kept = self._root(kept, attributes)
        self._stack.append(name)
        if name == "style":
            self._style = []
            return
        # a switch chooses by language and by what a browser can do: its branches are drawn as a group
        shown = "g" if name == "switch" else name
        self.out.append(f"<{shown}" + "".join(f" {k}={quoteattr(v)}" for k, v in kept.items()) + ">")

    def end(self, _tag: str) -> None:
        if self._skip:
            self._skip -= 1
            return
        name = self._stack.pop()
        self._ids.pop()
        if name == "style":
            css = "".join(self._style or ())
            self._style = None
            if _UNSAFE.search(css) or "<" in css:
                self.left["style"] += 1
            else:
                self.out.append(f"<style>{escape(css)}</style>")
            return
        self.out.append(f"</{'g' if name == 'switch' else name}>")

    def text(self, data: str) -> None:
        if self._style is not None and not self._skip:
            self._style.append(data)
        elif self._stack and not self._skip:
            self.out.append(escape(data))

    def _kept(self, name: str, attributes: dict[str, str]) -> dict[str, str]:
        kept: dict[str, str] = {}
        for full, value in attributes.items():
            space, _, key = full.rpartition(" ")
            if key == "href" and space in {"", XLINK}:
                if (name == "image" and _PICTURE.fullmatch(value.strip())) or (
                    name != "image" and value.strip().startswith("#")
                ):
                    kept["href"] = value.strip()
                else:
                    self.left["outside reference"] += 1
            elif space:
                continue
            elif key.lower().startswith("on"):
                self.left["event handler"] += 1
            elif _UNSAFE.search(value) and key not in {"d", "points"}:
                self.left[f"unsafe {key[:30]}"] += 1
            else:
                kept[key] = value
        return kept

    def _hold(self, name: str, kept: dict[str, str]) -> None:
        """Note which ids are drawn by which `use`, and how many elements each id holds."""
        own = kept.get("id")
        around = self._ids[-1] if self._ids else None
        holder = own if own is not None else around
        if own is not None:
            self._held.setdefault(own, [])
            self._held.setdefault(around, []).append(own)
        self._counts[holder] += 1
        if name in {"use", "textPath"} and "href" in kept:
            self._held.setdefault(holder, []).append(kept["href"][1:])
        self._ids.append(holder)

    def check_uses(self) -> None:
        """Refuse drawings that contain themselves, or grow beyond measure, by `use`."""
        drawn: dict[str | None, int] = {}
        open_ids: set[str | None] = set()
        stack: list[tuple[str | None, bool]] = [(None, False)]
        while stack:
            one, done = stack.pop()
            if done:
                open_ids.discard(one)
                drawn[one] = min(self._counts[one] + sum(drawn.get(t, 0) for t in self._held.get(one, ())), 10**12)
                continue
            if one in drawn:
                continue
            if one in open_ids:
                raise _fault(self.where, f'"#{one}" of the SVG draws itself', "SVG 有元素引用自己")
            open_ids.add(one)
            stack.append((one, True))
            for target in self._held.get(one, ()):
                if target in open_ids:
                    raise _fault(self.where, f'"#{target}" of the SVG draws itself', "SVG 有元素引用自己")
                if target not in drawn:
                    stack.append((target, False))
        if drawn[None] > MAX_DRAWN:
            raise _fault(self.where, f"the SVG draws more than {MAX_DRAWN:,} elements by reuse", "SVG 重複引用過多")

    def _root(self, kept: dict[str, str], attributes: dict[str, str]) -> dict[str, str]:
        """Return the root's attributes with a plain size in pixels, that of its view box."""
        box = _numbers(attributes.get("viewBox", ""))
        lengths = [_pixels(attributes.get(key, "")) for key in ("width", "height")]
        if len(box) == 4:
            self.size = (box[2], box[3])
        elif lengths[0] and lengths[1]:
            self.size = (lengths[0], lengths[1])
            kept["viewBox"] = f"0 0 {lengths[0]:g} {lengths[1]:g}"
        else:
            raise _fault(self.where, "the SVG does not say how large it is (viewBox)", "SVG 未註明大小（viewBox）")
        if not all(math.isfinite(x) and 1e-3 <= x <= 1e6 for x in self.size):
            raise _fault(self.where, "the SVG's size is not between 0.001 and 1,000,000", "SVG 的大小不合理")
        kept.pop("style", None)
        return {"xmlns": SVG, **kept, "width": f"{self.size[0]:.10g}", "height": f"{self.size[1]:.10g}"}


def _numbers(text: str) -> list[float]:
    try:
        return [float(part) for part in re.split(r"[\s,]+", text.strip()) if part]
    except ValueError:
        return []


def _pixels(text: str) -> float | None:
    found = _LENGTH.fullmatch(text)
    return float(found[1]) * _PX[found[2]] if found else None
