"""Class size, devices and application of every room, turned into what the room needs: `Need`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandOptions:
    """How many devices are on at once, and what they do.

    Parameters
    ----------
    classroom_profile, specialist_profile : str
        Requirement profile of classrooms and specialist rooms (`catalog/data/profiles.csv`): "video", "e_testing",
        "conferencing".
    mbps_per_device : float or None
        Downlink payload a device that a room must hold to count as good wireless (KPI 7: the ministry's text gives no
        figure); None takes the profile's.
    default_class_size : int
        Class size of a classroom whose size nobody gave.
    teacher_devices_elementary, teacher_devices_junior : int
        Teacher devices on in the room with a subsidised set (附錄: 2 and 3).
    teacher_devices_remote : int
        Teacher devices on in a room of a remote school (one teacher, one device).
    class_at_every_specialist : bool
        A specialist room takes a whole class too.
    margin_db : float
        Added to the profile's signal so that a seat holds it with 95 % probability [dB].
    """

    classroom_profile: str = "video"
    specialist_profile: str = "video"
    mbps_per_device: float | None = None
    default_class_size: int = 29
    teacher_devices_elementary: int = 2
    teacher_devices_junior: int = 3
    teacher_devices_remote: int = 1
    class_at_every_specialist: bool = True
    margin_db: float = 8.3
