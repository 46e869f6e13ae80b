"""What the plan does with the bands beside its own, in words."""

from collections.abc import Mapping

from wifiplan.catalog.spectrum import channels
from wifiplan.report.numbering import planned_radio
from wifiplan.report.texts import number_text, texts
from wifiplan.site.network import BANDS, Band, Radio
from wifiplan.study.records import BandUse, Plan, PlannedAccessPoint


def bands_lines(plan: Plan, lang: str) -> tuple[str, ...]:
    """Return a line for every band beside the planned one: how many radios are on and off there, and why."""
    words = texts(lang)
    return tuple(_line(use, plan, words) for use in plan.other_bands)


def other_radios_text(planned: PlannedAccessPoint, plan: Plan, lang: str) -> str:
    """Return the radios beside the planned band, a line each: channel and power, or that it is off."""
    words, main = texts(lang), planned_radio(planned, plan)
    others = [r for r in planned.access_point.radios if r != main and r.channel is not None]
    found = {radio.band: _radio(radio, words) for radio in others}
    found |= dict.fromkeys(planned.off_bands, words["bands.off"])
    return "\n".join(f"{band}: {found[band]}" for band in BANDS if band in found)


def options_line(plan: Plan, lang: str) -> str:
    """Return the options of the other bands as they were set."""
    words, options = texts(lang), plan.settings.other_bands
    return words["assume.other_bands"].format(
        two_four=words[f"bands.option.{options.two_four_ghz}"],
        floor=number_text(options.floor_dbm),
        levels=" / ".join(number_text(level) for level in options.eirp_2g4_dbm),
        six=words["yes" if options.six_ghz == "on" else "no"],
        scanning=words["yes" if options.scanning_only else "no"],
    )


def _radio(radio: Radio, words: Mapping[str, str]) -> str:
    power = "" if radio.eirp_dbm is None else words["bands.power"].format(eirp=number_text(radio.eirp_dbm))
    width = "" if radio.width_mhz is None or radio.band == "2.4" else f"/{radio.width_mhz}"
    return f"{radio.channel}{width}{power}"


def _line(use: BandUse, plan: Plan, words: Mapping[str, str]) -> str:
    key = use.policy if use.n_on or use.n_off else "left_only"
    text = words[f"bands.line.{key}"].format(
        band=use.band,
        planned=plan.band,
        on=use.n_on,
        off=use.n_off,
        n_channels=len(channels(plan.site.country, use.band, 20)),
        widths=" / ".join(map(str, _widths(plan, use.band))),
    )
    if use.n_rooms:
        floor = words["bands.need" if use.floor_dbm is None else "bands.floor"]
        text += words["bands.rooms"].format(
            n=use.n_rooms, covered=use.n_rooms_covered, floor=floor.format(dbm=number_text(use.floor_dbm or 0.0))
        )
        if use.n_rooms_covered < use.n_rooms_reachable:
            text += words["bands.reachable"].format(n=use.n_rooms_reachable)
    if use.n_least is not None:
        text += words["bands.least"].format(n=use.n_least)
    if use.n_on:
        sharing = "bands.sharing" if use.n_sharing_all is None or not use.n_off else "bands.sharing_all"
        text += words[sharing].format(n=use.n_sharing, all=use.n_sharing_all)
    return text + (words["bands.left"].format(n=use.n_left) if use.n_left else "")


def _widths(plan: Plan, band: Band) -> list[int]:
    radios = (r for p in plan.access_points for r in p.access_point.radios if r.band == band)
    return sorted({r.width_mhz for r in radios if r.width_mhz is not None})
