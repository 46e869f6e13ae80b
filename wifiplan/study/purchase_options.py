"""What the buyer chooses: product, cabinets, spare ports and prices; a forbidden brand is refused here."""

from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias

from wifiplan.catalog.brands import RULE_SOURCE, RULE_SOURCE_ZH, BrandVerdict, brand_origin, brand_verdict
from wifiplan.catalog.products import model_class
from wifiplan.catalog.radios import AccessPointModel
from wifiplan.errors import SettingsError

_WHERE = "[purchase] ap_product"

CabinetChoice: TypeAlias = Literal["floor", "nearest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOptions:
    """How access points are bought and cabled.

    Parameters
    ----------
    ap_product : str or None
        Brand and model that is to be bought; None leaves it open. A mainland-Chinese brand is refused.
    brand_decided_by : str or None
        Who decided that a brand in doubt may be bought, with date and document; without it such a brand is refused.
    cabinet : "floor" or "nearest"
        Cables end at a cabinet of the access point's own floor where one is in reach, or at the nearest.
    spare_port_share : float
        Ports kept free on new switches, as a share of those in use.
    """

    ap_product: str | None = None
    brand_decided_by: str | None = None
    cabinet: CabinetChoice = "floor"
    spare_port_share: float = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Prices that the user enters [NTD]; no source names one, so none has a default.

    That of an access point is `DesignOptions.ap_price_ntd`: in a settings file `[prices] ap`. `cable_m` is a metre of
    cable, `drop` one finished drop (pulling, outlet, patch panel port, test), `switch_*` one switch of a class of
    `catalog/data/switches.csv`.
    """

    cable_m: int | None = None
    drop: int | None = None
    switch_8: int | None = None
    switch_16: int | None = None
    switch_24: int | None = None
    switch_48: int | None = None
    switch_8_2g5: int | None = None
    switch_16_2g5: int | None = None
    switch_24_2g5: int | None = None
    switch_48_2g5: int | None = None

    def of(self, name: str) -> int | None:
        """Return the price of a thing by its option's name; None where nobody gave it [NTD]."""
        return asdict(self).get(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What is to be bought, as far as it is named: text, brand's origin (ISO 3166 code), and what we know of it."""

    text: str
    origin: str | None
    verdict: BrandVerdict
    model_class: str | None
    decided_by: str | None


def product(options: PurchaseOptions, model: AccessPointModel) -> Product | None:
    """Return what is to be bought, None where no product is named.

    Raises
    ------
    SettingsError
        If its brand is forbidden, in doubt without a decision, or it is known to be of another class than planned.
    """
    text = (options.ap_product or model.brand).strip()
    if not text:
        return None
    found = model_class(text)
    known = found if found is not None and found.by == "product" else None
    # a product's number tells its brand, where the text does not
    verdict = brand_verdict(f"{text} {known.brand}" if known else text)
    decided = (options.brand_decided_by or "").strip() or None
    if verdict.status == "prohibited":
        raise _forbidden(text, verdict)
    if verdict.status == "undecided" and decided is None:
        raise _in_doubt(text, verdict)
    if known is not None and known.name != model.name:
        raise SettingsError(
            f'"{text}" belongs to the model class {known.name}, but the plan is made for {model.name}',
            remedy=f'set [design] ap_model = "{known.name}", or choose another product',
            where=_WHERE,
            zh=(
                f"「{text}」屬 {known.name} 等級，規劃用的卻是 {model.name}",
                f'請設 ap_model = "{known.name}"，或改選產品',
            ),
        )
    return Product(
        text=text,
        origin=brand_origin(verdict.brand),
        verdict=verdict,
        model_class=None if known is None else known.name,
        decided_by=decided,
    )


def _forbidden(text: str, verdict: BrandVerdict) -> SettingsError:
    return SettingsError(
        f'"{text}" is of the mainland-Chinese brand {verdict.listed_as}, which must not be bought: '
        f"「{verdict.rule}」 ({RULE_SOURCE}; {verdict.source})",
        remedy="choose a product of another brand",
        where=_WHERE,
        zh=(
            f"「{text}」屬大陸廠牌 {verdict.listed_as}，不得採購：「{verdict.rule}」（{RULE_SOURCE_ZH}）",
            "請改選其他廠牌的產品",
        ),
    )


def _in_doubt(text: str, verdict: BrandVerdict) -> SettingsError:
    return SettingsError(
        f'whether the brand {verdict.listed_as} of "{text}" may be bought is in doubt (待認定); the rule '
        f"「{verdict.rule}」 ({RULE_SOURCE}) leaves it to a person to decide: {verdict.source}",
        remedy='choose another brand, or write who decided, when and where: brand_decided_by = "…" in [purchase]',
        where=_WHERE,
        zh=(
            f"「{text}」的廠牌 {verdict.listed_as} 是否屬大陸廠牌待認定；規定：「{verdict.rule}」（{RULE_SOURCE_ZH}）",
            '請改選其他廠牌，或在 [purchase] 寫明由誰、何時、以何文號認定：brand_decided_by = "…"',
        ),
    )
