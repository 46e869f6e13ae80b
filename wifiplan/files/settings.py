"""Settings files (TOML): every option by its name, strict, with all faults at once."""

import dataclasses
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wifiplan.catalog.applications import profiles
from wifiplan.catalog.label_sheets import label_sheets
from wifiplan.catalog.radios import ap_models, devices
from wifiplan.errors import Fault, SettingsError
from wifiplan.files.json_input import Json, read_text
from wifiplan.files.laws import law_from_plain, law_to_plain, law_with
from wifiplan.files.settings_class_test import class_test_section
from wifiplan.files.settings_purchase import (
    PURCHASE_SECTIONS,
    price_ranges,
    product_faults,
    with_ap_price,
    with_purchase,
)
from wifiplan.files.settings_section import section
from wifiplan.files.strict import suggestion
from wifiplan.predict.demand import DemandOptions
from wifiplan.predict.hearing import RadioOptions
from wifiplan.probe.options import ClassTestOptions
from wifiplan.radio.loss import COMBINED, LAWS, MIRRORED, PathLoss
from wifiplan.radio.shadowing import Shadowing
from wifiplan.scheme.options import EntitlementOptions
from wifiplan.study.band_options import OtherBandOptions
from wifiplan.study.network_options import NetworkOptions, template_faults
from wifiplan.study.settings import DesignOptions, Settings

_MAX_BYTES = 1_000_000
_PARTS = {"distance", "walls", "floors"}
_SECTIONS = (
    "n_aps",
    "demand",
    "radio",
    "design",
    "law",
    "shadowing",
    "other_bands",
    "scheme",
    "network",
    "class_test",
)
MIN_NAME, MAX_NAME = 8, 64
"""Bytes of an access point's name that controllers take: 15 to 64, most 32 (mrncciew.com on AP name lengths [2nd])."""

MAX_PORT = 999
MAX_VLAN, MAX_SSID_BYTES = 4094, 32
"""IEEE 802.1Q and IEEE 802.11, 9.4.2.2 [M]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsFile:
    """What a settings file holds: the settings of a study, the scheme's text as read, installers' and class tests'."""

    study: Settings = field(default_factory=Settings)
    scheme: EntitlementOptions = field(default_factory=EntitlementOptions)
    network: NetworkOptions = field(default_factory=NetworkOptions)
    class_test: ClassTestOptions = field(default_factory=ClassTestOptions)


def read_settings(path: Path | str) -> SettingsFile:
    """Read a settings file; what it does not name keeps its default.

    Parameters
    ----------
    path : Path or str
        TOML with the sections [demand], [radio], [design], [law], [shadowing], [other_bands], [scheme], [network] and
        [class_test], and `n_aps` before them; `floorplans/settings-example.toml` shows every option.

    Returns
    -------
    SettingsFile
        The settings; [purchase] and [prices] are among those of the study.

    Raises
    ------
    SettingsError
        The file cannot be read, or names unknown options, or gives values of the wrong type or out of range; all
        of that at once.
    """
    path = Path(path)
    text = read_text(path, max_bytes=_MAX_BYTES, error=SettingsError)
    loaded, faults = parse_settings(text)
    if faults:
        raise SettingsError(
            f"the settings have {len(faults)} fault{'s' if len(faults) > 1 else ''}",
            remedy="correct the options listed; floorplans/settings-example.toml shows all of them",
            where=str(path),
            faults=faults,
        )
    return loaded


def parse_settings(text: str) -> tuple[SettingsFile, tuple[Fault, ...]]:
    """Return the settings of a TOML text and every fault in it; what is faulty keeps its default."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return SettingsFile(), (Fault(where="", problem=f"not valid TOML: {error}"),)
    study, faults = _study(data)
    known = (*_SECTIONS, *PURCHASE_SECTIONS)
    odd = tuple(
        Fault(where=key, problem=f'unknown section or option "{key}"', remedy=suggestion(key, known))
        for key in data
        if key not in known
    )
    scheme, scheme_faults = section(data, "scheme", EntitlementOptions())
    network, network_faults = section(data, "network", NetworkOptions())
    checks = tuple(_network_faults(network))
    class_test, test_faults = class_test_section(data)
    loaded = SettingsFile(study=study, scheme=scheme, network=network, class_test=class_test)
    return loaded, (*odd, *faults, *scheme_faults, *network_faults, *checks, *test_faults)


def settings_to_mapping(settings: Settings) -> dict[str, Json]:
    """Return settings as plain values, the law by its name and parameters: what `plan.json` holds."""
    return {
        "n_aps": settings.n_aps,
        "demand": dataclasses.asdict(settings.demand),
        "radio": dataclasses.asdict(settings.radio),
        "design": dataclasses.asdict(settings.design),
        "purchase": dataclasses.asdict(settings.purchase),
        "prices": dataclasses.asdict(settings.prices),
        "law": law_to_plain(settings.law),
        "shadowing": dataclasses.asdict(settings.shadowing),
        "other_bands": dataclasses.asdict(settings.other_bands),
    }


def settings_from_mapping(data: Mapping[str, Json]) -> tuple[Settings, tuple[Fault, ...]]:
    """Return the settings that `settings_to_mapping` has written, and every fault."""
    return _study(data)


def _study(data: Mapping[str, Json]) -> tuple[Settings, tuple[Fault, ...]]:
    n_aps, count_faults = _count(data.get("n_aps"))
    data, ap_price_faults = with_ap_price(data)
    demand, demand_faults = section(data, "demand", DemandOptions())
    radio, radio_faults = section(data, "radio", RadioOptions())
    design, design_faults = section(data, "design", DesignOptions())
    law, law_faults = _law(data.get("law"))
    shadowing, spread_faults = section(data, "shadowing", Shadowing())
    other_bands, other_faults = section(data, "other_bands", OtherBandOptions())
    settings = Settings(
        n_aps=n_aps,
        demand=demand,
        radio=radio,
        design=design,
        law=law,
        shadowing=shadowing,
        other_bands=other_bands,
    )
    settings, purchase_faults = with_purchase(settings, data)
    checks = tuple(_value_faults(settings))
    return settings, (
        *count_faults,
        *ap_price_faults,
        *purchase_faults,
        *demand_faults,
        *radio_faults,
        *design_faults,
        *law_faults,
        *spread_faults,
        *other_faults,
        *checks,
    )


def _count(value: Json) -> tuple[int | None, tuple[Fault, ...]]:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value, ()
    return None, (Fault(where="n_aps", problem=f"should be a whole number from 0 up, not {value!r}"),)


def _law(value: Json) -> tuple[PathLoss, tuple[Fault, ...]]:
    """Return a law from its name, from a [law] section (a name, or parts to combine), or as `write_law` wrote it."""
    default = Settings().law
    named = isinstance(value, Mapping) and "name" in value
    if value is None:
        return default, ()
    if isinstance(value, str):
        law, faults = law_with(value, {})
    elif isinstance(value, Mapping) and (named or _PARTS & value.keys()):
        law, faults = law_with(
            str(value["name"]) if named else COMBINED, {k: v for k, v in value.items() if k != "name"}
        )
        faults = tuple(dataclasses.replace(f, where=f"[law] {f.where}") for f in faults)
    elif isinstance(value, Mapping) and "law" in value:
        law, faults = law_from_plain(value)
    else:
        law, faults = (
            None,
            (
                Fault(
                    where="[law]",
                    problem='"name" is missing, or the parts "distance", "walls", "floors"',
                    remedy=", ".join((*LAWS, *MIRRORED)),
                ),
            ),
        )
    return (default if law is None else law), faults


def _value_faults(settings: Settings) -> Iterator[Fault]:
    uses = (*profiles(), *(edit.name for edit in settings.demand.profiles))
    named = (
        ("[design] ap_model", settings.design.ap_model, tuple(ap_models())),
        ("[radio] device", settings.radio.device, tuple(devices())),
        ("[demand] classroom_profile", settings.demand.classroom_profile, uses),
        ("[demand] specialist_profile", settings.demand.specialist_profile, uses),
        *(("[demand] profiles", edit.based_on or edit.name, tuple(profiles())) for edit in settings.demand.profiles),
    )
    for where, name, known in named:
        if name not in known:
            yield Fault(where=where, problem=f'the catalogue has no "{name}"', remedy=suggestion(name, known))
    for where, number, least, most in _ranges(settings):
        if number is not None and not least <= number <= most:
            yield Fault(where=where, problem=f"{number:g} is not between {least:g} and {most:g}")
    if not settings.design.eirp_dbm:
        yield Fault(where="[design] eirp_dbm", problem="names no power to choose from")
    if not settings.other_bands.eirp_2g4_dbm:
        yield Fault(where="[other_bands] eirp_2g4_dbm", problem="names no power to choose from")
    if settings.design.width_mhz not in {20, 40, 80, 160, 320}:
        yield Fault(where="[design] width_mhz", problem=f"{settings.design.width_mhz} MHz is no channel width")
    yield from product_faults(settings)


def _network_faults(network: NetworkOptions) -> Iterator[Fault]:
    for problem in template_faults(network.name_template):
        yield Fault(where="[network] name_template", problem=problem)
    if network.label_sheet not in label_sheets():
        remedy = suggestion(network.label_sheet, tuple(label_sheets()))
        yield Fault(
            where="[network] label_sheet", problem=f'the catalogue has no "{network.label_sheet}"', remedy=remedy
        )
    if not MIN_NAME <= network.name_max <= MAX_NAME:
        yield Fault(where="[network] name_max", problem=f"{network.name_max} is not between {MIN_NAME} and {MAX_NAME}")
    if not 0 <= network.first_port <= MAX_PORT:
        yield Fault(where="[network] first_port", problem=f"{network.first_port} is not between 0 and {MAX_PORT}")
    named = [("management_vlan", network.management_vlan), *((f"ssids {s.name}", s.vlan) for s in network.ssids)]
    for where, vlan in named:
        if vlan is not None and not 1 <= vlan <= MAX_VLAN:
            yield Fault(where=f"[network] {where}", problem=f"VLAN {vlan} is not between 1 and {MAX_VLAN}")
    names = [ssid.name for ssid in network.ssids]
    for name in dict.fromkeys(names):
        if not 1 <= len(name.encode()) <= MAX_SSID_BYTES:
            yield Fault(where="[network] ssids", problem=f'"{name}" is no SSID of 1 to {MAX_SSID_BYTES} bytes')
        if names.count(name) > 1:
            yield Fault(where="[network] ssids", problem=f'"{name}" is given twice')


def _ranges(settings: Settings) -> Iterator[tuple[str, float | None, float, float]]:
    """Yield an option, its value, and the least and the most that makes sense for a school (not a source's range)."""
    design, radio, demand = settings.design, settings.radio, settings.demand
    yield "[design] candidate_spacing_m", design.candidate_spacing_m, 1.0, 50.0
    yield "[design] mount_below_ceiling_m", design.mount_below_ceiling_m, 0.0, 3.0
    yield "[design] cable_slack_share", design.cable_slack_share, 0.0, 5.0
    yield "[design] hearing_max_wall_db", design.hearing_max_wall_db, 0.0, 200.0
    yield "[design] ap_price_ntd", design.ap_price_ntd, 0, 10_000_000
    yield "[design] seed", design.seed, 0, 2**32 - 1
    for power in design.eirp_dbm:
        yield "[design] eirp_dbm", power, -10.0, 40.0
    for power in settings.other_bands.eirp_2g4_dbm:
        yield "[other_bands] eirp_2g4_dbm", power, -10.0, 40.0
    yield "[other_bands] floor_dbm", settings.other_bands.floor_dbm, -100.0, 0.0
    yield "[radio] seat_spacing_m", radio.seat_spacing_m, 0.3, 10.0
    yield "[radio] device_height_m", radio.device_height_m, 0.1, 3.0
    yield "[demand] rooms_at_once", demand.rooms_at_once, 1, 1000
    yield "[demand] default_class_size", demand.default_class_size, 1, 120
    yield "[demand] mbps_per_device", demand.mbps_per_device, 0.001, 1000.0
    yield "[demand] min_seats_share", demand.min_seats_share, 0.01, 1.0
    yield "[demand] max_airtime_share", demand.max_airtime_share, 0.01, 1.0
    yield "[demand] seat_probability", demand.seat_probability, 0.5, 0.999
    for name, decibels in dataclasses.asdict(settings.shadowing).items():
        if name != "walls":
            yield f"[shadowing] {name}", decibels, 0.0, 40.0
    yield "[demand] margin_db", demand.margin_db, 0.0, 40.0
    yield "[demand] min_received_dbm", demand.min_received_dbm, -120.0, 0.0
    yield "[demand] min_second_dbm", demand.min_second_dbm, -120.0, 0.0
    yield "[demand] min_snr_db", demand.min_snr_db, -10.0, 80.0
    yield "[demand] teacher_devices_elementary", demand.teacher_devices_elementary, 0, 100
    yield "[demand] teacher_devices_junior", demand.teacher_devices_junior, 0, 100
    yield "[demand] teacher_devices_remote", demand.teacher_devices_remote, 0, 100
    yield from price_ranges(settings)
