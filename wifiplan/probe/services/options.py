"""What a round of questions asks, and of whom."""

from dataclasses import dataclass, field

from wifiplan.catalog.services import EducationSite, ServiceLimits, education_sites, service_limits
from wifiplan.probe.services.sites import County

DEFAULT_NAMES = tuple(site.host for site in education_sites()[:3])
"""Names that every name server of a school is asked for: classes ask for them too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceOptions:
    """What is asked; nothing that is blank here is asked, except what the machine itself is set up with.

    Parameters
    ----------
    interface : str
        Blank: that of the default route.
    gateway : str
        Blank: the default route's.
    name_servers : tuple of str
        Empty: the machine's own.
    names : tuple of str
        Names that the servers are asked for.
    dhcp_servers : tuple of str
        The school's own, where somebody named them.
    n_leases : int
        Clients that take a lease each and give it back; 0: none does.
    peers : tuple of (str, int)
        Address and port of another device of the Wi-Fi.
    subnet, vlan
        What is expected here.
    asks_portal : bool
        Whether the public addresses of `connectivity_urls` may be asked.
    sites : tuple of EducationSite
        Which may be asked; empty: none.
    county : County or None
        The server at the county's centre.
    is_loaded : bool
        Whether gateway and name servers are asked a second time while the county's download runs.
    n_questions, interval_s : int, float
        Questions to gateway and name servers, and the time between two.
    listen_s : float
        How long router announcements and VLAN tags are listened for.
    """

    interface: str = ""
    gateway: str = ""
    name_servers: tuple[str, ...] = ()
    names: tuple[str, ...] = DEFAULT_NAMES
    dhcp_servers: tuple[str, ...] = ()
    n_leases: int = 0
    peers: tuple[tuple[str, int], ...] = ()
    subnet: str = ""
    vlan: int | None = None
    asks_portal: bool = False
    sites: tuple[EducationSite, ...] = ()
    county: County | None = None
    is_loaded: bool = False
    n_questions: int = 20
    interval_s: float = 0.1
    listen_s: float = 3.0
    limits: ServiceLimits = field(default_factory=service_limits)
