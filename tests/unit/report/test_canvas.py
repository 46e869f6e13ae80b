import re
from xml.etree import ElementTree as ET

import numpy as np

from wifiplan.report.figures.canvas import PT_PER_MM, Canvas, Lettering, Style
from wifiplan.report.figures.contours import areas, contours


def test_what_has_a_larger_z_lies_above_and_equals_keep_their_order() -> None:
    canvas = Canvas(width_mm=10, height_mm=10)
    for name, z in (("third", 3.0), ("first", 1.0), ("second", 1.0)):
        canvas.text((1, 1), name, Lettering(size_pt=5, colour="#000000"), z=z)
    assert re.findall(r">(\w+)</text>", canvas.svg()) == ["first", "second", "third"]


def test_points_on_the_way_are_left_out_and_turns_stay() -> None:
    canvas = Canvas(width_mm=10, height_mm=10)
    canvas.lines([[(0, 10), (1, 10), (2, 10), (2, 8), (2, 9)]], Style(stroke="#000000"), z=1)
    (data,) = re.findall(r' d="([^"]*)"', canvas.svg())
    corners = [(0, 0), (2, 0), (2, 2), (2, 1)]
    assert np.allclose(np.array(data[1:].split(), float), np.ravel(corners) * PT_PER_MM, atol=0.01)


def test_a_drawing_is_xml_whatever_it_is_told_and_has_one_clip_a_shape() -> None:
    canvas = Canvas(width_mm=10, height_mm=10)
    square = np.array([(1.0, 1.0), (3.0, 1.0), (3.0, 3.0)])
    assert canvas.clip([]) is None
    assert canvas.clip([square]) == canvas.clip([square])
    canvas.rings([square], Style(hatch="dots"), z=1, clip=canvas.clip([square]))
    canvas.text((5, 5), '<&"\n\n教室', Lettering(size_pt=5, colour="#000000"))
    root = ET.fromstring(canvas.svg().encode())  # noqa: S314 (our own text)
    assert [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")] == ['<&"', "教室"]


def test_contours_keep_out_of_what_is_not_known() -> None:
    axis = np.arange(5.0)
    value = np.tile(axis, (5, 1))
    (whole,) = contours(axis, axis, value, (2.5,)).lines
    assert all(np.allclose(line[:, 0], 2.5) for line in whole)
    value[:, 3:] = -np.inf
    assert contours(axis, axis, value, (2.5,)).lines == ((),)
    (rings,) = areas(axis, axis, value, (-999, 999))
    assert max(ring[:, 0].max() for ring in rings) == 2.0
