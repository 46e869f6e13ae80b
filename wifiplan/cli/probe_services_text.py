"""What `wifiplan probe services` says on a terminal: a line and a sentence a service, then the way out."""

from collections.abc import Iterator, Sequence

from wifiplan.catalog.services import connectivity_urls
from wifiplan.cli.scheme_text import table
from wifiplan.probe.services.options import ServiceOptions
from wifiplan.probe.services.records import ServicesRun, WayOut
from wifiplan.probe.services.run import Asked
from wifiplan.probe.services.sites import N_COUNTY_REQUESTS, N_REQUESTS
from wifiplan.report.services import Line, blame_text, county_text, layer_lines, load_text, service_lines, site_cells
from wifiplan.report.texts import number_text, texts
from wifiplan.scheme.options import Lang


def run_text(run: ServicesRun, lang: Lang) -> str:
    """Return a round's answers as text: what is bad first."""
    words = texts(lang)
    parts = [words["services.title"], "", *_blocks(service_lines(run, lang), words["services.head"].split("|"))]
    if text := load_text(run, lang):
        parts += ["", text]
    if run.way_out is not None:
        parts += ["", words["services.way_out.title"], "", *_way_out(run.way_out, lang)]
    return "\n".join(parts)


def plan_text(options: ServiceOptions, asked: Asked, lang: Lang) -> str:
    """Return what a round would ask, for `--dry-run`."""
    words = texts(lang)
    lines = [words["services.plan.title"]]
    lines += [
        "  " + words[f"services.plan.{key}"].format_map(dict(fields)) for key, fields in _planned(options, asked, lang)
    ]
    return "\n".join(lines)


def _blocks(lines: Sequence[Line], heads: Sequence[str]) -> list[str]:
    rows = [(line.name, line.target, line.state) for line in lines]
    head, rule, *shown = table(heads, rows, left=(0, 1, 2)).split("\n")
    found = [head, rule]
    for row, line in zip(shown, lines, strict=True):
        found += [row, f"    {line.sentence}"]
    return found


def _way_out(way_out: WayOut, lang: Lang) -> list[str]:
    words = texts(lang)
    found = []
    lines = layer_lines(way_out, lang)
    _, _, *shown = table(("", ""), [(line.name, line.state) for line in lines], left=(0, 1)).split("\n")
    for row, line in zip(shown, lines, strict=True):
        found += [row, f"    {line.sentence}"]
    found += [text] if (text := county_text(way_out, lang)) else []
    found += ["", blame_text(way_out, lang)]
    if way_out.sites:
        heads = words["services.site.head"].split("|")
        rows = [site_cells(site, lang) for site in way_out.sites]
        found += ["", table(heads, rows, left=(0, 6)), words["services.site.unit"]]
    return found


def _planned(options: ServiceOptions, asked: Asked, lang: Lang) -> Iterator[tuple[str, Sequence[tuple[str, str]]]]:
    """Yield the kind of each thing that would be asked, and its words."""
    if asked.here.interface:
        yield "dhcp", (("interface", asked.here.interface),)
        yield "listen", (("interface", asked.here.interface), ("seconds", number_text(options.listen_s)))
    if options.n_leases:
        yield "leases", (("n", str(options.n_leases)),)
    if asked.gateway:
        yield "gateway", (("target", asked.gateway), ("n", str(options.n_questions)))
    for server in asked.name_servers:
        n_asked = options.n_questions + 2 * len(options.names) + 4
        yield "dns", (("target", server.address), ("n", str(n_asked)))
    if options.asks_portal:
        yield "portal", (("target", ", ".join(url.host for url in connectivity_urls())),)
    for address, port in options.peers:
        yield "peer", (("target", f"{address}:{port}"),)
    if asked.gateway or options.peers or options.county is not None:
        yield "mtu", ()
    yield from _planned_way_out(options, lang)


def _planned_way_out(options: ServiceOptions, lang: Lang) -> Iterator[tuple[str, Sequence[tuple[str, str]]]]:
    for site in options.sites:
        name = site.name_zh if lang == "zh-TW" else site.purpose
        yield "site", (("name", name), ("target", site.host), ("n", str(N_REQUESTS)))
    if options.county is None:
        return
    county, mbps = options.county, number_text(options.county.asked_mbps)
    fields = (("n", str(N_COUNTY_REQUESTS)), ("seconds", number_text(county.asked_s)), ("mbps", mbps))
    yield "county", (("target", f"{county.host} ({county.address}:{county.port})"), *fields)
    if options.is_loaded:
        yield "load", (("mbps", mbps),)
