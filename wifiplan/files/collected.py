"""The answers of `collect` on disk: a site file a school that said where its rooms are, and collected.json."""

from pathlib import Path

from wifiplan.errors import OutputError
from wifiplan.files.collection import CollectedForm, Collection
from wifiplan.files.json_input import Json
from wifiplan.files.output import write_text
from wifiplan.files.plain import json_text
from wifiplan.files.returns import COLLECTED
from wifiplan.files.site import write_site
from wifiplan.scheme.school import School

SITES = "sites"


def collected_json(collection: Collection) -> dict[str, Json]:
    """Return what came back as plain values, one entry a roster row; faults by place and code."""
    return {
        "format": 1,
        "county": collection.county,
        "schools": [_row(one, school) for one in collection.forms for school in one.form.schools],
        "strays": [{"file": one.file, **_fault(one.fault.place, one.fault.code)} for one in collection.strays],
        "notes": [{"file": name, "code": code} for name, code in collection.notes],
    }


def write_collected(folder: Path, collection: Collection) -> None:
    """Write collected.json and sites/STAGE-CODE.json; a site that no longer follows from any form is taken away.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    for one in collection.forms:
        path = folder / site_name(one)
        if one.site is not None:
            write_site(path, one.site)
            continue
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(
                "an outdated site cannot be removed", remedy="close what holds it open", where=str(path)
            ) from error
    write_text(folder / COLLECTED, json_text(collected_json(collection)))


def site_name(one: CollectedForm) -> str:
    """Return the path of a school's site within the folder of the answers."""
    stage, code = one.form.key
    return f"{SITES}/{stage}-{code}.json"


def _row(one: CollectedForm, school: School) -> dict[str, Json]:
    """Return the entry of a roster row; what is counted for the whole school stands at its first row only."""
    facts = one.facts
    first = school is one.form.schools[0]
    return {
        "stage": school.stage,
        "code": school.code,
        "name": school.name,
        "status": one.status,
        "file": " + ".join(one.files) or None,
        "site": None if one.site is None else site_name(one),
        "n_faults": len(one.faults),
        "n_assumed": one.n_assumed,
        "inventory_known": facts.inventory_known is True,
        "n_existing_aps": one.n_existing_aps if first else None,
        "n_existing_devices": facts.n_existing_devices if first else None,
        "n_without_mdm": facts.n_without_mdm if first else None,
        "n_byod": facts.n_byod if first else None,
        "uplink_mbps": facts.uplink_mbps,
        "applies_106": facts.applies_106,
        "counted_with": None if first else "-".join(one.form.key),
        "faults": [{"file": f.file, **_fault(f.fault.place, f.fault.code)} for f in one.faults],
        "assumptions": list(one.assumptions),
    }


def _fault(place: str, code: str) -> dict[str, Json]:
    return {"place": place, "code": code}
