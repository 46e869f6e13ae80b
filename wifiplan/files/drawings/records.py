"""What a reader of drawings answers: the site, and an account of what it took, guessed and left."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from wifiplan.site.building import Site, WallKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One line of an account: so many of `what` (the format's own word: "HATCH", "IfcRailing", "interferers").

    `detail` says what became of them, or why they were left; `zh` the same in Chinese.
    """

    what: str
    count: int
    detail: str = ""
    zh: str = ""

    def text(self, lang: str = "en") -> str:
        """Return the note as one line for a person."""
        said = self.zh if lang == "zh-TW" and self.zh else self.detail
        return f"{self.what} × {self.count}" + (f": {said}" if said else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What became of everything in a file: nothing is dropped silently."""

    took: tuple[Note, ...] = ()
    guessed: tuple[Note, ...] = ()
    left: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture under a floor, to be written beside the site file under `name` (which its `Underlay` names)."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A drawing as a site. `origin_m` is where the site's origin lies in the drawing's own frame, in metres."""

    site: Site
    account: Account
    pictures: tuple[Picture, ...] = ()
    origin_m: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerMeaning:
    """What a user's table says of a layer: a kind of wall with its material, room names, or nothing at all.

    `means` is a kind of wall, "room" (closed outlines), "text" (room names) or "ignore".
    """

    means: WallKind | str
    material: str | None = None
    thickness_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What a user tells a reader; all else it takes from the file or names as a guess.

    Parameters
    ----------
    unit_m : float or None
        Metres a drawing unit (a picture's pixel); None: what the file says, if it is plausible.
    layers : mapping of str to LayerMeaning
        Layers by name; they overrule what names suggest.
    level : int
        Level of the floor, for formats that hold one floor.
    height_m : float
        Height of a storey where the file does not say [m].
    material : str
        Material of walls where nothing tells [a row of `catalog/data/materials.csv`].
    name : str or None
        Name of the site; None: that in the file, else the file's own.
    """

    unit_m: float | None = None
    layers: Mapping[str, LayerMeaning] = field(default_factory=dict)
    level: int = 0
    height_m: float = 3.3
    material: str = "brick"
    name: str | None = None
