"""The school's services and the way out as parts of a class test's sheet."""

from wifiplan.files.class_test_values import local_time
from wifiplan.probe.services.records import ServicesRun
from wifiplan.report.class_sheet import Section
from wifiplan.report.services import Line, blame_text, layer_lines, load_text, service_lines
from wifiplan.report.texts import texts


def services_section(run: ServicesRun, lang: str) -> Section:
    """Return what the services answered, and which part of the way out is to be dealt with first."""
    words = texts(lang)
    started = local_time(run.started_utc)
    when = words["classtest.when"].format(date=f"{started:%Y-%m-%d}", time=f"{started:%H:%M}")
    load = load_text(run, lang)
    told = [f"{when} {load}".strip(), *(_sentence(line, lang) for line in service_lines(run, lang))]
    if run.way_out is not None:
        told += [*(_sentence(line, lang) for line in layer_lines(run.way_out, lang)), blame_text(run.way_out, lang)]
    return Section(title=words["classtest.head.services"], sentences=tuple(told))


def _sentence(line: Line, lang: str) -> str:
    form = texts(lang)["classtest.services.line"]
    return form.format(name=line.name, state=line.state, sentence=line.sentence)
