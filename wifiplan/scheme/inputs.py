"""What only a county, its schools or the ministry's letters can say: the entries of a county's application."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal, TypeAlias

from wifiplan.scheme.entitlement import Entitlement
from wifiplan.scheme.options import EntitlementOptions
from wifiplan.scheme.school import Request, Stage

LineCode: TypeAlias = Literal[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]

LINE_CODES: tuple[LineCode, ...] = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)

PRICES = (
    "device_price_ntd",
    "cart_price_ntd",
    "mdm_price_ntd",
    "ap_price_ntd",
    "adviser_cost_ntd",
    "network_staff_cost_ntd",
    "admin_cost_ntd",
    "workshop_price_ntd",
    "substitute_elementary_ntd",
    "substitute_junior_ntd",
)
"""Unit prices that a county may put in the place of the text's; the names are those of `EntitlementOptions`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineInput:
    """What a county or the ministry knows of one line; None is not filled in yet (待填).

    `computed` overrides the computed number where it comes by separate letter; `requested` is 申請補助數 in the
    line's unit; `amount_ntd` the money asked for where price times quantity does not give it; `current_ntd` the part
    of it that is current (經常門); `approved` what the ministry wrote under 教育部核定, kept as written.
    """

    computed: int | None = None
    already: int | None = None
    requested: int | None = None
    reason: str = ""
    amount_ntd: int | None = None
    current_ntd: int | None = None
    tender: str = ""
    note: str = ""
    approved: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolInput:
    """What a school asks for and has; None is not answered, which is never zero.

    `n_existing_devices` are tablets and laptops of the school, `n_without_mdm` those of them without a licence of the
    device management, `n_byod` devices that pupils and teachers bring, `uplink_mbps` the line to the internet [Mbit/s].
    """

    stage: Stage
    code: str
    n_carts: int | None = None
    n_teacher_devices: int | None = None
    n_student_devices: int | None = None
    reason: str = ""
    n_existing_devices: int | None = None
    n_without_mdm: int | None = None
    n_byod: int | None = None
    uplink_mbps: float | None = None
    note: str = ""

    @property
    def key(self) -> tuple[Stage, str]:
        """(stage, code), as the school's."""
        return self.stage, self.code

    @property
    def is_blank(self) -> bool:
        """Whether nothing is filled in."""
        return self == SchoolInput(stage=self.stage, code=self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyInputs:
    """Everything that is entered for a county; all of it may be left open.

    `pool_devices` is 統籌運用數, added to the students' line. `n_aps`, `ap_budget_ntd` and `software_ntd` come by
    separate letter: none is invented. `n_without_mdm` counts existing devices without a licence in the whole county.
    The prices and costs stand in the place of those of `EntitlementOptions`; the percentages are indicators 5, 6, 8.
    """

    lines: tuple[tuple[LineCode, LineInput], ...] = ()
    schools: tuple[SchoolInput, ...] = ()
    pool_devices: int | None = None
    n_aps: int | None = None
    ap_budget_ntd: int | None = None
    software_ntd: int | None = None
    n_without_mdm: int | None = None
    n_workshops: int | None = None
    substitute_elementary_periods: int | None = None
    substitute_junior_periods: int | None = None
    other_ntd: int | None = None
    device_price_ntd: int | None = None
    cart_price_ntd: int | None = None
    mdm_price_ntd: int | None = None
    ap_price_ntd: int | None = None
    adviser_cost_ntd: int | None = None
    network_staff_cost_ntd: int | None = None
    admin_cost_ntd: int | None = None
    workshop_price_ntd: int | None = None
    substitute_elementary_ntd: int | None = None
    substitute_junior_ntd: int | None = None
    improved_percent: float | None = None
    trained_percent: float | None = None
    remedial_percent: float | None = None

    def line(self, code: LineCode) -> LineInput:
        """Return the inputs of a line, empty ones where nothing was filled in."""
        return dict(self.lines).get(code, LineInput())

    def by_school(self) -> Mapping[tuple[Stage, str], SchoolInput]:
        """Return what schools entered, by (stage, code)."""
        return {school.key: school for school in self.schools}

    @property
    def n_periods(self) -> int | None:
        """Substitute periods of both stages, None where one of them is open."""
        both = (self.substitute_elementary_periods, self.substitute_junior_periods)
        return None if both[0] is None or both[1] is None else both[0] + both[1]

    @property
    def indicators(self) -> Mapping[int, float | None]:
        """The indicators that only the county knows, by their number."""
        return {5: self.improved_percent, 6: self.trained_percent, 8: self.remedial_percent}

    @property
    def is_blank(self) -> bool:
        """Whether nobody entered anything."""
        lines = all(given == LineInput() for _, given in self.lines)
        schools = all(school.is_blank for school in self.schools)
        return lines and schools and replace(self, lines=(), schools=()) == CountyInputs()


def n_dropped(before: CountyInputs, after: CountyInputs) -> int:
    """Return how many entries of `before` are left empty in `after`; another value is a change and not counted.

    >>> n_dropped(CountyInputs(n_aps=3, n_workshops=1), CountyInputs(n_aps=4))
    1
    """
    pairs: list[tuple[Mapping[str, object], Mapping[str, object]]] = [
        (asdict(replace(before, lines=(), schools=())), asdict(replace(after, lines=(), schools=())))
    ]
    pairs += [(asdict(line), asdict(after.line(code))) for code, line in before.lines]
    schools = after.by_school()
    for school in before.schools:
        blank = SchoolInput(stage=school.stage, code=school.code)
        pairs.append((asdict(school), asdict(schools.get(school.key, blank))))
    empty: tuple[object, ...] = (None, "", ())
    return sum(value not in empty and new[field] in empty for old, new in pairs for field, value in old.items())


def priced(options: EntitlementOptions, inputs: CountyInputs) -> EntitlementOptions:
    """Return the options with the county's own prices.

    >>> priced(EntitlementOptions(), CountyInputs(cart_price_ntd=40000)).cart_price_ntd
    40000
    """
    given = asdict(replace(inputs, lines=(), schools=()))
    return replace(options, **{name: given[name] for name in PRICES if given[name] is not None})


def with_line(inputs: CountyInputs, code: LineCode, line: LineInput) -> CountyInputs:
    """Return the inputs with another entry of one line."""
    lines = {**dict(inputs.lines), code: line}
    return replace(inputs, lines=tuple(sorted(lines.items())))


def with_requested(inputs: CountyInputs, code: LineCode, requested: int) -> CountyInputs:
    """Return the inputs with 申請補助數 of one line set, for instance from a plan's draft."""
    return with_line(inputs, code, replace(inputs.line(code), requested=requested))


def merged_requests(inputs: CountyInputs, requests: Sequence[Request]) -> tuple[Request, ...]:
    """Return what schools ask for: the roster's requests, and over them what was entered, cell by cell."""
    found = {request.key: request for request in requests}
    for school in inputs.schools:
        before = found.get(school.key, Request(stage=school.stage, code=school.code))
        request = Request(
            stage=school.stage,
            code=school.code,
            n_carts=_first(school.n_carts, before.n_carts),
            n_teacher_devices=_first(school.n_teacher_devices, before.n_teacher_devices),
            n_student_devices=_first(school.n_student_devices, before.n_student_devices),
            reason=school.reason or before.reason,
        )
        if request != Request(stage=school.stage, code=school.code):
            found[school.key] = request
    return tuple(found.values())


def _first(entered: int | None, before: int | None) -> int | None:
    return before if entered is None else entered


@dataclass(frozen=True, slots=True, kw_only=True)
class MdmCount:
    """Existing devices without a licence as schools answered; `n_devices` counts those that did."""

    n_devices: int
    n_answered: int
    n_schools: int

    @property
    def complete(self) -> bool:
        """Whether every funded school answered."""
        return self.n_schools > 0 and self.n_answered == self.n_schools


def mdm_count(inputs: CountyInputs, entitlements: Sequence[Entitlement]) -> MdmCount:
    """Return the devices without a licence that funded schools entered."""
    entered = inputs.by_school()
    funded = [e.key for e in entitlements if e.funded]
    answers = [n for key in funded if key in entered and (n := entered[key].n_without_mdm) is not None]
    return MdmCount(n_devices=sum(answers), n_answered=len(answers), n_schools=len(funded))


def n_without_mdm(inputs: CountyInputs, entitlements: Sequence[Entitlement]) -> int | None:
    """Return the county's devices without a licence: its own number, or the sum once every funded school answered.

    A sum over some of the schools would be taken for the whole: it stays open (None).
    """
    if inputs.n_without_mdm is not None:
        return inputs.n_without_mdm
    count = mdm_count(inputs, entitlements)
    return count.n_devices if count.complete else None
