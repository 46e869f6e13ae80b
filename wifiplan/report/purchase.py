"""The page of purchase and cabling: bill, cabinets, floors, cables that are too long, notes; as text for renderers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wifiplan.catalog.cabling import cabling_limits, ethernet_links, link_for
from wifiplan.report.numbering import ap_numbers, floor_name
from wifiplan.report.tables import Table, breakable, typeset
from wifiplan.report.texts import number_text, share_text, texts
from wifiplan.study.purchase import purchase
from wifiplan.study.purchase_records import CabinetNeed, Purchase
from wifiplan.study.records import BillLine, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchasePage:
    """What a plan's purchase page states beside its bill, in one language; a table without rows is not printed."""

    title: str
    total: str
    product: tuple[str, ...]
    cabinets_title: str
    cabinets: Table
    floors_title: str
    floors: Table
    long_title: str
    long: tuple[str, ...]
    notes_title: str
    notes: tuple[str, ...]


def purchase_page(plan: Plan, lang: str) -> PurchasePage | None:
    """Return the page of a plan; None where nothing is bought.

    Parameters
    ----------
    plan : Plan
        A finished plan.
    lang : "zh-TW" or "en"
        Language of the page.

    Raises
    ------
    SettingsError
        The product must not be bought, or there are no texts in the language.
    """
    if not plan.bill:
        return None
    words, needs = texts(lang), purchase(plan)
    return PurchasePage(
        title=words["buy.head"],
        total=total_text(plan.bill, lang),
        product=tuple(map(typeset, product_text(plan, needs, words))),
        cabinets_title=words["buy.cabinets"],
        cabinets=_cabinets(plan, needs, lang),
        floors_title=words["buy.floors"],
        floors=_floors(plan, needs, lang),
        long_title=words["buy.long"],
        long=tuple(long_text(plan, needs, lang)),
        notes_title=words["buy.notes"],
        notes=tuple(notes(plan, needs, lang)),
    )


def total_text(bill: Iterable[BillLine], lang: str) -> str:
    """Return what the priced lines come to and which prices are missing; "total" only where none is.

    Examples
    --------
    >>> line = BillLine(code="drop", name_zh="點", name_en="Drops", quantity=2, unit="點", price_ntd=500)
    >>> total_text([line], "en")
    'Total price NT$ 1,000 (every item listed has a price).'
    """
    words, lines = texts(lang), list(bill)
    costs = [line.cost_ntd for line in lines if line.cost_ntd is not None]
    missing = words["doc.separator"].join(missing_prices(lines, lang))
    if not costs:
        return words["buy.total.none"].format(items=missing)
    key = "buy.total.open" if missing else "buy.total.all"
    return words[key].format(cost=number_text(sum(costs), 0), items=missing)


def missing_prices(bill: Iterable[BillLine], lang: str) -> list[str]:
    """Return the names of lines whose price nobody gave."""
    return [line.name_zh if lang == "zh-TW" else line.name_en for line in bill if line.lacks_price]


def product_text(plan: Plan, needs: Purchase, words: Mapping[str, str]) -> Iterable[str]:
    """Yield what is known of the product and its brand, or that none is named; then how prices are entered."""
    model, named = plan.settings.design.ap_model, needs.product
    if named is None:
        yield words["buy.product.none"].format(model=model)
    else:
        origin = words[f"buy.origin.{named.origin or 'unknown'}"]
        key = "undecided" if named.verdict.status == "undecided" else "not_listed"
        who, brand = named.decided_by or "", named.verdict.listed_as or ""
        yield words[f"buy.product.{key}"].format(product=named.text, origin=origin, brand=brand, who=who)
        if named.model_class is None:
            yield words["buy.product.unchecked"].format(model=model)
    options = [line.price_option for line in plan.bill if line.lacks_price and line.price_option]
    if options:
        yield words["buy.how"].format(options=words["doc.separator"].join(options))


def link_text(cabinet: CabinetNeed, words: Mapping[str, str]) -> str:
    """Return the slowest link that carries a cabinet's peak."""
    return cabinet.link if cabinet.n_links == 1 else words["buy.link.many"].format(n=cabinet.n_links, link=cabinet.link)


def switches_text(cabinet: CabinetNeed, words: Mapping[str, str]) -> str:
    """Return the switches that a cabinet gets."""
    found = [words["buy.switch"].format(ports=s.n_ports, n=s.n) for s in cabinet.switches]
    return words["doc.separator"].join(found) or words["buy.none"]


def _cabinets(plan: Plan, needs: Purchase, lang: str) -> Table:
    words = texts(lang)
    keys = ("cabinet", "floor", "drops", "kept", "cable", "longest", "ports", "switches", "power", "peak", "link")
    rows = [
        (
            breakable(c.name),
            floor_name(plan, c.floor, lang),
            str(c.n_drops),
            str(c.n_kept),
            number_text(c.cable_m, 0),
            number_text(c.longest_m, 0) if c.n_drops else "",
            str(c.n_ports),
            switches_text(c, words),
            f"{number_text(c.power_w)} / {number_text(c.switch_power_w)}" if c.n_drops else "",
            number_text(c.peak_mbps, 0),
            link_text(c, words),
        )
        for c in needs.cabinets
    ]
    return Table(heads=tuple(words[f"buy.{key}"] for key in keys), rows=tuple(rows))


def _floors(plan: Plan, needs: Purchase, lang: str) -> Table:
    words = texts(lang)
    limit = number_text(cabling_limits().max_horizontal_m, 0)
    heads = ("buy.floor", "buy.drops", "buy.cable", "buy.longest", "buy.too_long")
    rows = [
        (floor_name(plan, f.floor, lang), str(f.n_drops), *_metres(f.cable_m, f.longest_m), str(f.n_too_long))
        for f in needs.floors
    ]
    if rows:
        n_long = sum(f.n_too_long for f in needs.floors)
        longest_m = max(f.longest_m for f in needs.floors)
        rows.append((words["buy.sum"], str(needs.n_drops), *_metres(needs.cable_m, longest_m), str(n_long)))
    return Table(heads=tuple(words[head].format(limit=limit) for head in heads), rows=tuple(rows))


def _metres(*lengths_m: float) -> tuple[str, ...]:
    return tuple(number_text(length, 0) for length in lengths_m)


def long_text(plan: Plan, needs: Purchase, lang: str) -> Iterable[str]:
    """Yield every cable that is longer than a link may be, and the fewest cabinets that mend it."""
    words, numbers = texts(lang), ap_numbers(plan)
    limit = number_text(cabling_limits().max_horizontal_m, 0)
    if not needs.long_runs:
        if needs.n_drops:
            yield words["buy.long.none"].format(limit=limit)
        return
    for run in needs.long_runs:
        yield words["buy.long.row"].format(
            ap=numbers.get(run.ap_id, run.ap_id),
            floor=floor_name(plan, run.floor, lang),
            cabinet=run.cabinet,
            length=number_text(run.cable_m, 0),
        )
    mended: set[str] = set()
    for place in needs.new_cabinets:
        mended |= set(place.ap_ids)
        yield words["buy.mend"].format(
            floor=floor_name(plan, place.floor, lang),
            place=place.room_name or words["buy.mend.corridor"],
            x=number_text(place.x_m),
            y=number_text(place.y_m),
            aps=_listed(place.ap_ids, numbers, words),
            length=number_text(place.longest_m, 0),
        )
    left = [run.ap_id for run in needs.long_runs if run.ap_id not in mended]
    if left:
        yield words["buy.mend.none"].format(aps=_listed(left, numbers, words), limit=limit)


def notes(plan: Plan, needs: Purchase, lang: str) -> Iterable[str]:
    """Yield what the figures rest on and what is not in them."""
    words, numbers, limits = texts(lang), ap_numbers(plan), cabling_limits()
    if needs.n_without_cabinet:
        yield words["buy.note.no_cabinet"].format(n=needs.n_without_cabinet)
    if needs.n_drops:
        yield words["buy.note.lengths"].format(
            slack=share_text(plan.settings.design.cable_slack_share),
            limit=number_text(limits.max_horizontal_m, 0),
            channel=number_text(limits.max_channel_m, 0),
        )
        yield words[f"buy.note.{plan.settings.purchase.cabinet}"]
    for key, ids in (("other_floor", needs.other_floor_ids), ("direct", needs.direct_ids)):
        if ids:
            yield words[f"buy.note.{key}"].format(aps=_listed(ids, numbers, words))
    yield words["buy.note.poe"].format(
        number=needs.poe_class,
        watts=number_text(needs.poe_w),
        spare=share_text(plan.settings.purchase.spare_port_share),
    )
    if needs.n_drops:
        yield words["buy.note.kept"]
    yield from _links(needs, words)
    yield words["buy.note.not_in"]


def _links(needs: Purchase, words: Mapping[str, str]) -> Iterable[str]:
    slowest = ethernet_links()[0]
    yield words["buy.note.port" if needs.port_mbps <= slowest.mbps else "buy.note.port_fast"].format(
        peak=number_text(needs.ap_peak_mbps, 0),
        payload=number_text(slowest.payload_mbps, 0),
        rate=f"{needs.port_mbps / slowest.mbps:g}",
    )
    link, n_links = link_for(needs.peak_mbps)
    has = needs.uplink_mbps
    known = "unknown" if has is None else "enough" if has >= needs.peak_mbps else "short"
    yield words["buy.note.uplink"].format(
        n=needs.n_rooms_at_once,
        peak=number_text(needs.peak_mbps, 0),
        link=link.name if n_links == 1 else words["buy.link.many"].format(n=n_links, link=link.name),
        known=words[f"buy.note.uplink.{known}"].format(has=number_text(has or 0.0, 0)),
    )
    for cabinet in needs.cabinets:
        if cabinet.uplink_suffices is False:
            yield words["buy.note.cabinet_short"].format(
                cabinet=cabinet.name,
                has=number_text(cabinet.known_uplink_mbps or 0.0, 0),
                peak=number_text(cabinet.peak_mbps, 0),
            )


def _listed(ids: Iterable[str], numbers: Mapping[str, str], words: Mapping[str, str]) -> str:
    return words["doc.separator"].join(numbers.get(identity, identity) for identity in ids)
