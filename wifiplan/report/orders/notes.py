"""The page of notes: channels, networks and their beacons, cabling, brands, acceptance."""

from dataclasses import dataclass

from wifiplan.catalog.label_sheets import label_sheet
from wifiplan.catalog.radios import ap_models
from wifiplan.predict.capacity import CARRIER_SENSE_DBM
from wifiplan.radio.beacons import MOST_SSIDS, beacon_share
from wifiplan.report.orders.orders import DEVIATION_M, Orders
from wifiplan.report.orders.tables import undecided
from wifiplan.report.standing import forbidden
from wifiplan.report.tables import LONGEST_CABLE_M, typeset
from wifiplan.report.texts import number_text, share_text

MAX_SSIDS_SHOWN = 8
"""SSIDs in the printed table of beacons: what a common controller allows at a school."""

BANDS_2G4 = "2.4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the notes: title, sentences, and perhaps the table of what beacons cost."""

    title: str
    items: tuple[str, ...]
    beacons: "Beacons | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beacons:
    """Airtime of beacons: a column a number of SSIDs, of which the first `limit` are no reason to warn."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    limit: int

    @property
    def lines(self) -> tuple[str, ...]:
        """The same as sentences, for a sheet of two columns."""
        return tuple(
            f"{row[0]}: " + ", ".join(f"{n} SSID {share}" for n, share in zip(self.heads[1:], row[1:], strict=True))
            for row in self.rows
        )


def notes(orders: Orders) -> tuple[Section, ...]:
    """Return the notes in the order in which they are printed."""
    words = orders.words
    sections = (
        ("set", _setting(orders)),
        ("ssid", _networks(orders)),
        ("cabling", _cabling(orders)),
        ("brand", _brands(orders)),
        ("accept", _acceptance(orders)),
    )
    return tuple(
        Section(
            title=words[f"order.note.{key}"],
            items=tuple(typeset(text) for text in items if text),
            beacons=_beacons(orders) if key == "ssid" else None,
        )
        for key, items in sections
    )


def _setting(orders: Orders) -> tuple[str, ...]:
    words, plan = orders.words, orders.plan
    automatic = [c for c in orders.configs if c.state == "auto"]
    text_2g4 = ""
    n_on, n_off = (sum(c.band == BANDS_2G4 and c.state == state for c in orders.configs) for state in ("on", "off"))
    if n_off:
        text_2g4 = words["order.note.2g4_off"]
    if n_on and plan.band != BANDS_2G4:
        text_2g4 = words["order.note.2g4_plan"].format(on=n_on, off=n_off, planned=plan.band)
    if automatic:
        text_2g4 = words["order.note.2g4_auto"].format(channels=" / ".join(map(str, automatic[0].auto_channels)))
    return (
        words["order.note.channel_number"],
        words["order.note.eirp"].format(country=plan.site.country),
        words["order.note.auto"].format(sense=number_text(CARRIER_SENSE_DBM, 0)),
        words["order.note.dfs"] if any(c.dfs for c in orders.configs) else "",
        text_2g4,
    )


def _networks(orders: Orders) -> tuple[str, ...]:
    words, options = orders.words, orders.options
    n = len(options.ssids)
    rows = tuple(
        words["order.note.ssid_row"]
        .format(name=s.name, vlan=words["order.note.vlan_open"] if s.vlan is None else s.vlan, purpose=s.purpose)
        .rstrip()
        for s in options.ssids
    )
    vlan = options.management_vlan
    return (
        *(rows or (words["order.note.ssid_open"],)),
        "" if vlan is None else words["order.note.management"].format(vlan=vlan),
        too_many(orders) if n > MOST_SSIDS else words["order.note.most"].format(most=MOST_SSIDS),
        words["order.note.roaming"],
        words["order.note.privacy"],
        words["order.note.beacons"].format(one=_percent(beacon_share(_standard(orders), 1))),
    )


def too_many(orders: Orders) -> str:
    """Return the warning about too many SSIDs; empty where there are few enough."""
    n = len(orders.options.ssids)
    return orders.words["order.note.too_many"].format(n=n, most=MOST_SSIDS) if n > MOST_SSIDS else ""


def _beacons(orders: Orders) -> Beacons:
    """Return what 1 to 8 SSIDs cost: on a channel of one's own, where most share one in this plan, and among four."""
    words, standard = orders.words, _standard(orders)
    counts = sorted({1, 1 + max((c.n_sharing or 0 for c in orders.configs), default=0), 4})
    heads = [
        words["order.note.beacon_alone"] if n == 1 else words["order.note.beacon_shared"].format(n=n) for n in counts
    ]
    most = max(MAX_SSIDS_SHOWN, len(orders.options.ssids))
    return Beacons(
        heads=(words["order.note.beacon_head"], *(str(k) for k in range(1, most + 1))),
        rows=tuple(
            (head, *(_percent(beacon_share(standard, k, n_aps=n)) for k in range(1, most + 1)))
            for head, n in zip(heads, counts, strict=True)
        ),
        limit=MOST_SSIDS,
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _standard(orders: Orders) -> str:
    """Return the standard of the plan's new access points; all send the same beacons."""
    return ap_models()[orders.plan.settings.design.ap_model].standard


def _cabling(orders: Orders) -> tuple[str, ...]:
    words = orders.words
    sheet = label_sheet(orders.options.label_sheet)
    slack = share_text(orders.plan.settings.design.cable_slack_share)
    reused = any(order.action == "replaced" for order in orders.cards)
    return (
        words["order.note.cat"].format(limit=number_text(LONGEST_CABLE_M, 0), slack=slack),
        words["order.ports_note"].format(first=orders.options.first_port),
        words["order.note.reuse"] if reused else "",
        words["order.note.labels"].format(sheet=sheet.name, known=sheet.known_as, n=sheet.n_labels),
    )


def _brands(orders: Orders) -> tuple[str, ...]:
    models = forbidden(orders.plan)
    listed = orders.words["existing.brand"].format(models=orders.words["doc.separator"].join(models)) if models else ""
    return (orders.words["brand.text"], listed)


def _acceptance(orders: Orders) -> tuple[str, ...]:
    words, plan = orders.words, orders.plan
    rates = sorted({room.need.mbps_per_device for room in plan.rooms if room.need})
    return (
        words["order.note.deviation"].format(limit=number_text(DEVIATION_M)),
        words["order.note.class_test"].format(mbps=" / ".join(number_text(r, 2) for r in rates)) if rates else "",
        "" if plan.site.access_points_known else words["order.note.inventory"],
        undecided(orders),
    )
