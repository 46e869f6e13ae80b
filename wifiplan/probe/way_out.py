"""Where the way from a tablet to a site breaks: Wi-Fi, the school's LAN, the uplink, or the site itself.

Each part is judged by what was measured on it. Where nothing stands at the far end of the uplink, the sites tell of it:
one that is quick proves it, and only all of them together accuse it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from wifiplan.catalog.services import ServiceLimits
from wifiplan.probe.services.records import (
    CountyCheck,
    Figure,
    LayerAnswer,
    LayerState,
    ServiceAnswer,
    SiteCheck,
    WayOut,
)

WifiResult: TypeAlias = Literal["PASS", "FAIL", "INCONCLUSIVE"]
"""A class test's verdict on the room."""

_LEAST_SITES = 2
"""One site alone can't accuse the uplink."""

_SLOW_DNS = ("slow", "lost", "slow_loaded", "lost_loaded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was measured: any part may be missing.

    `gateway` and `dns` are seen from the laptop; `is_wireless` says that it sat on the Wi-Fi itself, `has_black_hole`
    that full packets to the county's server vanished.
    """

    wifi: WifiResult | None = None
    is_wireless: bool = False
    has_black_hole: bool = False
    gateway: ServiceAnswer | None = None
    dns: tuple[ServiceAnswer, ...] = ()
    county: CountyCheck | None = None
    sites: tuple[SiteCheck, ...] = ()


def judge_way_out(evidence: Evidence, limits: ServiceLimits) -> WayOut:
    """Return the state of every part of the way, and the first one at fault.

    Parameters
    ----------
    evidence : Evidence
        What was measured.
    limits : ServiceLimits
        What it is held against.

    Returns
    -------
    WayOut
        One answer a part, in the order of the way; `blame` is the first that is slow or broken.
    """
    uplink, wifi = _uplink(evidence, limits), _wifi(evidence)
    layers = (wifi, _lan(evidence, wifi, uplink), uplink, _site(evidence.sites, uplink, limits))
    blame = next((layer.layer for layer in layers if layer.state in {"slow", "broken"}), None)
    return WayOut(layers=layers, blame=blame, sites=evidence.sites, county=evidence.county)


def site_state(site: SiteCheck, limits: ServiceLimits) -> LayerState:
    """Return how one site answered: broken, slow, or ok."""
    if site.fault:
        return "broken"
    if site.first_byte_ms is None:
        return "untested"
    total_ms = site.first_byte_ms + (site.dns_ms or 0)
    return "slow" if total_ms > limits.max_site_first_byte_ms else "ok"


def _wifi(evidence: Evidence) -> LayerAnswer:
    gateway = evidence.gateway
    if evidence.wifi == "PASS":
        return LayerAnswer(layer="wifi", state="ok", code="wifi_ok")
    if evidence.wifi == "FAIL":
        return LayerAnswer(layer="wifi", state="slow", code="wifi_fail")
    if evidence.is_wireless and gateway is not None and gateway.status == "bad" and gateway.code != "none":
        figures = _of(gateway, "idle_p95_ms", "loaded_p95_ms")
        return LayerAnswer(layer="wifi", state="slow", code="wifi_gateway", figures=figures)
    code = "wifi_open" if evidence.wifi == "INCONCLUSIVE" else "wifi_untested"
    return LayerAnswer(layer="wifi", state="untested", code=code)


def _lan(evidence: Evidence, wifi: LayerAnswer, uplink: LayerAnswer) -> LayerAnswer:
    return (
        _lan_broken(evidence)
        or _lan_slow(evidence, wifi)
        or _lan_good(evidence.gateway, uplink)
        or LayerAnswer(layer="lan", state="untested", code="lan_untested" if evidence.gateway is None else "lan_silent")
    )


def _lan_broken(evidence: Evidence) -> LayerAnswer | None:
    gateway = evidence.gateway
    if gateway is not None and gateway.code == "none":
        return LayerAnswer(layer="lan", state="broken", code="lan_no_gateway")
    is_mute = bool(evidence.dns) and all(answer.code in {"silent", "none"} for answer in evidence.dns)
    if is_mute or (bool(evidence.sites) and all(site.fault == "dns" for site in evidence.sites)):
        return LayerAnswer(layer="lan", state="broken", code="lan_no_dns")
    return None


def _lan_slow(evidence: Evidence, wifi: LayerAnswer) -> LayerAnswer | None:
    gateway = evidence.gateway
    worst = next((answer for answer in evidence.dns if answer.code in _SLOW_DNS), None)
    is_bad = worst is not None or (gateway is not None and gateway.status == "bad")
    if is_bad and evidence.is_wireless and wifi.state != "ok":
        # both were measured across the air, which has not passed its own test
        return LayerAnswer(layer="lan", state="untested", code="lan_over_wifi")
    if gateway is not None and gateway.status == "bad":
        figures = _of(gateway, "idle_p95_ms", "loaded_p95_ms")
        return LayerAnswer(layer="lan", state="slow", code="lan_slow", figures=figures)
    if worst is not None:
        figures = (("server", worst.target), *_of(worst, "idle_p95_ms", "loaded_p95_ms"))
        return LayerAnswer(layer="lan", state="slow", code="lan_slow_dns", figures=figures)
    return None


def _lan_good(gateway: ServiceAnswer | None, uplink: LayerAnswer) -> LayerAnswer | None:
    if gateway is not None and gateway.status == "ok":
        return LayerAnswer(layer="lan", state="ok", code="lan_ok", figures=_of(gateway, "idle_p95_ms"))
    if uplink.state == "ok":  # the gateway may ignore pings: what lies behind it was quick
        return LayerAnswer(layer="lan", state="ok", code="lan_through")
    return None


def _uplink(evidence: Evidence, limits: ServiceLimits) -> LayerAnswer:
    county = evidence.county
    states = [site_state(site, limits) for site in evidence.sites]
    if county is not None and not county.fault:
        return _from_county(county, limits, has_black_hole=evidence.has_black_hole)
    if county is not None and not any(state == "ok" for state in states):
        if county.fault in {"timeout", "unreachable"} and (not states or set(states) == {"broken"}):
            return LayerAnswer(layer="uplink", state="broken", code="uplink_no_county", figures=_faults(county))
        if not states:
            return LayerAnswer(layer="uplink", state="untested", code="uplink_county_fault", figures=_faults(county))
    return _from_sites(evidence.sites, states)


def _from_county(county: CountyCheck, limits: ServiceLimits, *, has_black_hole: bool) -> LayerAnswer:
    figures: tuple[Figure, ...] = (
        ("rtt_p95_ms", county.rtt.p95_ms),
        ("goodput_mbps", county.goodput_mbps),
        ("asked_mbps", county.asked_mbps),
    )
    is_short = (county.goodput_mbps or 0) < limits.min_uplink_share * county.asked_mbps
    if is_short and has_black_hole:
        return LayerAnswer(layer="uplink", state="broken", code="uplink_black_hole", figures=figures)
    if (county.rtt.p95_ms or 0) > limits.max_uplink_rtt_p95_ms:
        return LayerAnswer(layer="uplink", state="slow", code="uplink_delay", figures=figures)
    if is_short:
        return LayerAnswer(layer="uplink", state="slow", code="uplink_rate", figures=figures)
    return LayerAnswer(layer="uplink", state="ok", code="uplink_ok", figures=figures)


def _from_sites(sites: Sequence[SiteCheck], states: Sequence[LayerState]) -> LayerAnswer:
    tried = [(site, state) for site, state in zip(sites, states, strict=True) if state != "untested"]
    figures: tuple[Figure, ...] = (("n_sites", len(tried)), ("n_ok", sum(state == "ok" for _, state in tried)))
    if any(state == "ok" for _, state in tried):
        return LayerAnswer(layer="uplink", state="ok", code="uplink_sites_ok", figures=figures)
    if len(tried) < _LEAST_SITES or all(site.fault == "dns" for site, _ in tried):
        return LayerAnswer(layer="uplink", state="untested", code="uplink_untested", figures=figures)
    if all(state == "broken" for _, state in tried):
        code = "uplink_tls" if all(site.fault == "tls" for site, _ in tried) else "uplink_sites_broken"
        return LayerAnswer(layer="uplink", state="broken", code=code, figures=figures)
    return LayerAnswer(layer="uplink", state="slow", code="uplink_sites_slow", figures=figures)


def _site(sites: Sequence[SiteCheck], uplink: LayerAnswer, limits: ServiceLimits) -> LayerAnswer:
    states = {site.host: site_state(site, limits) for site in sites}
    broken = [host for host, state in states.items() if state == "broken"]
    slow = [host for host, state in states.items() if state == "slow"]
    figures: tuple[Figure, ...] = (
        ("n_sites", len(sites)),
        ("n_ok", sum(state == "ok" for state in states.values())),
        ("broken", ", ".join(broken)),
        ("slow", ", ".join(slow)),
    )
    if not sites or all(state == "untested" for state in states.values()):
        return LayerAnswer(layer="site", state="untested", code="site_untested", figures=figures)
    if (broken or slow) and (uplink.state in {"slow", "broken"} or all(site.fault == "dns" for site in sites)):
        # what lies before the sites is at fault already: theirs can't be told from it
        return LayerAnswer(layer="site", state="untested", code="site_hidden", figures=figures)
    if broken:
        return LayerAnswer(layer="site", state="broken", code="site_broken", figures=figures)
    if slow:
        return LayerAnswer(layer="site", state="slow", code="site_slow", figures=figures)
    return LayerAnswer(layer="site", state="ok", code="site_ok", figures=figures)


def _of(answer: ServiceAnswer, *names: str) -> tuple[Figure, ...]:
    return tuple((name, answer.figure(name)) for name in names)


def _faults(county: CountyCheck) -> tuple[Figure, ...]:
    return (("host", county.host), ("fault", county.fault))
