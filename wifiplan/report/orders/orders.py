"""All that the papers for installers are made of, gathered once: orders, settings, places and words."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import shapely

from wifiplan.report.numbering import ap_numbers, floor_name
from wifiplan.report.texts import texts
from wifiplan.site.building import Floor, Room
from wifiplan.study.radio_config import RadioConfig, radio_configs
from wifiplan.study.records import Plan
from wifiplan.study.work_orders import NetworkOptions, WorkOrder, all_orders

DEVIATION_M = 0.5
"""Distance from the planned place above which the plan is computed again [m]: a third of the spacing of seats at which
rooms are judged."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Orders:
    """A plan with its orders; `every` holds those too at which nothing is to be done.

    Without slots: what follows from the orders is computed once and kept.
    """

    plan: Plan
    options: NetworkOptions
    lang: str
    every: tuple[WorkOrder, ...]
    configs: tuple[RadioConfig, ...]

    @classmethod
    def of(cls, plan: Plan, options: NetworkOptions, lang: str) -> "Orders":
        """Return the orders of a plan.

        Raises
        ------
        SettingsError
            The template of names gives no good names, or there are no texts in that language.
        """
        texts(lang)
        every = all_orders(plan, options)
        configs = radio_configs(plan, every, options)
        return cls(plan=plan, options=options, lang=lang, every=every, configs=configs)

    @cached_property
    def words(self) -> Mapping[str, str]:
        """The sentences of the language."""
        return texts(self.lang)

    @cached_property
    def cards(self) -> tuple[WorkOrder, ...]:
        """The orders that get a card, in their order."""
        return tuple(order for order in self.every if order.number)

    @cached_property
    def hung(self) -> tuple[WorkOrder, ...]:
        """The orders that pull a cable."""
        return tuple(order for order in self.cards if order.hung)

    @cached_property
    def rooms(self) -> Mapping[str, Room]:
        """Rooms by id."""
        return {room.id: room for floor in self.plan.site.floors for room in floor.rooms}

    @cached_property
    def floors(self) -> Mapping[int, Floor]:
        """Floors by level; one that the site does not draw is empty."""
        drawn = {floor.level: floor for floor in self.plan.site.floors}
        empty = {o.floor: Floor(level=o.floor, elevation_m=0.0, height_m=3.0) for o in self.every}
        return empty | drawn

    @cached_property
    def marks(self) -> Mapping[str, str]:
        """What stands in the markers of the printed plan, by the access point's id."""
        return ap_numbers(self.plan)

    @cached_property
    def configs_of(self) -> Mapping[str, tuple[RadioConfig, ...]]:
        """The radios of every access point by its id."""
        return {o.ap_id: tuple(c for c in self.configs if c.ap_id == o.ap_id) for o in self.every}

    @cached_property
    def _shapes(self) -> Mapping[int, tuple[tuple[shapely.Polygon, Room], ...]]:
        return {
            level: tuple((shapely.Polygon(room.polygon), room) for room in floor.rooms)
            for level, floor in self.floors.items()
        }

    def room_at(self, level: int, x_m: float, y_m: float) -> Room | None:
        """Return the smallest room of a floor that holds a point."""
        point = shapely.Point(x_m, y_m)
        inside = [(shape.area, k) for k, (shape, _) in enumerate(self._shapes[level]) if shape.intersects(point)]
        return self._shapes[level][min(inside)[1]][1] if inside else None

    def floor_text(self, order: WorkOrder) -> str:
        """Return block and floor in words."""
        return " ".join(filter(None, (order.block, floor_name(self.plan, order.floor, self.lang))))

    def place_text(self, order: WorkOrder) -> str:
        """Return the room's name, or words for a place outside rooms."""
        return order.room_name or self.words["order.corridor"]

    def port_text(self, order: WorkOrder) -> str:
        """Return cabinet and port; empty where nothing is hung and nothing is known."""
        if not order.hung:
            return order.cabinet or ""
        cabinet = order.cabinet or self.words["order.cabinet_open"]
        port = self.words["order.port_open"] if order.port is None else f"{order.port:02d}"
        return f"{cabinet} - {port}"
