"""What became of every class of an IFC file, with counts: taken, guessed, left."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from wifiplan.files.drawings.ifc.materials import Made
from wifiplan.files.drawings.ifc.rooms import Ground
from wifiplan.files.drawings.ifc.scene import Item, Scene
from wifiplan.files.drawings.ifc.solids import Solids
from wifiplan.files.drawings.ifc.storeys import Level, Levels
from wifiplan.files.drawings.ifc.walls import MIN_PART_M
from wifiplan.files.drawings.records import Account, Note
from wifiplan.site.building import Floor

_WHY: Mapping[str, tuple[str, str]] = {
    "IfcFurnishingElement": ("furniture", "家具"),
    "IfcFurniture": ("furniture", "家具"),
    "IfcCovering": ("linings and ceilings: their loss is small beside that of walls", "裝修面與天花板，損耗遠小於牆"),
    "IfcStair": ("stairs", "樓梯"),
    "IfcStairFlight": ("stairs", "樓梯"),
    "IfcRamp": ("ramps", "坡道"),
    "IfcRailing": ("railings: waves pass through", "欄杆，電波可穿過"),
    "IfcBeam": ("beams: they lie at the ceiling", "梁，位於天花板"),
    "IfcMember": ("frame members", "構材"),
    "IfcPlate": ("plates that are part of no curtain wall", "不屬於帷幕牆的板"),
    "IfcFooting": ("foundations", "基礎"),
    "IfcPile": ("foundations", "基礎"),
    "IfcRoof": ("roofs: nobody is above them", "屋頂，其上無人"),
    "IfcAnnotation": ("annotations", "註記"),
    "IfcGrid": ("grids of axes", "軸線網"),
    "IfcVirtualElement": ("borders that are no walls", "虛擬邊界，不是牆"),
    "IfcBuildingElementProxy": ("things without a class", "未分類物件"),
}
_NO_USE = ("no wall, room or slab", "不是牆、房間或樓板")
_FAR = {"IfcProject", "IfcSite", "IfcBuilding", "IfcBuildingStorey"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What was made of a file: `used` ids that stand on a floor, `spaces` that became rooms, `slabs` under floors.

    `found_rooms` were made of walls, `n_holes` cut out of rooms; `n_bare` floors have no slab.
    """

    floors: tuple[tuple[Level, Floor], ...]
    solids: Solids
    used: frozenset[int]
    spaces: frozenset[int]
    slabs: Mapping[int, Ground]
    found_rooms: int
    n_holes: int
    n_bare: int


def account(scene: Scene, levels: Levels, taken: Taken, unit_notes: Iterable[Note]) -> Account:
    """Return what became of everything in a file.

    Parameters
    ----------
    scene : Scene
        The file.
    levels : Levels
        Its floors.
    taken : Taken
        What was made of it.
    unit_notes : iterable of Note
        What was guessed of its unit.
    """
    ids = _used_ids(scene, taken)
    used = Counter(i.kind for i in scene.items if i.id in ids)
    left = [*levels.left, *_left(scene, taken, used, ids)]
    if scene.n_missing:
        text = "lines of the file that others name are not there: it may have been cut"
        left.append(Note(what="missing", count=scene.n_missing, detail=text, zh="檔案缺少被引用的行，可能遭截斷"))
    if scene.north is not None and abs(scene.north[0]) > 1e-6:
        left.append(
            Note(
                what="TrueNorth",
                count=1,
                detail="true north is not the model's y axis; the plan keeps the model's axes",
                zh="真北與模型 Y 軸不同；平面圖沿用模型座標軸",
            )
        )
    return Account(
        took=tuple(_took(scene, taken, used)),
        guessed=(*unit_notes, *levels.guessed, *_guessed(taken)),
        left=tuple(left),
    )


def _used_ids(scene: Scene, taken: Taken) -> set[int]:
    solids = taken.solids
    gaps = [g for w in solids.walls if w.id in taken.used for g in w.gaps]
    ids = set(taken.used) | set(taken.spaces) | set(taken.slabs)
    ids |= {g.source for g in gaps} | {g.fill for g in gaps if g.fill is not None}
    ids |= {i.id for i in scene.items if i.part_of in ids}
    voids = {o.id for o in solids.slab_openings if o.host in taken.slabs}
    return ids | voids | {part for part, whole in solids.parts.items() if whole in taken.used}


def _took(scene: Scene, taken: Taken, used: Counter[str]) -> Iterator[Note]:
    named = "; ".join(
        f'level {floor.level} "{level.name}": {len(floor.rooms)} rooms, {len(floor.walls)} pieces of wall'
        for level, floor in taken.floors
    )
    zh = "；".join(
        f"第 {floor.level} 層「{level.name}」：{len(floor.rooms)} 間、{len(floor.walls)} 段牆"
        for level, floor in taken.floors
    )
    n_storeys = sum(max(len(level.storeys), 1) for level, _ in taken.floors)
    yield Note(what="IfcBuildingStorey", count=n_storeys, detail=named, zh=zh)
    for kind in ("IfcProject", "IfcSite", "IfcBuilding"):
        if scene.counts.get(kind):
            yield Note(what=kind, count=scene.counts[kind], detail="the frame of all others", zh="整體框架")
    for kind, n in sorted(used.items()):
        yield Note(what=kind, count=n, detail=f"of {scene.counts.get(kind, n)}", zh=f"共 {scene.counts.get(kind, n)}")
    for said, (n, made) in _materials(taken, ("named", "layers")):
        yield Note(what=f"material {said}", count=n, detail=_made_text(made), zh=_made_text(made, "zh-TW"))


def _materials(taken: Taken, how: tuple[str, ...]) -> list[tuple[str, tuple[int, Made]]]:
    """Return what walls and slabs are said to be made of, how often, and what was made of that."""
    found: dict[tuple[str, str], Made] = {}
    made_so: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    slabs = [(min(g.used), g.made) for g in _once(taken.slabs.values()) if g.made is not None]
    for ident, made in (*((w.id, w.made) for w in taken.solids.walls if w.id in taken.used), *slabs):
        if made.how in how:
            made_so[made.said, made.material].add(ident)
            found.setdefault((made.said, made.material), made)
    return [(key[0], (len(made_so[key]), found[key])) for key in sorted(found)]


def _once(grounds: Iterable[Ground]) -> list[Ground]:
    return list({id(ground): ground for ground in grounds}.values())


def _made_text(made: Made, lang: str = "en") -> str:
    if made.losses_db is None:
        return made.material
    db = "/".join(f"{loss:g}" for loss in made.losses_db)
    if lang == "zh-TW":
        return f"各層損耗相加：2.4/5/6 GHz 為 {db} dB；損耗最大的一層為 {made.material}"
    return f"losses of all layers added: {db} dB in 2.4/5/6 GHz; the heaviest is {made.material}"


def _guessed(taken: Taken) -> Iterator[Note]:
    for said, (n, made) in _materials(taken, ("type",)):
        text = f"its layers say nothing; its name says {made.material}"
        yield Note(what=f"material {said}", count=n, detail=text, zh=f"材料層未說明，依名稱取 {made.material}")
    for said, (n, made) in _materials(taken, ("unknown",)):
        name = f"material {said}" if said else "material"
        yield Note(what=name, count=n, detail=f"nothing tells: {made.material}", zh=f"無從得知，取 {made.material}")
    fills: Counter[tuple[str, str]] = Counter()
    for wall in taken.solids.walls:
        for gap in wall.gaps if wall.id in taken.used else ():
            if gap.kind is not None and gap.made is not None and gap.made.how in {"type", "unknown"}:
                fills[gap.kind, gap.made.material] += 1
    for (kind, material), n in sorted(fills.items()):
        yield Note(what=kind, count=n, detail=f"taken as {material}", zh=f"材料取 {material}")
    if taken.found_rooms:
        text = "the file has no spaces there, or none with a solid: rooms are what walls enclose"
        yield Note(
            what="rooms", count=taken.found_rooms, detail=text, zh="檔案在該處沒有空間或空間沒有實體，房間由牆圍成"
        )
    if taken.n_holes:
        yield Note(what="holes in rooms", count=taken.n_holes, detail="filled, or cut open", zh="填滿或切開")
    if taken.n_bare:
        yield Note(
            what="slab",
            count=taken.n_bare,
            detail="no slab lies at the floor: concrete 0.15 m",
            zh="該層無樓板，取混凝土 0.15 m",
        )


def _left(scene: Scene, taken: Taken, used: Counter[str], ids: set[int]) -> Iterator[Note]:
    reasons: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for item in scene.items:
        if item.id not in ids:
            reasons[item.kind][_reason(item, taken)] += 1
    for kind, n in sorted(scene.counts.items()):
        if kind in _FAR:
            continue
        for (english, chinese), count in sorted(reasons[kind].items()):
            yield Note(what=kind, count=count, detail=english, zh=chinese)
        rest = n - used[kind] - sum(reasons[kind].values())
        if rest > 0:
            english, chinese = _WHY.get(kind, _NO_USE)
            yield Note(what=kind, count=rest, detail=english, zh=chinese)


def _reason(item: Item, taken: Taken) -> tuple[str, str]:
    tests = (
        (item.id in taken.solids.thin, ("thinner than 0.3 m", "寬度小於 0.3 m")),
        (item.id in taken.solids.flat, ("its solid is no upright wall", "實體不是直立的牆")),
        (
            "IfcSpace" in item.classes and (item.external or item.complex),
            ("outdoors, or a group of other spaces", "室外，或由其他空間組成"),
        ),
        (item.kind in _WHY, _WHY.get(item.kind, _NO_USE)),
        (
            not len(item.xyz_m) and item.host is None and item.id not in taken.solids.parts,
            ("without a solid", "沒有實體幾何"),
        ),
        (
            "IfcOpeningElement" in item.classes,
            ("cuts no wall or slab of a floor that was taken, or is a niche", "未貫穿所取樓層的牆或樓板，或為壁龕"),
        ),
        (
            "IfcSlab" in item.classes,
            ("under no floor that was taken (roofs, landings, finishes)", "不在所取樓層下（屋頂、平台、面層）"),
        ),
        (
            any(item.storey in level.storeys for level, _ in taken.floors),
            (f"stands less than {MIN_PART_M:g} m high on its floor", f"在該層高度不足 {MIN_PART_M:g} m"),
        ),
    )
    return next((said for holds, said in tests if holds), ("not on a floor that was taken", "不在所取的樓層"))
