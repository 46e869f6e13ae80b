"""The law that plans are made with: the settings' own, with what a survey's device heard told for a class."""

from dataclasses import replace

from wifiplan.catalog.radios import device
from wifiplan.radio.loss import Law, PathLoss
from wifiplan.radio.measured import InBand
from wifiplan.site.network import BANDS
from wifiplan.study.settings import Settings


def planned_law(settings: Settings) -> PathLoss:
    """Return the law of the settings for a device whose antenna's gain is added by whoever plans.

    Notes
    -----
    A calibrated law's offset is all that lay between an access point's EIRP and what the measuring device reported:
    that device's antenna, the hand around it, and the building. Plans add the gain of the class's device to every
    signal, so the offset that is left is smaller by what that gain takes away: together they lose what was measured.
    It is never below nothing: a device that reports more than an isotropic antenna would receive promises nothing for
    a tablet. Powers that the survey found of single access points stay out: others will hang there.
    """
    law = settings.law
    if not isinstance(law, Law) or law.measured is None:
        return law
    gain_dbi = device(settings.radio.device).antenna_gain_dbi
    found = {one.band: one for one in law.in_band}
    bands = tuple(found.get(band, InBand(band=band)) for band in BANDS)
    return replace(
        law,
        offset_db=0.0,
        in_band=tuple(replace(one, offset_db=max(law.offset_db + one.offset_db + gain_dbi, 0.0)) for one in bands),
        measured=None,
    )


def hearing_law(settings: Settings) -> PathLoss:
    """Return the law by which neighbours disturb devices: stacked walls saturate in measured buildings."""
    law = planned_law(settings)
    if isinstance(law, Law) and law.max_wall_db is None:
        return replace(law, max_wall_db=settings.design.hearing_max_wall_db)
    return law


def between_law(settings: Settings) -> PathLoss:
    """Return the law by which access points hear each other: no hand and no phone's antenna lies between them.

    How much of a measured offset is the building's nobody can tell: to be careful, none.
    """
    law = hearing_law(settings)
    if not isinstance(settings.law, Law) or settings.law.measured is None or not isinstance(law, Law):
        return law
    return replace(law, offset_db=0.0, in_band=tuple(replace(one, offset_db=0.0) for one in law.in_band))
