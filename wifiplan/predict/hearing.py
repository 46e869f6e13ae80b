"""How the class's devices hear."""

from dataclasses import dataclass

from wifiplan.site.network import Band


@dataclass(frozen=True, slots=True, kw_only=True)
class RadioOptions:
    """How the class's devices hear.

    Parameters
    ----------
    band : "2.4", "5" or "6"
        Band that carries the class; 6 GHz needs a device that is declared capable of it.
    device : str
        The class's device, a row of `catalog/data/devices.csv`.
    device_height_m : float
        Height of a tablet on a desk [m].
    seat_spacing_m : float
        Distance between the seats at which a room is judged [m].
    """

    band: Band = "5"
    device: str = "tablet-11ac-2ss"
    device_height_m: float = 0.8
    seat_spacing_m: float = 1.5
