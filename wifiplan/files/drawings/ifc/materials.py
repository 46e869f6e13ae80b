"""What walls and slabs are made of: the layers of an IFC file as one material of the catalogue, with its loss."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from wifiplan.catalog.materials import material
from wifiplan.radio.slab import material_loss_db

Layers = tuple[tuple[str, float | None], ...]

BANDS_HZ = ((2.4e9, 2.4835e9), (5.15e9, 5.85e9), (5.945e9, 6.425e9))
"""The bands for which losses of layered walls are computed: 2.4, 5 and 6 GHz."""

MAX_LAYERED_DB = 60.0
"""No layered wall loses more: what goes round it carries more, as for the catalogue's materials."""

NOTHING = ""
"""What radio waves do not notice: air, insulation, studs with air between them, membranes."""

_WORDS: tuple[tuple[str, str], ...] = (
    # the first that fits counts: special ones stand before the words that they contain
    (r"\bstuds?\b|furring|stud layer|ständer|metal framing|骨架|輕鋼架|龍骨|龙骨", NOTHING),
    (r"\bair\b|air ?space|luftschicht|cavity|空氣|空气|空腔", NOTHING),
    (r"insul|dämm|daemm|isol|rockwool|rock wool|mineral ?wool|wool|batt\b|styro|\beps\b|\bxps\b|polyst", NOTHING),
    (r"隔熱|隔热|保溫|保温|岩棉|玻璃棉|吸音棉|防水|vapou?r|membrane|folie|barrier|damp.?proof|bitumen", NOTHING),
    (r"\bpaint|farbe|油漆|塗料|涂料|壁紙|wallpaper", NOTHING),
    (r"low.?e\b|low.?emissiv|低輻射|低辐射|節能玻璃", "low_e_glass"),
    (r"glass ?block|glasbaustein|玻璃磚", "glass"),
    (r"glas|glaz|vitr|verre|vidrio|玻璃", "glass"),
    (
        r"gyps|gips|plaster ?board|dry ?wall|\bgwb\b|\bgkb\b|placo|yeso|石膏|矽酸鈣|硅酸钙|calcium silicate",
        "plasterboard",
    ),
    (
        r"hollow|cmu\b|concrete masonry|concrete block|\w*lblk|block ?work|hohlblock|parpaing|空心磚|空心砖",
        "hollow_block",
    ),
    (r"porenbeton|ytong|aerated|\baac\b|\balc\b|cellulaire|輕質磚|輕質混凝土|加氣|加气|白磚", "hollow_block"),
    (r"brick|\w*bwk\b|ziegel|klinker|brique|ladrillo|mattone|baksteen|kalksandstein|mauerwerk|masonry|磚|砖", "brick"),
    (r"plaster|putz|enduit|render|mortar|mörtel|stucco|粉刷|灰泥|抹灰|砂漿", "plasterboard"),
    (
        r"concrete|beton|béton|hormig|calcestruzzo|\brc\b|\bsrc\b|\bpc\b|screed|estrich|混凝土|鋼筋|水泥",
        "concrete",
    ),
    (r"\bblock\b|\bblk\b|砌塊|砌块", "hollow_block"),
    (r"marble|granit|stone|stein|pierre|naturstein|大理石|花崗|石材|磨石|terrazzo", "marble"),
    (r"plywood|sperrholz|合板|夾板|osb", "plywood"),
    (r"chipboard|particle|spanplatte|mdf|塑合|密集板", "chipboard"),
    (r"wood|timber|holz|bois|madera|legno|parkett|joist|木", "wood"),
    (r"ceiling|akustik|acoustic|天花", "ceiling_board"),
    (r"tile|ceramic|fliese|keramik|carrel|磁磚|瓷磚|面磚", "marble"),
    (r"steel|stahl|metal|alumin|acier|iron|copper|zink|zinc|鋼|钢|鋁|铝|鐵|铁|金屬|金属", "metal"),
    (r"vinyl|pvc|linoleum|塑膠", "vinyl"),
    (r"carpet|teppich|moquette|地毯", "carpet"),
)
_PATTERNS = tuple((re.compile(words), name) for words, name in _WORDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What something is made of.

    `losses_db` are those of one crossing in 2.4, 5 and 6 GHz where several layers take part, else None. `how` is
    "named", "layers", "type" (from the name of the element or its type) or "unknown".
    """

    material: str
    thickness_m: float | None
    losses_db: tuple[float, float, float] | None = None
    how: str
    said: str = ""


def material_of(text: str) -> str | None:
    """Return the catalogue's material that a name stands for, `NOTHING` for air and the like, None if no word fits.

    >>> material_of("Masonry - Concrete Block"), material_of("鋼筋混凝土"), material_of("1/2B 磚牆")
    ('hollow_block', 'concrete', 'brick')
    >>> material_of("Metal - Stud Layer"), material_of("Leichtbeton 102890359"), material_of("?")
    ('', 'concrete', None)
    """
    plain = unicodedata.normalize("NFKC", text).lower().replace("_", " ")
    return next((name for pattern, name in _PATTERNS if pattern.search(plain)), None)


def made_of(layers: Layers, names: Iterable[str], *, unit_m: float, thickness_m: float | None, default: str) -> Made:
    """Return what an element is made of.

    Parameters
    ----------
    layers : tuple of (str, float or None)
        Names and thicknesses in the file's unit.
    names : iterable of str
        Names of the element and its type, asked where its layers tell nothing.
    unit_m : float
        Metres a unit.
    thickness_m : float or None
        How thick its solid is [m].
    default : str
        What it is taken for where nothing tells.

    Returns
    -------
    Made
        The layer that loses most gives the material; with several, their losses add up.
    """
    known = [(name, _thick_m(t, unit_m), said) for said, t in layers if (name := material_of(said))]
    said = " + ".join(name for name, _ in layers)
    if len(known) == 1 and len(layers) == 1:
        name, layer_m, _ = known[0]
        return Made(material=name, thickness_m=thickness_m or layer_m, how="named", said=said)
    if known:
        losses = [_losses_db(name, layer_m) for name, layer_m, _ in known]
        total = [min(sum(loss[k] for loss in losses), MAX_LAYERED_DB) for k in range(3)]
        heaviest = max(range(len(known)), key=lambda n: losses[n][1])
        whole_m = thickness_m or sum(_thick_m(t, unit_m) or 0.0 for _, t in layers) or None
        return Made(
            material=known[heaviest][0],
            thickness_m=whole_m,
            losses_db=(round(total[0], 1), round(total[1], 1), round(total[2], 1)),
            how="layers",
            said=said,
        )
    for name in names:
        found = material_of(name)
        if found:
            return Made(material=found, thickness_m=thickness_m, how="type", said=name)
    return Made(material=default, thickness_m=thickness_m, how="unknown", said=said)


def _thick_m(thickness: float | None, unit_m: float) -> float | None:
    if thickness is None or not 1e-4 <= thickness * unit_m <= 3.0:
        return None
    return thickness * unit_m


def _losses_db(name: str, thickness_m: float | None) -> tuple[float, ...]:
    head_on = np.zeros(1)
    return tuple(
        float(
            material_loss_db(material(name), thickness_m=thickness_m, band_hz=b, angle_deg=head_on, polarisation="te")[
                0
            ]
        )
        for b in BANDS_HZ
    )
