"""`wifiplan probe services`: asks what a class needs beside the air, and says in plain words what is wrong."""

import ipaddress
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import click

from wifiplan import __version__, files
from wifiplan.catalog.services import education_sites
from wifiplan.cli.options import FILE, lang_option, say
from wifiplan.cli.probe_addresses import school_address
from wifiplan.cli.probe_services_text import plan_text, run_text
from wifiplan.errors import OutputError, ProbeError
from wifiplan.files.services import dump_services, write_services
from wifiplan.probe.auth import token_bytes
from wifiplan.probe.county import MOST_MBPS
from wifiplan.probe.one_test import one_test
from wifiplan.probe.safety import Network, allow_list, pinned
from wifiplan.probe.services.dhcp import MOST_CLIENTS
from wifiplan.probe.services.dns_message import A, question
from wifiplan.probe.services.options import DEFAULT_NAMES, ServiceOptions
from wifiplan.probe.services.privilege import become_ordinary
from wifiplan.probe.services.run import ask_services, put_together
from wifiplan.probe.services.sites import County
from wifiplan.probe.verdict import judge_test
from wifiplan.probe.way_out import WifiResult
from wifiplan.report.texts import texts
from wifiplan.scheme.options import Lang

TOKEN_VARIABLE = "WIFIPLAN_TOKEN"  # noqa: S105 (the name of a variable)

_WIFI: Mapping[str, WifiResult] = {"pass": "PASS", "fail": "FAIL", "inconclusive": "INCONCLUSIVE"}
_OWN_FOLDER = "name a file in a folder of that user"
_COUNTY_HELP = "for instance http://10.1.1.5:8080"

EPILOG = """\b
Asked of its own accord: the machine's gateway and name servers, DHCP (one
DISCOVER, no lease), IPv6 routers, VLAN tags, packet size. Everything else only
by its option. DHCP, tags and IPv6 routers need CAP_NET_RAW (sudo: the rest then
runs as the user who called it); without it they are "unknown" and the rest is
asked all the same. docs/services.md tells how each answer is found and where it
is weak.

\b
Exit codes: 0 nothing bad; 1 something is bad; 2 could not be asked.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """The options of the way out, as typed."""

    county_url: str | None
    mbps: float
    is_loaded: bool
    allowed: tuple[Network, ...]


@click.command("services", epilog=EPILOG)
@click.option("--interface", default="", metavar="IF", help="Interface; else that of the default route.")
@click.option("--gateway", default="", metavar="ADDRESS", help="Gateway; else the default route's.")
@click.option("--dns", "name_servers", multiple=True, metavar="ADDRESS", help="Name server; else the machine's own.")
@click.option("--name", "names", multiple=True, metavar="HOST", help="Name that name servers are asked for.")
@click.option("--dhcp-server", "dhcp_servers", multiple=True, metavar="ADDRESS", help="The school's own DHCP server.")
@click.option("--dhcp", "n_leases", type=click.IntRange(1, MOST_CLIENTS), help="Take N leases and give them back.")
@click.option("--yes-take-leases", is_flag=True, help="Needed with --dhcp: the leases are really taken.")
@click.option("--peer", "peers", multiple=True, metavar="ADDRESS:PORT", help="Another device of the Wi-Fi.")
@click.option("--expect-subnet", default="", metavar="NETWORK", help="Network that this place should be in.")
@click.option("--expect-vlan", type=click.IntRange(1, 4094), help="VLAN that this place should be in.")
@click.option("--portal", "asks_portal", is_flag=True, help="Fetch the public addresses of portal checks.")
@click.option("--sites", "asks_sites", is_flag=True, help="Ask education sites, a few small requests each.")
@click.option("--site", "site_names", multiple=True, type=click.Choice([s.name for s in education_sites()]))
@click.option("--county", "county_url", metavar="URL", help="`probe serve` at the county's centre; token as below.")
@click.option("--mbps", type=click.FloatRange(1, MOST_MBPS), default=20.0, show_default=True, help="Cap of downloads.")
@click.option("--under-load", is_flag=True, help="Ask gateway and DNS again during a download from --county.")
@click.option("--allow", "allow", multiple=True, metavar="NETWORK", help="The school's own public addresses.")
@click.option("--wifi", type=click.Choice(["PASS", "FAIL", "INCONCLUSIVE"]), help="The class test's verdict.")
@click.option("--class-test", type=FILE, help="The same from its file, as `probe class` wrote it.")
@click.option("--dry-run", is_flag=True, help="Say what would be asked; send nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the answers as JSON.")
@click.option("--out", "path", type=click.Path(dir_okay=False, path_type=Path), help="Write the answers as JSON.")
@lang_option
def services_command(  # noqa: PLR0913 (one name an option)
    *,
    interface: str,
    gateway: str,
    name_servers: tuple[str, ...],
    names: tuple[str, ...],
    dhcp_servers: tuple[str, ...],
    n_leases: int | None,
    yes_take_leases: bool,
    peers: tuple[str, ...],
    expect_subnet: str,
    expect_vlan: int | None,
    asks_portal: bool,
    asks_sites: bool,
    site_names: tuple[str, ...],
    county_url: str | None,
    mbps: float,
    under_load: bool,
    allow: tuple[str, ...],
    wifi: WifiResult | None,
    class_test: Path | None,
    dry_run: bool,
    as_json: bool,
    path: Path | None,
    lang: Lang,
) -> None:
    """Ask DHCP, gateway, DNS, portal, isolation, VLAN, IPv6 and packet size, and say what is wrong.

    With --sites or --county also the way out: whether Wi-Fi, the school's LAN, the uplink or a site is at fault. The
    county's token is read from the variable WIFIPLAN_TOKEN.
    """
    if n_leases and not yes_take_leases:
        raise _option_error("--dhcp takes real leases", "add --yes-take-leases, when nobody else needs them now")
    allowed = allow_list(allow)
    sites = tuple(site for site in education_sites() if asks_sites or site.name in site_names)
    options = ServiceOptions(
        interface=interface,
        gateway=school_address(gateway, "--gateway", allowed),
        name_servers=tuple(school_address(server, "--dns", allowed) for server in name_servers),
        names=tuple(_name(name) for name in names) or DEFAULT_NAMES,
        dhcp_servers=dhcp_servers,
        n_leases=n_leases or 0,
        peers=tuple(_peer(peer, allowed) for peer in peers),
        subnet=_subnet(expect_subnet),
        vlan=expect_vlan,
        asks_portal=asks_portal,
        sites=sites,
        county=_county(_Way(county_url=county_url, mbps=mbps, is_loaded=under_load, allowed=allowed)),
        is_loaded=under_load,
    )
    if dry_run:
        click.echo(plan_text(options, put_together(options), lang))
        return
    if path is not None:
        files.check_writable(path.parent, [path.name])
    if class_test is not None:
        wifi = _WIFI[judge_test(files.read_class_test(class_test)).verdict]
    with _stopped_gently(), _alone(options):
        run = ask_services(options, __version__, wifi=wifi, tell=_Teller(lang), when_heard=_Lowered(path))
    if path is not None:
        write_services(path, run)
    click.echo(dump_services(run) if as_json else run_text(run, lang), nl=not as_json)
    sys.exit(0 if run.is_good else 1)


def _name(text: str) -> str:
    try:
        question(text, A)
    except ValueError:
        raise _option_error(f"'{text}' is no name of a host", "for instance cloud.edu.tw", "--name") from None
    return text


def _peer(text: str, allowed: Sequence[Network]) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or not 0 < int(port[:6]) < 65536:
        raise _option_error(f"'{text}' is no ADDRESS:PORT", "for instance 192.168.1.20:8080", "--peer")
    target = pinned(host.strip("[]"), int(port), allowed=allowed)
    return target.address, target.port


def _subnet(text: str) -> str:
    if not text:
        return ""
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError:
        raise _option_error(f"'{text}' is no network", "for instance 10.5.0.0/22", "--expect-subnet") from None


def _county(way: _Way) -> County | None:
    if way.county_url is None:
        if way.is_loaded:
            raise _option_error("--under-load needs a server to load from", "name one with --county", "--under-load")
        return None
    try:
        parts = urlsplit(way.county_url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise _option_error(f"'{way.county_url}' is no address of a server", _COUNTY_HELP, "--county") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _option_error(f"'{way.county_url}' is no address of a server", _COUNTY_HELP, "--county")
    target = pinned(parts.hostname, port, allowed=way.allowed)
    token = os.environ.get(TOKEN_VARIABLE, "")
    return County(
        host=parts.hostname,
        address=target.address,
        port=port,
        token=token_bytes(token) if token else b"",
        is_tls=parts.scheme == "https",
        asked_mbps=way.mbps,
    )


def _option_error(problem: str, remedy: str, where: str = "") -> ProbeError:
    return ProbeError(problem, remedy=remedy, where=where)


@dataclass(frozen=True, slots=True)
class _Teller:
    """Says which service is being asked, on a terminal only."""

    lang: Lang

    def __call__(self, service: str) -> None:
        if sys.stderr.isatty():
            words = texts(self.lang)
            say(words["services.way_out.title" if service == "way_out" else f"services.name.{service}"])


@dataclass(frozen=True, slots=True)
class _Lowered:
    """Gives up root once raw frames were heard, and sees that the answers can still be written."""

    path: Path | None

    def __call__(self) -> None:
        if not become_ordinary() or self.path is None:
            return
        try:
            files.check_writable(self.path.parent, [self.path.name])
        except PermissionError as error:  # not even the way to the folder is open to who called sudo
            raise OutputError(
                "the user who called sudo may not write there", remedy=_OWN_FOLDER, where=str(self.path)
            ) from error


def _alone(options: ServiceOptions) -> AbstractContextManager[None]:
    """Hold the computer's lock where leases or load are taken: never beside a class test of the same laptop."""
    return one_test("probe services") if options.n_leases or options.county is not None else nullcontext()


@contextmanager
def _stopped_gently() -> Iterator[None]:
    """Let a polite kill and a closed terminal unwind as Ctrl-C does, so that leases are given back.

    While that is done nothing interrupts it: whoever presses Ctrl-C twice would leave a class without addresses.
    """
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    numbers = [number for number in signal.Signals if number.name in names]  # Windows has no SIGHUP

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
