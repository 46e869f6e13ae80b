"""What the reader of a roster repaired, skipped or assumed, in English and in Chinese."""

from wifiplan.files.roster_lines import Reading, Said
from wifiplan.files.tables import Table
from wifiplan.scheme.school import School

SAVE_EACH = "(save each as a file of its own and give all of them)"
JOIN = "give a table with 學校代碼 and 地區屬性 as --join to change that"
MOST_ODD = 10
"""So many rows that do not make sense are told one by one."""


def roster_notes(table: Table, reading: Reading, schools: list[School], *, joined: bool) -> list[Said]:
    """Return the notes of a file that was read: what was repaired, skipped and assumed."""
    header = reading.header
    notes: list[Said] = []
    if table.encoding == "cp950":
        notes.append(("read as CP950 (Big5)", "以 CP950（Big5）編碼讀取"))
    if table.other_sheets:
        others = ", ".join(table.other_sheets)
        notes.append(
            (
                f"ONLY sheet {table.sheet} is read; also a roster: {others} {SAVE_EACH}",
                f"只讀工作表「{table.sheet}」；{others} 也是名冊（請各存成一個檔案、一起給）",
            )
        )
    skipped = reading.skipped.items()
    if skipped:
        zh = "、".join(f"{kind} {n} 列" for kind, n in skipped)
        notes.append((f"rows skipped: {', '.join(f'{n} x {kind}' for kind, n in skipped)}", f"略過的列：{zh}"))
    if header.repeated:
        some = ", ".join(header.repeated)
        notes.append((f"columns that came twice, not read: {some}", f"重複的欄，未讀取：{some}"))
    if reading.repaired:
        some = ", ".join(reading.repaired[:3]) + (" ..." if len(reading.repaired) > 3 else "")
        n = len(reading.repaired)
        notes.append(
            (
                f"{n:,} codes had lost their leading zero, put back ({some})",
                f"{n:,} 個代碼少了開頭的 0，已補回（{some}）",
            )
        )
    if not header.has("area") and not header.has("remote") and not joined:
        notes.append(
            (
                f"no column 地區屬性: every school is taken as NON-REMOTE; {JOIN}",
                "沒有「地區屬性」欄：所有學校都以「非偏遠」計；請用 --join 給一份有學校代碼與地區屬性的表",
            )
        )
    notes += _teacher_notes(schools)
    if any(school.max_class_size_estimated for school in schools):
        notes.append(
            (
                "largest class (最大班級人數) estimated from grade means: a lower bound (推估)",
                "最大班級人數由各年級平均推估，是下限",
            )
        )
    return [*notes, *_sums(reading, schools), *_odd(reading)]


def _odd(reading: Reading) -> list[Said]:
    """Return the rows that do not make sense, not more than a person reads."""
    n_more = len(reading.odd) - MOST_ODD
    more = [(f"... and {n_more:,} more rows to look at", f"……另有 {n_more:,} 列請核對")] if n_more > 0 else []
    return [*reading.odd[:MOST_ODD], *more]


def _teacher_notes(schools: list[School]) -> list[Said]:
    notes: list[Said] = []
    if any(school.n_teachers_estimated for school in schools):
        notes.append(
            (
                "no 編制教師數 (authorised posts): full-time teachers (專任教師) stand in (推估)",
                "沒有編制教師數，以專任教師數推估",
            )
        )
    elif all(school.n_teachers is None for school in schools):
        notes.append(
            ("no column of teachers: remote schools get no teacher devices", "沒有教師數：偏遠學校不計教師載具")
        )
    unknown = [school for school in schools if school.remote and school.n_teachers is None]
    if unknown and len(unknown) < len(schools):
        some = ", ".join(f"row {school.row}" for school in unknown[:5])
        rows = "、".join(f"第 {school.row} 列" for school in unknown[:5])
        n = len(unknown)
        notes.append(
            (
                f"{n:,} remote schools without a number of teachers get no teacher devices ({some})",
                f"{n:,} 所偏遠學校沒有教師數，不計教師載具（{rows}）",
            )
        )
    return notes


def _sums(reading: Reading, schools: list[School]) -> list[Said]:
    if len(reading.sums) != 1:
        return []
    row, sums = reading.sums[0]
    above = [s for s in schools if s.row is not None and s.row < row]
    found = {"n_classes": sum(s.n_classes for s in above), "n_students": sum(s.n_students for s in above)}
    return [
        (
            f"row {row} (合計) says {given:,} in {reading.header.name(column)}, the rows add up to {found[column]:,}",
            f"第 {row} 列（合計）的「{reading.header.name(column)}」是 {given:,}，各列相加卻是 {found[column]:,}",
        )
        for column, given in sums.items()
        if given != found[column]
    ]
