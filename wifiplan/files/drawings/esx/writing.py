"""Writing a site and its access points as an .esx project."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from wifiplan.errors import SiteError
from wifiplan.files.drawings.esx.exported.canvas import add_plans
from wifiplan.files.drawings.esx.exported.network import add_network
from wifiplan.files.drawings.esx.exported.rooms import add_rooms
from wifiplan.files.drawings.esx.exported.tables import SCHEMA_VERSION, WRITTEN_AT, Tables
from wifiplan.files.drawings.esx.exported.walls import add_walls
from wifiplan.files.drawings.esx.extras import SITE_KEY
from wifiplan.files.drawings.records import Account, Picture
from wifiplan.files.output import write_bytes
from wifiplan.files.site import dump_site, site_to_plain
from wifiplan.files.site_checks import faults_of
from wifiplan.site.building import Site
from wifiplan.site.network import AccessPoint

_NOT_HEAD = ("format", "name", "floors", "access_points")


def write_esx(
    path: Path | str,
    site: Site,
    access_points: Sequence[AccessPoint] | None = None,
    *,
    pictures: Sequence[Picture] = (),
    lang: str = "zh-TW",
) -> Account:
    """Write an Ekahau project: a design with plans, walls, areas and access points. Same input, same bytes.

    Parameters
    ----------
    path : Path or str
        The .esx file.
    site : Site
        The building.
    access_points : sequence of AccessPoint, optional
        Those to write: a plan's, with or without the existing ones; None: those of the site.
    pictures : sequence of Picture
        Underlays by the name that the site gives them; a floor without one is drawn.
    lang : str
        Language of names that people read: "zh-TW" or "en".

    Returns
    -------
    Account
        What was written, and what the format has no place for.

    Raises
    ------
    SiteError
        The site or the access points have faults.
    OutputError
        The file cannot be written.
    """
    path = Path(path)
    if access_points is not None:
        site = replace(site, access_points=_by_cabinet_id(site, access_points))
    faults = faults_of(site)
    if faults:
        raise SiteError(
            f"the site has {len(faults)} faults and was not written",
            remedy="correct the places listed",
            where=str(path),
            faults=faults,
        )
    tables = Tables(content=f"{lang}\n{dump_site(site)}", lang=lang)
    canvases = add_plans(tables, site, site.access_points, {one.name: one for one in pictures})
    add_walls(tables, site, canvases)
    add_network(tables, site, site.access_points, canvases)
    add_rooms(tables, site, canvases)
    _add_project(tables, site)
    if site.spots:
        detail = "kept in the project for wifiplan; other programs do not show them"
        tables.tally.leave("spots", detail, "只有 wifiplan 讀得到", n=len(site.spots))
    write_bytes(path, tables.archive())
    return tables.tally.account()


def _by_cabinet_id(site: Site, access_points: Sequence[AccessPoint]) -> tuple[AccessPoint, ...]:
    """Return access points that name their cabinet by its id; a plan calls it by the name that people know."""
    cabinets = [cabinet for floor in site.floors for cabinet in floor.cabinets]
    ids = {cabinet.name: cabinet.id for cabinet in cabinets} | {cabinet.id: cabinet.id for cabinet in cabinets}
    return tuple(
        replace(one, cabinet=ids.get(one.cabinet, one.cabinet) if one.cabinet else None) for one in access_points
    )


def _add_project(tables: Tables, site: Site) -> None:
    project, configuration = tables.id("project", ""), tables.id("projectConfiguration", "")
    moment = {"createdAt": WRITTEN_AT, "createdBy": "wifiplan", "modifiedAt": WRITTEN_AT, "modifiedBy": "wifiplan"}
    head = {key: value for key, value in site_to_plain(site).items() if key not in _NOT_HEAD}
    tables.objects["project"] = {
        "id": project,
        "name": site.name,
        "title": site.name,
        "schemaVersion": SCHEMA_VERSION,
        "projectConfigurationId": configuration,
        "customer": "",
        "location": "",
        "responsiblePerson": "",
        "noteIds": [],
        "projectAncestors": [],
        "tags": [],
        "history": moment,
        "status": "CREATED",
        SITE_KEY: head,
    }
    tables.objects["projectConfiguration"] = {
        "id": configuration,
        "enabledGroupingLogics": [],
        "favoriteSsids": [],
        "displayOptions": [],
        "status": "CREATED",
    }
    tables.add(
        "projectHistorys",
        "",
        projectId=project,
        projectName=site.name,
        timestamp=WRITTEN_AT,
        parentIds=[],
        productName="wifiplan",
        productVersion="1",
        schemaVersion=SCHEMA_VERSION,
        operation="LOCAL_SAVE",
        platform="any",
    )
