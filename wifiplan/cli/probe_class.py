"""`wifiplan probe class`: put a whole class on line at once, and give a verdict that can be signed."""

import contextlib
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from wifiplan import __version__, files
from wifiplan.catalog.class_test import stream_preset, stream_presets
from wifiplan.cli.options import FILE, OUT_FOLDER, lang_option, say, settings_option
from wifiplan.cli.probe_addresses import school_address
from wifiplan.cli.probe_class_end import Keeper, write_sheet
from wifiplan.cli.probe_class_rooms import School, school_of, the_rounds
from wifiplan.errors import ProbeError, WifiplanError
from wifiplan.probe.auth import new_token
from wifiplan.probe.classroom.addresses import chosen
from wifiplan.probe.classroom.controller import TestOrder
from wifiplan.probe.classroom.pages import qr_terminal, texts
from wifiplan.probe.classroom.rooms import Round, load_of, longest_s
from wifiplan.probe.classroom.server import need_extra
from wifiplan.probe.classroom.serving import Door
from wifiplan.probe.classroom.session import Opened, Session, run
from wifiplan.probe.guarding import GuardOptions
from wifiplan.probe.one_test import one_test
from wifiplan.probe.options import ClassTestOptions
from wifiplan.probe.records import ClassTest
from wifiplan.probe.safety import Network, allow_list, check_load, dry_run_text
from wifiplan.probe.verdict import judge_test
from wifiplan.scheme.options import Lang

LESSON_S = 600.0
"""A room must be done within this, joining included [s]: the rest of the lesson is the teacher's."""


@click.command("class")
@click.argument("plan_path", metavar="[PLAN]", type=FILE, required=False)
@click.option("--room", "rooms", multiple=True, metavar="ID[=N]", help="A room, and its devices; several: all at once.")
@click.option("--round", "rounds", multiple=True, metavar="ID[=N],…", help="Rooms that are loaded together; repeat it.")
@click.option("--rounds", "rounds_path", type=FILE, help="File with one round a line, as --round.")
@click.option("--authorised-by", required=True, metavar="OFFICE", help="Office that allows it (教務處), no person.")
@click.option("--devices", "n_devices", type=click.IntRange(1, 99), help="Devices of every room without a number.")
@click.option("--school", "school_name", help="Name of the school; needed without a plan.")
@click.option("--stream", type=click.Choice(sorted(stream_presets())), help="What every device plays.")
@click.option("--rate", "rate_mbps", type=click.FloatRange(0.01, 25), help="Its payload [Mbit/s], beside the preset's.")
@click.option("--listen", metavar="ADDR", help="Address of this computer that tablets reach; the wired one without it.")
@click.option("--name", "host_name", default="", help="Host name that tablets use, as the certificate has it.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port of the pages: 8080, with a certificate 8443.")
@click.option("--stream-port", type=click.IntRange(0, 65535), help="Port of the streams: the next one.")
@click.option("--allow", "allowed", multiple=True, metavar="NET", help="A school's own public range, for its devices.")
@click.option("--cert", type=FILE, help="Certificate (PEM): HTTPS, with which pages can keep screens on.")
@click.option("--key", type=FILE, help="Key of the certificate.")
@click.option("--gateway", metavar="ADDR", help='Gateway that the guard watches; the system\'s without it, "" none.')
@click.option("--dns", metavar="ADDR", help='Name server that the guard watches; the system\'s without it, "" none.')
@click.option("--out", "folder", type=OUT_FOLDER, default="surveys", show_default=True, help="Folder of the result.")
@click.option("--retest", "retest_path", type=FILE, help="Result of the failed test that this one repeats.")
@click.option("--auto-start", is_flag=True, help="Start as soon as everybody is there, and go on by itself.")
@click.option("--dry-run", is_flag=True, help="Print the load that would run; send nothing.")
@settings_option
@lang_option
def class_command(  # noqa: PLR0913, PLR0917 (the options that the contract promises)
    plan_path: Path | None,
    rooms: tuple[str, ...],
    rounds: tuple[str, ...],
    rounds_path: Path | None,
    authorised_by: str,
    n_devices: int | None,
    school_name: str | None,
    stream: str | None,
    rate_mbps: float | None,
    listen: str | None,
    host_name: str,
    port: int | None,
    stream_port: int | None,
    allowed: tuple[str, ...],
    cert: Path | None,
    key: Path | None,
    gateway: str | None,
    dns: str | None,
    folder: Path,
    retest_path: Path | None,
    settings_path: Path | None,
    lang: Lang,
    *,
    auto_start: bool,
    dry_run: bool,
) -> None:
    """Test whether a whole class can stream at once, in rooms of PLAN (a plan.json or a site file).

    Tablets open the printed address or scan its code; the technician's page starts the ramp (25, 50, 75, 100 % of the
    class) and shows every seat. The result is written into --out, after every step. Exits 0 on PASS, 1 on FAIL and
    INCONCLUSIVE.
    """
    school = school_of(plan_path, school_name)
    asks = the_rounds(rooms, rounds, rounds_path, school, n_devices)
    options = _options(settings_path, stream, rate_mbps)
    rate = options.rate_mbps or stream_preset(options.stream).mbps_down
    load = load_of(asks, options, rate)
    check_load(load)
    networks = allow_list(allowed)
    guard = _guard(gateway, dns, options, networks)
    if dry_run:
        click.echo(dry_run_text(load, listen or "—", lang))
        return
    need_extra()
    address, choice = chosen(listen, networks)
    words = texts(lang)["terminal"]
    if len(choice) > 1:
        say(words["addresses"].format(all="、".join(map(str, choice)), one=address))
    if longest_s(options) > LESSON_S:
        say(words["long"].format(minutes=round(longest_s(options) / 60, 1)))
    first = (8443 if cert else 8080) if port is None else port
    session = Session(
        door=Door(host=address, port=first, cert=cert, key=key),
        name=host_name,
        stream_port=(first + 1 if first else 0) if stream_port is None else stream_port,
        allowed=networks,
        lang=lang,
        token=new_token(),
        guard=guard,
    )
    order = _order(school, asks, options, authorised_by, rate, retest_path)
    keeper = Keeper(folder)
    with one_test(school.name):
        files.check_writable(folder, ())
        test = run(
            replace(order, auto_start=auto_start), session, keeper.keep, lambda opened: _tell(opened, session, lang)
        )
    _end(test, keeper, school, retest_path, lang)


def _options(settings_path: Path | None, stream: str | None, rate_mbps: float | None) -> ClassTestOptions:
    options = files.read_settings(settings_path).class_test if settings_path else ClassTestOptions()
    if stream is not None:
        options = replace(options, stream=stream, rate_mbps=None)
    return options if rate_mbps is None else replace(options, rate_mbps=rate_mbps)


def _guard(
    gateway: str | None, dns: str | None, options: ClassTestOptions, allowed: Sequence[Network]
) -> GuardOptions | None:
    if gateway == "" and dns == "":
        return None
    return GuardOptions(
        gateway=None if gateway is None else school_address(gateway, "--gateway", allowed),
        dns=None if dns is None else school_address(dns, "--dns", allowed),
        max_gateway_rtt_ms=options.limits.max_gateway_rtt_ms,
    )


def _order(
    school: School,
    asks: Sequence[Round],
    options: ClassTestOptions,
    authorised_by: str,
    rate_mbps: float,
    retest_path: Path | None,
) -> TestOrder:
    if not authorised_by.strip():
        raise ProbeError("nobody has authorised the test", remedy="name the office that did", where="--authorised-by")
    return TestOrder(
        version=__version__,
        school=school.name,
        stage=school.stage,
        code=school.code,
        authorised_by=authorised_by.strip(),
        controller=f"{sys.platform}, Python {sys.version_info.major}.{sys.version_info.minor}",
        plan_mark=school.plan_mark,
        retest_of=files.read_class_test(retest_path).id if retest_path else None,
        rounds=tuple(asks),
        options=options,
        rate_mbps=rate_mbps,
    )


def _tell(opened: Opened, session: Session, lang: Lang) -> None:
    """Show the way in: addresses, codes, QR codes, the technician's page. A closed terminal does not end a test."""
    with contextlib.suppress(OSError):
        _show(opened, session, lang)


def _show(opened: Opened, session: Session, lang: Lang) -> None:
    words = texts(lang)["terminal"]
    for room in opened.controller.rooms:
        url = f"{opened.base}/j/{room.code}"
        click.echo(words["open"].format(url=opened.base, code=room.code, room=room.ask.name, n=room.ask.n_expected))
        if sys.stdout.isatty():
            click.echo(qr_terminal(url))
        else:
            click.echo(url)
        say(words["token"].format(url=opened.base, code=room.code, token=session.token))
    click.echo(words["live"].format(url=opened.live))
    if opened.blind:
        say(words["blind"].format(what="、".join(opened.blind)))
    if not opened.realtime:
        say(words["not_realtime"])
    say(words["listening"])
    sys.stdout.flush()


def _end(test: ClassTest, keeper: Keeper, school: School, retest_path: Path | None, lang: Lang) -> None:
    words, verdicts = texts(lang)["terminal"], texts(lang)["verdict"]
    judged = judge_test(test)
    written, fault = [keeper.path], None
    try:
        # before anything is said: the terminal may be gone
        written.append(write_sheet(test, keeper.path, school.plan, retest_path, lang))
    except WifiplanError as error:
        fault = error
    for path in written:
        say(words["elsewhere" if keeper.elsewhere else "wrote"].format(path=path))
    for room, run_ in zip(judged.rooms, test.rooms, strict=True):
        click.echo(words["room"].format(room=run_.name, verdict=verdicts[room.verdict]))
    click.echo(words["verdict"].format(verdict=verdicts[judged.verdict]))
    if fault is not None:
        raise fault
    sys.exit(0 if judged.verdict == "pass" else 1)
