"""A plausible building from a roster row, so that a county can be planned before anyone has drawn a plan."""

from dataclasses import replace

from wifiplan.errors import SiteError
from wifiplan.scheme.school import School
from wifiplan.site.building import SchoolRef, Site
from wifiplan.site.layout import ArchetypeOptions, floors

__all__ = ["ArchetypeOptions", "archetype", "assumption_texts"]


def archetype(school: School, options: ArchetypeOptions | None = None) -> Site:
    """Return a plausible school for a roster row; nobody drew it, and it says so.

    Parameters
    ----------
    school : School
        The roster row: stage, classes and pupils by grade.
    options : ArchetypeOptions or None
        How it is built; None takes the defaults.

    Returns
    -------
    Site
        `evidence` is "archetype"; `assumptions` lists in Chinese what was assumed (`assumption_texts` has the
        same in English); the access points that hang there are unknown. The same row gives the same site.

    Raises
    ------
    SiteError
        The school has no class, so there is no building to assume.
    """
    options = options or ArchetypeOptions()
    if school.n_classes <= 0:
        raise SiteError(
            "the roster gives no classes, so no building can be assumed",
            remedy="correct the number of classes (班級數), or draw a plan",
            where=f"{school.stage} {school.code} {school.name}",
        )
    site = Site(
        name=school.full_name,
        school=SchoolRef(stage=school.stage, code=school.code, remote=school.remote, n_classes=school.n_classes),
        evidence="archetype",
        access_points_known=False,
        floors=floors(school, options),
    )
    return replace(site, assumptions=assumption_texts(site, options))


def assumption_texts(site: Site, options: ArchetypeOptions | None = None, *, lang: str = "zh-TW") -> tuple[str, ...]:
    """Return what was assumed for an archetype, as sentences.

    Parameters
    ----------
    site : Site
        What `archetype` returned.
    options : ArchetypeOptions or None
        The options it was made with; None takes the defaults.
    lang : "zh-TW" or "en"
        Language of the sentences.

    Returns
    -------
    tuple of str
        One sentence an assumption.
    """
    options = options or ArchetypeOptions()
    rooms = [room for floor in site.floors for room in floor.rooms]
    form = options.facade
    values = {
        "storeys": len(site.floors),
        "wings": len({room.block for room in rooms} - {None}),
        "classrooms": sum(room.use == "classroom" for room in rooms),
        "specialist": sum(room.use == "specialist" for room in rooms),
        "module": f"{options.module_m:g}",
        "depth": f"{form.depth_m:g}",
        "corridor": f"{form.corridor_m:g}",
        "parapet": f"{form.parapet_m:g}",
        "height": f"{options.height_m:g}",
        "slab": f"{options.slab_m * 100:g}",
        "courtyard": f"{options.courtyard_m:g}",
        "partition": _PARTITIONS[lang == "en"] if options.partition == "brick" else options.partition,
    }
    return tuple(text.format_map(values) for text in _TEXTS["en" if lang == "en" else "zh-TW"])


_PARTITIONS = ("12 公分（1/2B）磚牆", "half-brick partitions of 12 cm")
_TEXTS = {
    "zh-TW": (
        "這所學校還沒有平面圖：以下建築是依名冊的班級數與學生數推定的，不是現場情形。",
        (
            "推定為 {storeys} 層樓、{wings} 棟；{classrooms} 間班級教室、{specialist} 間專科教室，"
            "專科教室與辦公室的種類與間數依班級數推定。"
        ),
        (
            "班級教室 {module} × {depth} 公尺，單邊開放式走廊寬 {corridor} 公尺，女兒牆高 {parapet} 公尺；"
            "各棟平行，相距 {courtyard} 公尺，以走廊相連。"
        ),
        (
            "樓高 {height} 公尺，樓板為 {slab} 公分鋼筋混凝土；梁、柱、山牆為混凝土，"
            "隔間為{partition}，兩側開窗（6 公釐玻璃），木門。"
        ),
        "每班人數取該年級平均（無條件進位）；名冊沒有各年級人數時取最大班級人數。",
        "網路機櫃設在各棟各樓層的樓梯旁或資訊機房；現有無線基地臺未經盤點，不是零。",
    ),
    "en": (
        (
            "Nobody has drawn a plan of this school: the building below is assumed from the roster's numbers "
            "of classes and pupils; it is not what stands there."
        ),
        (
            "Assumed: {storeys} storeys, {wings} wings, {classrooms} classrooms and {specialist} specialist "
            "rooms; kinds and numbers of specialist rooms and offices follow from the number of classes."
        ),
        (
            "Classrooms of {module} x {depth} m along a single-loaded open corridor {corridor} m wide with a parapet "
            "{parapet} m high; wings are parallel, {courtyard} m apart, joined by a corridor."
        ),
        (
            "Storey height {height} m, concrete slabs of {slab} cm; concrete beams, columns and end walls, "
            "{partition}, windows on both sides (6 mm glass), wooden doors."
        ),
        "A class has the mean size of its grade, rounded up; without figures by grade, the largest class.",
        (
            "Network cabinets stand at the stairs of every wing and storey or in the network room; nobody has taken "
            "stock of existing access points: they are unknown, not zero."
        ),
    ),
}
