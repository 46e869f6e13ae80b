"""What schools said of themselves on building sheets, beside what the county entered."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from wifiplan import files
from wifiplan.cli.options import note_some
from wifiplan.files.returns import COLLECTED
from wifiplan.scheme.inputs import CountyInputs, SchoolInput
from wifiplan.scheme.school import School
from wifiplan.study.tracking import Key, Returned


def collected_beside(sites: Sequence[Path], schools: Sequence[School], lang: str) -> Mapping[Key, Returned]:
    """Return what `collect` lists beside the folders of its sites (OUT/collected.json beside OUT/sites).

    Raises
    ------
    SettingsError
        Such a list is damaged.
    """
    keys = [school.key for school in schools]
    found: dict[Key, Returned] = {}
    for folder in dict.fromkeys(path.resolve().parent for path in sites):
        if (folder / COLLECTED).is_file():
            listed = files.read_collected(folder, keys)
            note_some(lang, listed.notes, len(listed.notes), ("", ""))
            found |= listed.schools
    return found


def with_collected(inputs: CountyInputs, collected: Mapping[Key, Returned]) -> CountyInputs:
    """Return the entries with what schools said on their sheets, wherever the county entered nothing.

    Two rows of one sheet (國中小) answer together: the first carries the figures, the other adds nothing.

    Parameters
    ----------
    inputs : CountyInputs
        What the county entered; it stays.
    collected : mapping of (stage, code) to Returned
        What schools said.
    """
    known = dict(inputs.by_school())
    answered: set[str] = set()
    for key, said in collected.items():
        own = known.get(key, SchoolInput(stage=key[0], code=key[1]))
        again = said.file is not None and said.file in answered
        answered |= {said.file} if said.file else set()
        known[key] = replace(
            own,
            n_existing_devices=_first(own.n_existing_devices, 0 if again else said.n_existing_devices),
            n_without_mdm=_first(own.n_without_mdm, 0 if again else said.n_without_mdm),
            n_byod=_first(own.n_byod, 0 if again else said.n_byod),
            uplink_mbps=own.uplink_mbps if own.uplink_mbps is not None else said.uplink_mbps,
        )
    return replace(inputs, schools=tuple(known.values()))


def _first(entered: int | None, said: int | None) -> int | None:
    return said if entered is None else entered
