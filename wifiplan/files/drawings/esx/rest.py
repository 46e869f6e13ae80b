"""What a project holds beside a design: every member is named, with its count and why it is left."""

from wifiplan.files.drawings.esx.project import ENDING, Project
from wifiplan.files.drawings.esx.remarks import is_remark
from wifiplan.files.json_input import printable

_SETTINGS = ("settings of the program", "軟體設定")
_MEASURED = (
    "what a survey heard: no part of the building, read as a survey of its own",
    "量測資料：不屬於校舍，另外讀成量測檔",
)
_NEEDS = ("needs and profiles of the program: a site's rooms tell theirs by use and class size", "軟體的需求設定")
_USED = ("names and relations of what is taken", "採用內容的名稱與關聯")

USED = frozenset({"project", "buildings", "buildingFloors", "floorTypes", "antennaTypes", "projectHistorys"})
LEFT: dict[str, tuple[str, str]] = {
    "projectConfiguration": _SETTINGS,
    "projectHistory": _SETTINGS,
    "projectMetadata": _SETTINGS,
    "networkCapacitySettings": _SETTINGS,
    "wifiAdapterInformations": _MEASURED,
    "accessPointMeasurements": _MEASURED,
    "measuredRadios": _MEASURED,
    "surveyLookups": _MEASURED,
    "surveys": _MEASURED,
    "measuredAreas": _MEASURED,
    "deviceProfiles": _NEEDS,
    "usageProfiles": _NEEDS,
    "applicationProfiles": _NEEDS,
    "requirements": _NEEDS,
    "attenuationAreas": ("damping by the length of way inside has no counterpart", "依路徑長度衰減的區域沒有對應"),
    "attenuationAreaTypes": ("damping by the length of way inside has no counterpart", "依路徑長度衰減的區域沒有對應"),
    "exclusionAreas": ("parts of a plan that its reports leave out", "報告排除的區域"),
    "interferers": ("sources of interference that were found", "干擾源"),
    "accessPointModels": ("makers' models beside the design", "廠商型號資料"),
    "tagKeys": ("tags", "標籤"),
    "notes": ("notes for people", "給人看的註記"),
    "pictureNotes": ("photographs on the plan", "平面圖上的照片"),
    "cableNotes": ("cables: the plan lays its own", "線路註記：由規劃重新佈線"),
    "images": ("no plan that is taken shows it", "不是採用樓層的底圖"),
}


def tell_rest(project: Project, pictures: set[str]) -> None:
    """Count what has not been told yet: things nobody took, members nobody knows, and binaries.

    Parameters
    ----------
    project : Project
        What has been read.
    pictures : set of str
        Names of the picture members that were taken or told.
    """
    for member in project.members():
        _tell_member(project, member)
    for name in project.archive.sizes:
        if name.endswith(ENDING) or name in pictures:
            continue
        if name == "version":
            project.tally.take("version", *_USED)
        elif name.lower().startswith("image-"):
            project.tally.leave("image-*", "a picture that no floor shows", "沒有樓層使用的圖片")
        elif name.lower().startswith("track-"):
            project.tally.leave("track-*", *_MEASURED)
        else:
            project.tally.leave(printable(name)[:80], "a member of unknown meaning", "意義不明的內容")


def _tell_member(project: Project, member: str) -> None:
    tally = project.tally
    if member.startswith("survey-"):
        tally.leave("survey-*", *_MEASURED)
        return
    n_all = project.count(member)
    if n_all is None:
        tally.leave(printable(member)[:80], "not opened: large or unreadable", "過大或無法讀取，未開啟")
        return
    if member == "notes":
        ours = sum(is_remark(one) for one in project.rows("notes"))
        tally.take("notes", "what wifiplan wrote beside the format", "wifiplan 的附註", n=ours)
    gone = sum(n for (what, detail, _), n in tally.gone.items() if what == member and detail.startswith("deleted"))
    rest = n_all - (tally.known(member) - gone)
    if rest <= 0:
        return
    if member in USED:
        tally.take(member, *_USED, n=rest)
    elif member in LEFT:
        tally.leave(member, *LEFT[member], n=rest)
    else:
        tally.leave(printable(member)[:80], "a member of unknown meaning", "意義不明的內容", n=rest)
