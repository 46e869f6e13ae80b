"""Blocks of a plan for installers: an access point, a cabinet, a room's name, a floor's title."""

from collections.abc import Mapping, Sequence

from ezdxf.document import Drawing
from ezdxf.layouts.blocklayout import BlockLayout
from ezdxf.layouts.layout import Modelspace

from wifiplan.site.building import Point

AP_BLOCK = "WIFIPLAN-AP"
CABINET_BLOCK = "WIFIPLAN-CABINET"
ROOM_BLOCK = "WIFIPLAN-ROOM"
FLOOR_BLOCK = "WIFIPLAN-FLOOR"
RADIUS_M = 0.25
"""Larger than an access point (0.2 m across), so that it is seen on a print at 1:200."""
STYLE = "CHINESE"
FONT = "msjh.ttc"
"""Microsoft JhengHei, the Chinese font of Windows; CAD programs elsewhere take their own instead."""
_MOST_LETTERS = 250


def add_blocks(doc: Drawing) -> None:
    """Define the blocks, drawn on layer 0 so that they take the colour of the layer that they stand on."""
    doc.styles.add(STYLE, font=FONT)
    ap = doc.blocks.new(AP_BLOCK)
    ap.add_circle((0, 0), RADIUS_M)
    ap.add_circle((0, 0), RADIUS_M / 2)
    ap.add_line((-RADIUS_M, 0), (RADIUS_M, 0))
    ap.add_line((0, -RADIUS_M), (0, RADIUS_M))
    _tags(ap, ("NAME", "MODEL", "CHANNEL", "HEIGHT"), (RADIUS_M + 0.1, 0.15), 0.2)
    _tags(ap, ("ID", "BAND", "WIDTH", "EIRP", "MOUNT", "ROOM", "CABINET"), (0, -1.5), 0.15, hidden=True)
    cabinet = doc.blocks.new(CABINET_BLOCK)
    cabinet.add_lwpolyline([(-0.3, -0.2), (0.3, -0.2), (0.3, 0.2), (-0.3, 0.2)], close=True)
    cabinet.add_line((-0.3, -0.2), (0.3, 0.2))
    _tags(cabinet, ("NAME",), (0.4, 0), 0.2)
    _tags(cabinet, ("ID",), (0, -1), 0.15, hidden=True)
    room = doc.blocks.new(ROOM_BLOCK)
    _tags(room, ("NAME", "ID"), (0, 0.2), 0.3)
    _tags(room, ("USE", "CLASS_SIZE", "BLOCK", "INVENTORY_ID"), (0, -1), 0.15, hidden=True)
    floor = doc.blocks.new(FLOOR_BLOCK)
    _tags(floor, ("TITLE",), (0, -2.5), 0.8)
    _tags(floor, ("SITE", "LEVEL", "NAME", "ELEVATION", "HEIGHT", "WEST", "EAST"), (0, -4), 0.15, hidden=True)


def _tags(block: BlockLayout, tags: Sequence[str], at: Point, height: float, *, hidden: bool = False) -> None:
    for n, tag in enumerate(tags):
        place = (at[0], at[1] - 1.25 * height * n)
        block.add_attdef(tag, place, height=height, dxfattribs={"style": STYLE, "flags": int(hidden), "prompt": tag})


def place(space: Modelspace, block: str, at: Point, layer: str, values: Mapping[str, str]) -> None:
    """Put a block with its attributes into a drawing."""
    reference = space.add_blockref(block, at, dxfattribs={"layer": layer})
    reference.add_auto_attribs({tag: clean(value) for tag, value in values.items()})
    for attrib in reference.attribs:
        attrib.dxf.layer = layer


def clean(text: str) -> str:
    r"""Return a text as one line that no CAD program takes for codes.

    >>> clean("a\n%%u b")
    'a % %u b'
    """
    shown = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(shown.replace("%%", "% %").split())[:_MOST_LETTERS]
