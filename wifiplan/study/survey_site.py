"""A site as surveys are held against it: every access point with a place, every radio with a power."""

from collections.abc import Sequence
from dataclasses import replace

from wifiplan.errors import SurveyError
from wifiplan.site.building import Floor, Site
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.survey.links import with_places
from wifiplan.survey.placing import EIRP_DBM
from wifiplan.survey.records import Survey

MARGIN_M = 2.0
"""Beyond what hangs and was read on a floor that nobody drew, its map goes on by so much [m]."""


def hung_site(site: Site) -> Site:
    """Return a site with what is not known of its access points filled in, as the fit takes it.

    One that is known by its room only hangs in the middle of it; one without radios is taken to have one at 2.4 and one
    at 5 GHz; a power that is not known is `EIRP_DBM`, and the fit tells by how much that is wrong. Those without any
    place are left out. Give the fit the site as it was read: it must know which powers are known.

    Raises
    ------
    SurveyError
        If nothing hangs there.
    """
    placed = [ap for ap in with_places(site).access_points if ap.x_m is not None and ap.y_m is not None]
    if not placed:
        raise SurveyError(
            "no access point with a place hangs at this site",
            remedy="add access_points with x_m and y_m, or a room_id, to the site file; or give a plan.json",
            where=site.name,
            zh=("校舍檔中沒有位置已知的基地臺", "在校舍檔補上 access_points 的 x_m、y_m 或 room_id，或改用 plan.json"),
        )
    return replace(site, access_points=tuple(_with_powers(ap) for ap in placed))


def _with_powers(ap: AccessPoint) -> AccessPoint:
    radios = ap.radios or (Radio(band="2.4"), Radio(band="5"))
    known = (replace(radio, eirp_dbm=EIRP_DBM) if radio.eirp_dbm is None else radio for radio in radios)
    return replace(ap, radios=tuple(known))


def framed_site(site: Site, surveys: Sequence[Survey]) -> Site:
    """Return a site in which a floor without any drawing has an outline: the box of what hangs and was read there.

    A survey may come before the drawings; floors of which nothing at all is known stay as they are.
    """
    return replace(site, floors=tuple(_framed(floor, site, surveys) for floor in site.floors))


def is_drawn(floor: Floor) -> bool:
    """Return whether anything of a floor is drawn."""
    return bool(floor.outline or floor.rooms or floor.walls)


def _framed(floor: Floor, site: Site, surveys: Sequence[Survey]) -> Floor:
    if is_drawn(floor):
        return floor
    places = [(s.x_m, s.y_m) for one in surveys for s in one.samples if s.floor == floor.level]
    places += [
        (ap.x_m, ap.y_m)
        for ap in site.access_points
        if ap.floor == floor.level and ap.x_m is not None and ap.y_m is not None
    ]
    if not places:
        return floor
    low_x, low_y = (min(axis) - MARGIN_M for axis in zip(*places, strict=True))
    high_x, high_y = (max(axis) + MARGIN_M for axis in zip(*places, strict=True))
    return replace(floor, outline=((low_x, low_y), (high_x, low_y), (high_x, high_y), (low_x, high_y)))
