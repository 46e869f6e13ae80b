"""Options of a class test; every default is printed on its sheet."""

from dataclasses import dataclass, field

from wifiplan.catalog.class_test import ClassLimits, class_limits


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassTestOptions:
    """What a class test does, and what it is held against.

    Parameters
    ----------
    stream : str
        A row of `catalog/data/class_streams.csv`.
    rate_mbps : float or None
        Payload of every device [Mbit/s]; None takes the preset's.
    ramp : tuple of float
        Shares of the class that play at once, in the order of the steps, from 0 to 1.
    step_s, full_s : float
        Length of a step, and of the last one with the whole class [s].
    idle_s : float
        Length of the idle baseline before the ramp: what the load adds to the delay is counted from it [s].
    settle_s : float
        Left out at the start of every step before the measured window opens [s].
    pause_s : float
        Rest between two steps [s].
    join_s : float
        How long devices may take to join before the test starts without them [s].
    packet_bytes : int
        UDP payload of agents' streams [byte].
    limits : ClassLimits
        What the verdict is held against.
    """

    stream: str = "video"
    rate_mbps: float | None = None
    ramp: tuple[float, ...] = (0.25, 0.5, 0.75, 1.0)
    step_s: float = 30.0
    full_s: float = 60.0
    idle_s: float = 6.0
    settle_s: float = 3.0
    pause_s: float = 2.0
    join_s: float = 240.0
    packet_bytes: int = 1250
    limits: ClassLimits = field(default_factory=class_limits)
