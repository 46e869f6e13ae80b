"""Small buildings as IFC files, made for tests: any unit, place, turn, and fault."""

import importlib
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

Entity: TypeAlias = Any
"""Something of ifcopenshell, which has no types."""


@dataclass(frozen=True, kw_only=True)
class Model:
    """A school of two classrooms and a corridor a storey, 18 x 10 m, and how its file is made."""

    schema: str = "IFC4"
    unit: str = "MILLI"
    unit_m: float = 0.001
    turn_deg: float = 0.0
    at_m: tuple[float, float, float] = (0.0, 0.0, 0.0)
    storeys: tuple[tuple[str, float], ...] = (("一樓", 0.0), ("二樓", 3.6))
    spaces: bool = True
    doors: bool = True
    layers: tuple[tuple[str, float], ...] = (("鋼筋混凝土", 0.15),)


class Builder:
    """Writes entities of one model."""

    def __init__(self, model: Model) -> None:
        self.model, self.new = model, importlib.import_module("ifcopenshell.guid").new
        self.file = importlib.import_module("ifcopenshell").file(schema=model.schema)
        self.usual: dict[str, Entity] = {}

    def make(self, kind: str, **values: Entity) -> Entity:
        return self.file.create_entity(kind, **values)

    def root(self, kind: str, **values: Entity) -> Entity:
        return self.make(kind, GlobalId=self.new(), **values)

    def point(self, *xyz_m: float) -> Entity:
        return self.make("IfcCartesianPoint", Coordinates=tuple(float(x / self.model.unit_m) for x in xyz_m))

    def axes(self, xyz_m: tuple[float, float, float], turn_deg: float = 0.0) -> Entity:
        a = math.radians(turn_deg)
        return self.make(
            "IfcAxis2Placement3D",
            Location=self.point(*xyz_m),
            Axis=self.make("IfcDirection", DirectionRatios=(0.0, 0.0, 1.0)),
            RefDirection=self.make("IfcDirection", DirectionRatios=(math.cos(a), math.sin(a), 0.0)),
        )

    def place(self, xyz_m: tuple[float, float, float], above: Entity = None, turn_deg: float = 0.0) -> Entity:
        return self.make("IfcLocalPlacement", PlacementRelTo=above, RelativePlacement=self.axes(xyz_m, turn_deg))

    def solid(self, ring_m: list[tuple[float, float]], high_m: float, low_m: float = 0.0) -> Entity:
        corners = [self.point(*p) for p in (*ring_m, ring_m[0])]
        profile = self.make(
            "IfcArbitraryClosedProfileDef", ProfileType="AREA", OuterCurve=self.make("IfcPolyline", Points=corners)
        )
        body = self.make(
            "IfcExtrudedAreaSolid",
            SweptArea=profile,
            Position=self.axes((0.0, 0.0, low_m)),
            ExtrudedDirection=self.make("IfcDirection", DirectionRatios=(0.0, 0.0, 1.0)),
            Depth=high_m / self.model.unit_m,
        )
        shape = self.make(
            "IfcShapeRepresentation",
            ContextOfItems=self.usual["context"],
            RepresentationIdentifier="Body",
            RepresentationType="SweptSolid",
            Items=[body],
        )
        return self.make("IfcProductDefinitionShape", Representations=[shape])

    def box(self, x1: float, y1: float, x2: float, y2: float, high: float, low: float = 0.0) -> Entity:
        return self.solid([(x1, y1), (x2, y1), (x2, y2), (x1, y2)], high, low)

    def cut(self, wall: Entity, box: tuple[float, ...], kind: str | None, place: Entity) -> Entity:
        """Cut an opening into a wall and fill it."""
        x1, y1, x2, y2, high, low = box
        hole = self.root("IfcOpeningElement", Name="Opening", ObjectPlacement=place, Representation=self.box(*box))
        self.root("IfcRelVoidsElement", RelatingBuildingElement=wall, RelatedOpeningElement=hole)
        if kind is None:
            return hole
        inner = self.box(x1 + 0.02, y1, x2 - 0.02, y2, high - 0.02, low)
        fill = self.root(kind, Name=kind, ObjectPlacement=place, Representation=inner)
        self.root("IfcRelFillsElement", RelatingOpeningElement=hole, RelatedBuildingElement=fill)
        return fill

    def head(self) -> Entity:
        model, make = self.model, self.make
        prefix = model.unit if model.unit != "FOOT" else None
        length = make("IfcSIUnit", UnitType="LENGTHUNIT", Prefix=prefix or None, Name="METRE")
        if model.unit == "FOOT":
            metre = make("IfcSIUnit", UnitType="LENGTHUNIT", Name="METRE")
            factor = make(
                "IfcMeasureWithUnit",
                ValueComponent=self.file.create_entity("IfcLengthMeasure", 0.3048),
                UnitComponent=metre,
            )
            none = self.file.create_entity("IfcDimensionalExponents", 1, 0, 0, 0, 0, 0, 0)
            length = make(
                "IfcConversionBasedUnit", Dimensions=none, UnitType="LENGTHUNIT", Name="FOOT", ConversionFactor=factor
            )
        angle = make("IfcSIUnit", UnitType="PLANEANGLEUNIT", Name="RADIAN")
        self.usual["context"] = make(
            "IfcGeometricRepresentationContext",
            ContextType="Model",
            CoordinateSpaceDimension=3,
            Precision=1e-5,
            WorldCoordinateSystem=self.axes((0.0, 0.0, 0.0)),
        )
        return self.root(
            "IfcProject",
            Name="青埕國小",
            RepresentationContexts=[self.usual["context"]],
            UnitsInContext=make("IfcUnitAssignment", Units=[length, angle]),
        )


def build(model: Model) -> Entity:
    """Return a model as an ifcopenshell file."""
    b = Builder(model)
    project = b.head()
    ground = b.place(model.at_m, turn_deg=model.turn_deg)
    site = b.root("IfcSite", Name="校地", ObjectPlacement=ground)
    house = b.root("IfcBuilding", Name="A棟", ObjectPlacement=b.place((0.0, 0.0, 0.0), ground))
    b.root("IfcRelAggregates", RelatingObject=project, RelatedObjects=[site])
    b.root("IfcRelAggregates", RelatingObject=site, RelatedObjects=[house])
    storeys = []
    for name, z in model.storeys:
        place = b.place((0.0, 0.0, z), house.ObjectPlacement)
        storey = b.root("IfcBuildingStorey", Name=name, ObjectPlacement=place, Elevation=z / model.unit_m)
        _storey(b, storey, place, name)
        storeys.append(storey)
    if storeys:
        b.root("IfcRelAggregates", RelatingObject=house, RelatedObjects=storeys)
    return b.file


def _storey(b: Builder, storey: Entity, place: Entity, name: str) -> None:
    model = b.model
    lines = [
        ((-0.1, -0.1, 18.1, 0.1), ((1.0, -0.1, 2.0, 0.1, 2.1, 0.0), (10.0, -0.1, 11.0, 0.1, 2.1, 0.0))),
        ((-0.1, 7.9, 18.1, 8.1), ((2.0, 7.9, 7.0, 8.1, 1.5, 0.9),)),
        ((-0.1, 0.1, 0.1, 7.9), ()),
        ((17.9, 0.1, 18.1, 7.9), ()),
        ((8.9, 0.1, 9.1, 7.9), ()),
    ]
    things = []
    for box, holes in lines:
        wall = b.root("IfcWall", Name="Wall", ObjectPlacement=place, Representation=b.box(*box, 3.4))
        things.append(wall)
        for hole in holes:
            kind = "IfcWindow" if hole[5] else "IfcDoor"
            fill = b.cut(wall, hole, kind if kind == "IfcWindow" or model.doors else None, place)
            things.extend([fill] if not fill.is_a("IfcOpeningElement") else [])
    slab = b.root("IfcSlab", Name="Slab", ObjectPlacement=place, Representation=b.box(-0.1, -2.1, 18.1, 8.1, 0.2, -0.2))
    desk = b.root("IfcFurnishingElement", Name="<script>alert(1)</script>", ObjectPlacement=place)
    things += [slab, desk]
    b.root("IfcRelContainedInSpatialStructure", RelatedElements=things, RelatingStructure=storey)
    layers = [
        b.make("IfcMaterialLayer", Material=b.make("IfcMaterial", Name=said), LayerThickness=thick / model.unit_m)
        for said, thick in model.layers
    ]
    if layers:
        walls = [t for t in things if t.is_a("IfcWall")]
        made = b.make("IfcMaterialLayerSet", MaterialLayers=layers)
        b.root("IfcRelAssociatesMaterial", RelatedObjects=walls, RelatingMaterial=made)
    rooms = {"甲班": (0.1, 0.1, 8.9, 7.9), "乙班": (9.1, 0.1, 17.9, 7.9), "走廊": (-0.1, -2.1, 18.1, -0.1)}
    spaces = [
        b.root(
            "IfcSpace",
            Name=f"{name}{n}",
            LongName=f"一年{said}",
            ObjectPlacement=place,
            Representation=b.box(*box, 3.0),
        )
        for n, (said, box) in enumerate(rooms.items(), start=1)
        if model.spaces
    ]
    if spaces:
        b.root("IfcRelAggregates", RelatingObject=storey, RelatedObjects=spaces)


def write(path: Path, model: Model | None = None) -> Path:
    """Write a model and return its path."""
    build(model or Model()).write(str(path))
    return path
