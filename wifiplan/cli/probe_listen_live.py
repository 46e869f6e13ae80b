"""Listening for `wifiplan probe listen`: a capture read here, an interface by its crew; progress on a terminal."""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import click

from wifiplan.cli.options import say
from wifiplan.files.captures import open_capture, open_live
from wifiplan.files.heard import air_from_plain
from wifiplan.probe.air import Air, with_dwell
from wifiplan.probe.air_log import AirLog
from wifiplan.probe.air_reading import analyse, read_air, warm_up
from wifiplan.probe.air_summary import summarise_air
from wifiplan.probe.crew import Json
from wifiplan.probe.ears import checked_interface, ear
from wifiplan.probe.hopping import Hopper, hop_plan
from wifiplan.probe.listening import Listened, listen
from wifiplan.probe.ssids import shown
from wifiplan.report.texts import texts
from wifiplan.study.heard_records import Wish

DEFAULT_S = 30.0
ROUNDS = 3
"""Rounds over the channels that are made where nobody says how long to listen."""

_WIDTH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOptions:
    """How to listen live; `seconds` None takes the default, 0 means until Ctrl-C."""

    interface: str | None
    seconds: float | None
    hop: bool
    bands: tuple[str, ...]
    dwell_s: float


def read_capture(path: Path, seconds: float | None, lang: str) -> Air:
    """Return what a capture holds; standard input is read until it ends, the time is up or the user says so.

    Raises
    ------
    ProbeError
        It can't be read, or is no capture of 802.11 frames.
    """
    log = AirLog()
    show = _progress(lang) if sys.stderr.isatty() else None
    began_s = time.monotonic()

    def tell(state: Json) -> None:
        if show is not None:
            show({**state, "seconds": time.monotonic() - began_s})

    opened = open_live(seconds) if str(path) == "-" else open_capture(path, max_s=seconds or None)
    with opened as capture, suppress(KeyboardInterrupt):
        read_air(capture, log, tell)
    _clear(show)
    for note in capture.notes:
        say(f"註：{note.text(lang)}" if lang == "zh-TW" else f"note: {note.text(lang)}")
    return summarise_air(log, source=path.name)


def listen_live(options: LiveOptions, wish: Wish, lang: str) -> Air:
    """Return what is heard on an interface.

    Raises
    ------
    ProbeError
        There is no such interface, no right to listen, or the analyser ended early.
    """
    name = checked_interface(options.interface)
    way = ear(name)
    hopper = None
    seconds = DEFAULT_S if options.seconds is None else options.seconds or None
    if options.hop:
        stops = hop_plan(wish.country, planned=_planned(wish), bands=options.bands, dwell_s=options.dwell_s)
        hopper = Hopper(interface=name, stops=stops)
        if options.seconds is None:
            seconds = ROUNDS * sum(stop.dwell_s for stop in stops)
    warm_up()
    progress = _progress(lang) if sys.stderr.isatty() else None
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends us wants to know what was heard
    listened = listen(way, analyse, seconds=seconds, hopper=hopper, progress=progress)
    _clear(progress)
    for line in _notes(listened, hopper, lang):
        say(line)
    air = replace(air_from_plain(listened.answer), source=name, seconds=listened.seconds, n_dropped=listened.n_dropped)
    return _with_times(air, listened)


def _planned(wish: Wish) -> Iterator[tuple[str, int, int | None]]:
    """Yield what the plan's radios use, and where they go when they hear radar."""
    for wanted in wish.wanted:
        for radio in wanted.radios:
            for channel in (radio.channel, wanted.backup_channel):
                if channel is not None:
                    yield radio.band, channel, radio.width_mhz


def _with_times(air: Air, listened: Listened) -> Air:
    """Return the air with the times on the channels: as the hopper knows them, or all of it on the only one heard."""
    if listened.dwell_s:
        return with_dwell(air, listened.dwell_s)
    frequencies = [channel.frequency_mhz for channel in air.channels if channel.frequency_mhz is not None]
    return with_dwell(air, {frequencies[0]: listened.seconds}) if len(air.channels) == len(frequencies) == 1 else air


def _notes(listened: Listened, hopper: Hopper | None, lang: str) -> list[str]:
    words = texts(lang)
    lines = [words[f"listen.note.way.{listened.way}"]]
    if listened.no_ring:
        lines.append(words["listen.note.no_ring"].format(why=listened.no_ring))
    if listened.ending == "helper":
        lines.append(words["listen.note.ended"])
    if hopper is not None and not hopper.visits:
        why = hopper.refusals[0].why if hopper.refusals else "iw: not found"
        lines.append(words["listen.note.no_hop"].format(why=shown(why)))
    elif hopper is not None and hopper.refusals:
        refused = ", ".join(str(refusal.frequency_mhz) for refusal in hopper.refusals)
        lines.append(words["listen.note.refused"].format(frequencies=refused))
    return lines


def _clear(progress: Callable[[Json], None] | None) -> None:
    """Wipe the line of progress away where there was one."""
    if progress is not None:
        click.echo("\r" + " " * _WIDTH + "\r", err=True, nl=False)


def _progress(lang: str) -> Callable[[Json], None]:
    words = texts(lang)

    def show(state: Json) -> None:
        seconds, mhz = state.get("seconds"), state.get("frequency_mhz")
        line = words["listen.progress"].format(
            seconds=f"{seconds:.0f}" if isinstance(seconds, float) else "",
            where=words["listen.progress.where"].format(mhz=mhz) if mhz else "",
            n_frames=state.get("n_frames", 0),
            n_bss=state.get("n_bss", 0),
        )
        click.echo("\r" + line + "  ", err=True, nl=False)

    return show
