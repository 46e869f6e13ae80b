"""The door to ifcopenshell, run as a program of its own: a file that crashes or starves the library ends here.

It knows nothing of wifiplan, starts fast, and writes what the building consists of as JSON: storeys, and the solids of
walls, openings, spaces and slabs as triangles in metres.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

SOLIDS = (
    "IfcWall",
    "IfcSpace",
    "IfcSlab",
    "IfcRoof",
    "IfcCovering",
    "IfcColumn",
    "IfcCurtainWall",
    "IfcDoor",
    "IfcWindow",
)
"""Classes whose shape matters to radio waves, or to what a storey is."""

MAX_PRODUCTS = 60_000
"""Solids that are meshed: a large hospital has 20,000 walls and openings."""

MAX_TRIANGLES = 1_000_000
"""Of all solids together: as Python's numbers they take 0.3 GB. A school's walls and rooms have 100,000."""

MAX_NESTING = 200
"""Placements upon placements, cuts upon cuts: architects need dozens; the library's work grows with the square."""

MAX_SECONDS, MAX_BYTES = 120, 1_000_000_000
"""Processor time [s] and address space; a model of 95 MB fits."""


_FAULTS = (RuntimeError, ValueError, TypeError, AttributeError, OSError, IndexError, KeyError, RecursionError)
"""What the library raises on damaged files, beside its own error."""


class RefusedError(Exception):
    """The file is at fault; the message says how."""


def main(source: str, target: str) -> None:
    """Read an IFC file and write what it holds; what is wrong with it is written under "error"."""
    _limit()
    import ifcopenshell  # noqa: PLC0415 (after the limits)

    try:
        model = ifcopenshell.open(source)
        answer = _answer(model)
    except RefusedError as error:
        answer = {"error": str(error)}
    except (*_FAULTS, ifcopenshell.Error) as error:
        answer = {"error": "unreadable", "said": f"{type(error).__name__}: {error}"[:300]}
    except MemoryError:
        answer = {"error": "memory"}
    Path(target).write_text(json.dumps(answer), encoding="utf-8")


def _limit() -> None:
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 (not on Windows)

        resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MAX_BYTES, MAX_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(model: Any) -> dict[str, Any]:  # noqa: ANN401 (ifcopenshell has no types)
    from ifcopenshell.util import unit  # noqa: PLC0415 (after the limits)

    _refuse_cycles(model)
    units = [
        u for a in model.by_type("IfcUnitAssignment") for u in a.Units if _attribute(u, "UnitType") == "LENGTHUNIT"
    ]
    parts = _parts(model)
    wanted = _wanted(model, parts)
    items = [_item(e, parts) for e in wanted]
    _mesh(model, wanted, {item["id"]: item for item in items})
    projects = model.by_type("IfcProject")
    return {
        "schema": model.schema,
        "unit_m": float(unit.calculate_unit_scale(model)),
        "unit_named": bool(units),
        "names": [
            _attribute(e, k) or "" for e in (*projects, *model.by_type("IfcBuilding")) for k in ("LongName", "Name")
        ],
        "north": _north(model),
        "counts": Counter(e.is_a() for e in model.by_type("IfcProduct")),
        "storeys": [_storey(e) for e in model.by_type("IfcBuildingStorey")],
        "items": items,
    }


def _refuse_cycles(model: Any) -> None:  # noqa: ANN401
    """Refuse what contains itself: the library would follow it for ever."""
    edges: dict[int, list[int]] = {}
    for e in model.by_type("IfcLocalPlacement"):
        edges.setdefault(e.id(), []).extend(x.id() for x in (e.PlacementRelTo,) if x)
    for relation, one, many in (
        ("IfcRelAggregates", "RelatingObject", "RelatedObjects"),
        ("IfcRelNests", "RelatingObject", "RelatedObjects"),
        ("IfcRelContainedInSpatialStructure", "RelatingStructure", "RelatedElements"),
        ("IfcRelVoidsElement", "RelatingBuildingElement", "RelatedOpeningElement"),
        ("IfcRelFillsElement", "RelatingOpeningElement", "RelatedBuildingElement"),
    ):
        for e in model.by_type(relation):
            edges.setdefault(_attribute(e, one).id(), []).extend(x.id() for x in _several(_attribute(e, many)))
    for e in model.by_type("IfcRepresentation"):
        edges.setdefault(e.id(), []).extend(x.id() for x in e.Items)
    for e in model.by_type("IfcMappedItem"):
        edges.setdefault(e.id(), []).append(e.MappingSource.MappedRepresentation.id())
    for e in model.by_type("IfcBooleanResult"):
        edges.setdefault(e.id(), []).extend((e.FirstOperand.id(), e.SecondOperand.id()))
    found, depth = _nesting(edges)
    if found is not None:
        raise RefusedError(f"cycle #{found} {model.by_id(found).is_a()}")
    if depth > MAX_NESTING:
        raise RefusedError(f"nesting {depth}")


def _nesting(edges: dict[int, list[int]]) -> tuple[int | None, int]:
    """Return a node of a cycle, or None, and the length of the longest chain: leaves are taken away one by one."""
    into: dict[int, list[int]] = {}
    n_out = {node: len(targets) for node, targets in edges.items()}
    for node, targets in edges.items():
        for target in targets:
            into.setdefault(target, []).append(node)
            n_out.setdefault(target, 0)
    ready = [node for node, n in n_out.items() if n == 0]
    depth = dict.fromkeys(ready, 1)
    n_left = len(n_out)
    while ready:
        n_left -= 1
        below = ready.pop()
        for node in into.get(below, ()):
            depth[node] = max(depth.get(node, 1), depth[below] + 1)
            n_out[node] -= 1
            if n_out[node] == 0:
                ready.append(node)
    held = min(node for node, n in n_out.items() if n > 0) if n_left else None
    return held, max(depth.values(), default=0)


def _several(value: Any) -> Iterable[Any]:  # noqa: ANN401
    return value if isinstance(value, tuple) else (value,) if value is not None else ()


def _attribute(e: Any, name: str) -> Any:  # noqa: ANN401
    """Return an attribute that not every schema and class has."""
    return e.get_info(recursive=False).get(name) if e is not None else None


def _parts(model: Any) -> dict[int, int]:  # noqa: ANN401
    """Return which wall, door or window each part belongs to."""
    found = {}
    for e in model.by_type("IfcRelAggregates"):
        whole = e.RelatingObject
        if any(
            whole.is_a(kind) for kind in ("IfcWall", "IfcCurtainWall", "IfcDoor", "IfcWindow", "IfcColumn", "IfcSlab")
        ):
            found.update({part.id(): whole.id() for part in e.RelatedObjects})
    return found


def _wanted(model: Any, parts: dict[int, int]) -> list[Any]:  # noqa: ANN401
    found = {e.id(): e for kind in SOLIDS for e in model.by_type(kind)}
    found |= {i: model.by_id(i) for i in parts}
    found |= {e.RelatedOpeningElement.id(): e.RelatedOpeningElement for e in model.by_type("IfcRelVoidsElement")}
    if len(found) > MAX_PRODUCTS:
        raise RefusedError(f"products {len(found)}")
    return list(found.values())


def _item(e: Any, parts: dict[int, int]) -> dict[str, Any]:  # noqa: ANN401
    from ifcopenshell.util import element  # noqa: PLC0415

    info = e.get_info(recursive=False)
    kind = element.get_type(e)
    voids, fills = _several(getattr(e, "VoidsElements", ())), _fills(e)
    # what lies in no storey by itself lies where its whole, or the wall that it is cut from, lies
    whole = [r.RelatingBuildingElement for r in voids] + [r.RelatingOpeningElement for r in fills]
    return {
        "id": e.id(),
        "kind": e.is_a(),
        "classes": [k for k in (*SOLIDS, "IfcOpeningElement") if e.is_a(k)],
        "name": info.get("Name") or "",
        "long_name": info.get("LongName") or "",
        "words": [t for t in (info.get("ObjectType"), getattr(kind, "Name", None), info.get("PredefinedType")) if t],
        "external": "EXTERNAL" in (info.get("InteriorOrExteriorSpace"), info.get("PredefinedType")),
        "complex": bool(e.is_a("IfcSpace") and any(r.RelatedObjects for r in _several(e.IsDecomposedBy))),
        "storey": _storey_of(e),
        "part_of": parts.get(e.id()),
        "host": whole[0].id() if whole else None,
        "layers": _layers(element.get_material(e, should_skip_usage=True)),
        "xyz": [],
        "triangles": [],
    }


def _fills(e: Any) -> Iterable[Any]:  # noqa: ANN401
    return _several(getattr(e, "FillsVoids", ()))


def _storey_of(e: Any) -> int | None:  # noqa: ANN401
    for _ in range(100):
        if e is None or e.is_a("IfcBuildingStorey"):
            break
        above = [r.RelatingObject for r in _several(getattr(e, "Decomposes", ()))]
        above += [r.RelatingStructure for r in _several(getattr(e, "ContainedInStructure", ()))]
        above += [r.RelatingBuildingElement for r in _several(getattr(e, "VoidsElements", ()))]
        above += [r.RelatingOpeningElement for r in _fills(e)]
        e = above[0] if above else None
    return e.id() if e is not None and e.is_a("IfcBuildingStorey") else None


def _layers(material: Any) -> list[list[Any]]:  # noqa: ANN401
    """Return names and thicknesses (in the file's unit, None where it says none) of what something is made of."""
    if material is None:
        return []
    if material.is_a("IfcMaterialLayerSet"):
        return [
            [_attribute(x.Material, "Name") or x.get_info().get("Name") or "", float(x.LayerThickness)]
            for x in material.MaterialLayers
        ]
    if material.is_a("IfcMaterialList"):
        return [[x.Name or "", None] for x in material.Materials]
    if material.is_a("IfcMaterialConstituentSet"):
        return [[x.Material.Name or "", None] for x in material.MaterialConstituents or ()]
    if material.is_a("IfcMaterialProfileSet"):
        return [[_attribute(x.Material, "Name") or "", None] for x in material.MaterialProfiles]
    return [[_attribute(material, "Name") or "", None]]


def _storey(e: Any) -> dict[str, Any]:  # noqa: ANN401
    from ifcopenshell.util import placement  # noqa: PLC0415

    at = placement.get_local_placement(e.ObjectPlacement)[2, 3] if e.ObjectPlacement is not None else None
    return {
        "id": e.id(),
        "name": e.Name or _attribute(e, "LongName") or "",
        "elevation": None if e.Elevation is None else float(e.Elevation),
        "placed": None if at is None else float(at),
    }


def _north(model: Any) -> list[float] | None:  # noqa: ANN401
    for e in model.by_type("IfcGeometricRepresentationContext", include_subtypes=False):
        if e.TrueNorth is not None:
            return [float(x) for x in e.TrueNorth.DirectionRatios[:2]]
    return None


def _mesh(model: Any, wanted: list[Any], items: dict[int, dict[str, Any]]) -> None:  # noqa: ANN401
    """Write the triangles of every solid into its item."""
    n_left = MAX_TRIANGLES
    # a door or window in an opening has the opening's size, and a thousand triangles of handles and frames
    needless = {e.id() for e in wanted if any(r.RelatingOpeningElement.Representation for r in _fills(e))}
    needless |= {item["id"] for item in items.values() if item["part_of"] in needless}
    for shape in _shapes(model, [e for e in wanted if e.Representation is not None and e.id() not in needless]):
        xyz = np.array(shape.geometry.verts, dtype=np.float64).reshape(-1, 3)
        triangles = np.array(shape.geometry.faces, dtype=np.int64).reshape(-1, 3)
        if not len(triangles) or not np.isfinite(xyz).all() or np.abs(xyz).max() > 1e8:
            continue
        n_left -= len(triangles)
        if n_left < 0:
            raise RefusedError(f"triangles {MAX_TRIANGLES}")
        item = items[shape.id]
        item["xyz"], item["triangles"] = xyz.round(5).tolist(), triangles.tolist()


def _shapes(model: Any, include: list[Any]) -> Iterator[Any]:  # noqa: ANN401
    from ifcopenshell import geom as library  # noqa: PLC0415

    geom: Any = library

    settings = geom.settings()
    settings.set("use-world-coords", True)  # noqa: FBT003 (theirs)
    settings.set("disable-opening-subtractions", True)  # noqa: FBT003
    if not include:
        return
    # flat solids by fast exact arithmetic, others by OpenCASCADE; a second thread only spins, and doubles the work
    shapes = geom.iterator(settings, model, 1, include=include, geometry_library="hybrid-cgal-simple-opencascade")
    more = shapes.initialize()
    while more:
        yield shapes.get()
        more = shapes.next()


if __name__ == "__main__":
    main(*sys.argv[1:])
