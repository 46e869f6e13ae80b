"""The sections [purchase] and [prices] of a settings file: what is bought, and at which prices."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from wifiplan.catalog.radios import ap_models
from wifiplan.errors import Fault, SettingsError
from wifiplan.files.json_input import Json
from wifiplan.files.settings_section import section
from wifiplan.study.purchase_options import Prices, PurchaseOptions, product
from wifiplan.study.settings import Settings

PURCHASE_SECTIONS = ("purchase", "prices")

MAX_PRICE_NTD = 10_000_000
_AP, _DESIGN_PRICE = "ap", "ap_price_ntd"


def with_ap_price(data: Mapping[str, Json]) -> tuple[Mapping[str, Json], tuple[Fault, ...]]:
    """Return a file with its `[prices] ap` as `[design] ap_price_ntd`: one price under two names.

    A fault is found where the two differ, or where the price is no whole number.
    """
    prices, design = data.get("prices"), data.get("design", {})
    if not isinstance(prices, Mapping) or _AP not in prices or not isinstance(design, Mapping):
        return data, ()
    price, other = prices[_AP], design.get(_DESIGN_PRICE)
    rest = {key: value for key, value in prices.items() if key != _AP}
    without = {**data, "prices": rest}
    if not isinstance(price, int) or isinstance(price, bool) or not 0 <= price <= MAX_PRICE_NTD:
        problem = f"should be a whole number from 0 to {MAX_PRICE_NTD}, not {price!r}"
        return without, (Fault(where="[prices] ap", problem=problem),)
    if other is not None and other != price:
        problem = f"{price} differs from [design] ap_price_ntd, which is {other}"
        return without, (Fault(where="[prices] ap", problem=problem, remedy="give it once"),)
    return {**without, "design": {**design, _DESIGN_PRICE: price}}, ()


def with_purchase(settings: Settings, data: Mapping[str, Json]) -> tuple[Settings, tuple[Fault, ...]]:
    """Return settings with both sections of a file, and every fault in these."""
    purchase, faults = section(data, "purchase", PurchaseOptions())
    prices, price_faults = section(data, "prices", Prices())
    return replace(settings, purchase=purchase, prices=prices), (*faults, *price_faults)


def product_faults(settings: Settings) -> Iterator[Fault]:
    """Yield the fault of a product that must not be bought, or is of another class."""
    model = ap_models().get(settings.design.ap_model)
    if model is None:
        return
    try:
        product(settings.purchase, model)
    except SettingsError as error:
        yield Fault(where=error.where, problem=error.problem, remedy=error.remedy, zh=error.zh)


def price_ranges(settings: Settings) -> Iterator[tuple[str, float | None, float, float]]:
    """Yield an option, its value, the least and the most that makes sense."""
    yield "[purchase] spare_port_share", settings.purchase.spare_port_share, 0.0, 5.0
    for name in Prices.__dataclass_fields__:
        yield f"[prices] {name}", settings.prices.of(name), 0, MAX_PRICE_NTD
