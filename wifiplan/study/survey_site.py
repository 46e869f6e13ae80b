"""A site as surveys are held against it: every access point with a place, every radio with a power."""

from dataclasses import replace

from wifiplan.errors import SurveyError
from wifiplan.site.building import Site
from wifiplan.site.network import Radio
from wifiplan.study.scene import resolved
from wifiplan.study.settings import Settings


def hung_site(site: Site, settings: Settings) -> Site:
    """Return a site with what is not known of its access points filled in, as `predict_site` does it.

    One that is known by its room only hangs in the middle of it. One without radios is taken to have one at 2.4 and one
    at 5 GHz. A power that is not known is the middle of the settings' powers: a survey tells by how much that is wrong.

    Raises
    ------
    SurveyError
        If nothing hangs there.
    SiteError
        If an access point has neither a place nor a room.
    """
    if not site.access_points:
        raise SurveyError(
            "no access points hang at this site",
            remedy="add access_points to the site file, or give a plan.json",
            where=site.name,
            zh=("這個校舍檔沒有基地臺", "在校舍檔補上 access_points，或改用 plan.json"),
        )
    levels = sorted(settings.design.eirp_dbm)
    usual_dbm = levels[len(levels) // 2]
    both = Radio(band="2.4"), Radio(band="5")
    points = tuple(
        replace(
            ap,
            radios=tuple(
                replace(radio, eirp_dbm=usual_dbm) if radio.eirp_dbm is None else radio for radio in ap.radios or both
            ),
        )
        for ap in resolved(site, settings)
    )
    return replace(site, access_points=points)
