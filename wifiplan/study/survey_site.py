"""A site as surveys are held against it: every access point with a place, every radio with a power."""

from dataclasses import replace

from wifiplan.errors import SurveyError
from wifiplan.site.building import Site
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.survey.links import with_places
from wifiplan.survey.placing import EIRP_DBM


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
