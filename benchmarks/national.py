"""Samples of the nation's schools with the same mix at every size, from a roster or from published quantiles.

The list is sorted by stage, remoteness and class count and cut into as many slices as schools are wanted; each slice
gives the school whose class count is nearest to the slice's mean. So 10 schools have the strata of 1,000, and the same
mean size: what a random sample (study/sampling.py, which estimates totals with their error) has on average only.
Without a roster of the nation one is made from a seed: `national_classes.csv` holds quantiles of the class counts of
school year 110, computed from the ministry's list of schools (教育部統計處, open data).
"""

import csv
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from wifiplan import files
from wifiplan.scheme.school import STAGE_WORDS, School, Stage

ROSTER = Path(__file__).resolve().parents[2] / "shared" / "data" / "roster" / "roster_sy110.csv"
"""The national roster, where it lies beside the checkout."""

QUANTILES = Path(__file__).with_name("national_classes.csv")
COUNTY = "樣本縣"
"""`wifiplan county` plans one county: a sample of the nation is one, under this name."""

COLUMNS = (
    "學年度",
    "學制",
    "學校代碼",
    "縣市",
    "鄉鎮市區",
    "學校名稱",
    "設立",
    "地區屬性",
    "班級數",
    "學生數",
    "專任教師數",
    "推估最大班級人數",
)
MOST_IN_CLASS = 50


def nation(path: Path | None = None, *, seed: int = 0) -> tuple[tuple[School, ...], str]:
    """Return the nation's schools and where they are from: the roster named, the one beside the checkout, or made."""
    if path is None and not ROSTER.is_file():
        return made_nation(seed), "a roster made from quantiles of class counts"
    found = path or ROSTER
    return files.read_rosters((found,), join=None).schools, found.name


def made_nation(seed: int) -> tuple[School, ...]:
    """Return as many schools as the nation has, with its quantiles of class count by stage and remoteness."""
    chance = np.random.default_rng(seed)
    schools: list[School] = []
    with QUANTILES.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            stage: Stage = "junior" if row["stage"] == "junior" else "elementary"
            n = int(row["n_schools"])
            at = [float(name[1:]) / 100.0 for name in row if name.startswith("q")]
            quantiles = [float(row[name]) for name in row if name.startswith("q")]
            classes = np.interp((np.arange(n) + 0.5) / n, at, quantiles).round().astype(int)
            sizes = np.clip(chance.normal(float(row["students_per_class"]), 4.0, n), 2.0, MOST_IN_CLASS)
            teachers = float(row["teachers_per_class"])
            schools += [
                School(
                    stage=stage,
                    code=f"{len(schools) + k:06}",
                    name=f"樣本{len(schools) + k:04}{STAGE_WORDS[stage][0]}",
                    county=COUNTY,
                    n_classes=int(n_classes),
                    n_students=round(float(n_classes * size)),
                    n_teachers=round(float(n_classes * teachers)),
                    max_class_size=int(np.ceil(size)),
                    remote=row["remote"] == "yes",
                    area="偏遠" if row["remote"] == "yes" else "",
                    school_year=110,
                )
                for k, (n_classes, size) in enumerate(zip(classes, sizes, strict=True))
            ]
    return tuple(schools)


def sample(schools: Sequence[School], n: int) -> tuple[School, ...]:
    """Return `n` schools of the same mix of stage, remoteness and class count at every `n`; same list, same sample."""
    order = sorted(schools, key=lambda s: (s.stage, s.remote, s.n_classes, s.code))
    if n >= len(order):
        return tuple(order)
    edges = np.linspace(0, len(order), n + 1).round().astype(int)
    found = []
    for begin, end in pairwise(edges):
        mean = sum(school.n_classes for school in order[begin:end]) / (end - begin)
        found.append(min(order[begin:end], key=lambda s: (abs(s.n_classes - mean), s.code)))
    return tuple(found)


def write_roster(path: Path, schools: Sequence[School]) -> None:
    """Write schools as the ministry's open data name their columns, all in one county."""
    with path.open("w", encoding="utf-8-sig", newline="") as lines:
        out = csv.writer(lines)
        out.writerow(COLUMNS)
        for one in schools:
            school = replace(one, county=COUNTY, town=one.county + one.town)
            out.writerow(
                (
                    school.school_year or 110,
                    STAGE_WORDS[school.stage][0],
                    school.code,
                    school.county,
                    school.town,
                    school.name,
                    school.ownership_name or "公立",
                    school.area or ("偏遠" if school.remote else ""),
                    school.n_classes,
                    school.n_students,
                    "" if school.n_teachers is None else school.n_teachers,
                    "" if school.max_class_size is None else school.max_class_size,
                )
            )
