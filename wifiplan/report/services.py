"""What a round of questions to the school's services states, in sentences for a technician."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wifiplan.probe.services.records import Figure, LayerAnswer, ServiceAnswer, ServicesRun, SiteCheck, WayOut
from wifiplan.report.texts import number_text, texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line for people: what was asked, of whom, how it stands, and the sentence on it."""

    name: str
    target: str
    state: str
    sentence: str


def service_sentence(answer: ServiceAnswer, lang: str) -> str:
    """Return what is wrong with a service and what to do, or that it is well."""
    words = texts(lang)
    return words[f"services.{answer.service}.{answer.code}"].format_map(_shown(answer.figures, words))


def layer_sentence(answer: LayerAnswer, lang: str) -> str:
    """Return what is wrong with one part of the way out."""
    words = texts(lang)
    figures = dict(answer.figures)
    if figures.get("fault"):
        figures["fault"] = words[f"services.fault.{figures['fault']}"]
    return words[f"services.layer.{answer.code}"].format_map(_shown(tuple(figures.items()), words))


def service_lines(run: ServicesRun, lang: str) -> tuple[Line, ...]:
    """Return a line a service, in the order in which they were asked."""
    words = texts(lang)
    return tuple(
        Line(
            name=words[f"services.name.{answer.service}"],
            target=answer.target,
            state=words[f"services.status.{answer.status}"],
            sentence=service_sentence(answer, lang),
        )
        for answer in run.answers
    )


def layer_lines(way_out: WayOut, lang: str) -> tuple[Line, ...]:
    """Return a line a part of the way out, in its order."""
    words = texts(lang)
    return tuple(
        Line(
            name=words[f"services.layer.{answer.layer}"],
            target="",
            state=words[f"services.state.{answer.state}"],
            sentence=layer_sentence(answer, lang),
        )
        for answer in way_out.layers
    )


def blame_text(way_out: WayOut, lang: str) -> str:
    """Return which part is to be dealt with first."""
    words = texts(lang)
    if way_out.blame is None:
        return words["services.blame.none"]
    return words["services.blame"].format(layer=words[f"services.layer.{way_out.blame}"])


def load_text(run: ServicesRun, lang: str) -> str:
    """Return what load there was; blank where none was wanted."""
    words = texts(lang)
    if run.load_fault:
        return words["services.load.failed"].format(fault=words[f"services.fault.{run.load_fault}"])
    if run.load_mbps is None:
        return ""
    return words["services.load.ran"].format(mbps=number_text(run.load_mbps))


def county_text(way_out: WayOut, lang: str) -> str:
    """Return why the county's server could not be tested; blank where it could, or was not asked."""
    words = texts(lang)
    if way_out.county is None or not way_out.county.fault:
        return ""
    fault = words[f"services.fault.{way_out.county.fault}"]
    return words["services.county.fault"].format(host=way_out.county.host, fault=fault)


def site_cells(site: SiteCheck, lang: str) -> tuple[str, ...]:
    """Return one site as cells: host, answered of asked, DNS, connection, TLS, first byte [ms], what was wrong."""
    words = texts(lang)
    times = (site.dns_ms, site.connect_ms, site.tls_ms, site.first_byte_ms)
    shown = [words["services.none"] if time_ms is None else number_text(time_ms, 0) for time_ms in times]
    fault = words[f"services.fault.{site.fault}"] if site.fault else ""
    return (site.host, f"{site.n_answered}/{site.n_asked}", *shown, fault)


def _shown(figures: Sequence[Figure], words: Mapping[str, str]) -> dict[str, str]:
    return {name: _one(value, words) for name, value in figures}


def _one(value: str | float | None, words: Mapping[str, str]) -> str:
    if value is None or value == "":
        return words["services.none"]
    return value if isinstance(value, str) else number_text(value, 1)
