"""The section [class_test] of a settings file: what a class test does, and the limits that it is held against."""

import dataclasses
from collections.abc import Iterator, Mapping

from wifiplan.catalog.class_test import ClassLimits, class_limits, stream_presets
from wifiplan.catalog.load_caps import load_caps
from wifiplan.errors import Fault
from wifiplan.files.json_input import Json
from wifiplan.files.settings_section import section
from wifiplan.files.strict import suggestion
from wifiplan.probe.options import ClassTestOptions

_NAME = "class_test"
_MIN_UDP_BYTES, _MAX_UDP_BYTES = 64, 1472
"""UDP payload that carries a header of ours, and the most that fits an Ethernet frame with IPv4 (RFC 894, RFC 768)."""

_MIN_WINDOW_S, _MOST = 0.01, 1e9
"""A shorter interval holds no two packets of a stream; a larger limit holds nothing back."""

_LIMIT_NAMES = tuple(field.name for field in dataclasses.fields(ClassLimits))


def class_test_section(data: Mapping[str, Json]) -> tuple[ClassTestOptions, tuple[Fault, ...]]:
    """Return the options of a class test, limits that are not named as in the catalogue, and every fault."""
    given = data.get(_NAME)
    limits = given.get("limits", {}) if isinstance(given, Mapping) else {}
    if isinstance(given, Mapping) and isinstance(limits, Mapping):
        full = {**dataclasses.asdict(class_limits()), **limits}
        data = {**data, _NAME: {**given, "limits": full}}
    options, faults = section(data, _NAME, ClassTestOptions(), {"limits": _LIMIT_NAMES})
    return options, (*faults, *_value_faults(options))


def _value_faults(options: ClassTestOptions) -> Iterator[Fault]:
    if options.stream not in stream_presets():
        remedy = suggestion(options.stream, tuple(stream_presets()))
        yield Fault(where=f"[{_NAME}] stream", problem=f'the catalogue has no "{options.stream}"', remedy=remedy)
    if (
        not options.ramp
        or not all(0.0 < share <= 1.0 for share in options.ramp)
        or list(options.ramp) != sorted(set(options.ramp))
        or options.ramp[-1] < 1.0
    ):
        yield Fault(
            where=f"[{_NAME}] ramp",
            problem="should rise from step to step and end with the whole class (1.0), which decides",
            remedy="for instance [0.25, 0.5, 0.75, 1.0]",
        )
    for name, value, least, most in _ranges(options):
        if value is not None and not least <= value <= most:
            yield Fault(where=f"[{_NAME}] {name}", problem=f"{value:g} is not between {least:g} and {most:g}")
    for name in ("step_s", "full_s"):
        length_s = {"step_s": options.step_s, "full_s": options.full_s}[name]
        if options.settle_s >= length_s:
            problem = f"leaves nothing of the {length_s:g} s of {name}"
            yield Fault(where=f"[{_NAME}] settle_s", problem=problem)
    yield from limit_faults(options.limits)


def _ranges(options: ClassTestOptions) -> Iterator[tuple[str, float | None, float, float]]:
    caps = load_caps()
    yield "rate_mbps", options.rate_mbps, 0.01, caps.max_stream_mbps
    yield "step_s", options.step_s, 2.0, caps.max_step_s
    yield "full_s", options.full_s, 2.0, caps.max_step_s
    yield "idle_s", options.idle_s, 1.0, 60.0
    yield "settle_s", options.settle_s, 0.0, 60.0
    yield "pause_s", options.pause_s, 0.0, 120.0
    yield "join_s", options.join_s, 1.0, 1800.0
    yield "packet_bytes", options.packet_bytes, _MIN_UDP_BYTES, _MAX_UDP_BYTES


def limit_faults(limits: ClassLimits) -> Iterator[Fault]:
    """Yield the limits that no verdict can be held against."""
    for name, value in dataclasses.asdict(limits).items():
        least = _MIN_WINDOW_S if name.endswith("_window_s") else 0.0
        most = 1.0 if name.endswith("_share") else _MOST
        if not least <= value <= most:
            problem = f"{value:g} is not between {least:g} and {most:g}"
            yield Fault(where=f"[{_NAME}.limits] {name}", problem=problem)
    if not 0.5 < limits.confidence_share < 1.0:
        problem = f"{limits.confidence_share:g} is not above 0.5 and below 1"
        yield Fault(where=f"[{_NAME}.limits] confidence_share", problem=problem)
    if limits.rebuffering_pass_share > limits.rebuffering_fail_share:
        problem = "passes what rebuffering_fail_share fails"
        yield Fault(where=f"[{_NAME}.limits] rebuffering_pass_share", problem=problem)
