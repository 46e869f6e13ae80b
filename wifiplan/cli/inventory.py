"""`wifiplan inventory`: existing access points from tables and controllers' exports into the sites of schools."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from wifiplan import files
from wifiplan.catalog.inventories import mappings
from wifiplan.cli.inventory_text import inventory_figures, inventory_text
from wifiplan.cli.options import FILE, OUT_FOLDER, lang_option, note_in, say_in
from wifiplan.errors import Fault, InventoryError, SiteError
from wifiplan.report.inventory_words import Unlisted, mapping_text, note_lines
from wifiplan.report.workbook.inventory import write_inventory
from wifiplan.scheme.options import Lang
from wifiplan.site.building import Site
from wifiplan.site.inventory import Found, Inventory, MatchReport, by_site, with_inventory

MOST_NOTES = 20
"""So many access points without a room are named one by one on the terminal; the workbook lists all."""

mapping_option = click.option(
    "--mapping",
    "mapping_name",
    metavar="NAME|FILE.toml",
    help="How to read the inventory's columns: a mapping by name, or a TOML file; found out without it.",
)
map_option = click.option(
    "--map",
    "pairs",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="Read FIELD from the column with this header; may be given several times.",
)


def inventory_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add to a command the options that `with_inventories` takes: --inventory, --mapping and --map."""
    paths = click.option(
        "--inventory",
        "inventory_paths",
        type=FILE,
        multiple=True,
        help="Inventory or controller export of the access points that hang there; may be given several times. "
        "What finds no room is listed in inventory.xlsx.",
    )
    return paths(mapping_option(map_option(command)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sites:
    """The site files of a folder, or one site file."""

    paths: tuple[Path, ...]
    sites: tuple[Site, ...]


@click.command()
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=FILE)
@click.option(
    "--sites",
    "source",
    required=True,
    type=click.Path(exists=True, path_type=Path),
    help="Folder of site files (*.json), or one site file.",
)
@click.option("--out", "folder", required=True, type=OUT_FOLDER, help="Folder of the answers.")
@mapping_option
@map_option
@click.option("--save-mapping", "save_as", metavar="NAME", help="Keep the columns as read under a name for --mapping.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@lang_option
def inventory(  # noqa: PLR0913 (the options that the contract promises)
    paths: tuple[Path, ...],
    source: Path,
    folder: Path,
    mapping_name: str | None,
    pairs: tuple[str, ...],
    save_as: str | None,
    lang: Lang,
    *,
    as_json: bool,
) -> None:
    """Put the existing access points that FILE... list into the rooms of sites.

    FILE is the inventory of one school or of a county: CSV (UTF-8 or CP950), xlsx, xls, ods, or what a controller
    prints. Rooms are found by 教室空間編號 first, then by name, class, corridor, or the access point's own name; what
    fits several rooms stays out and is listed with the candidates.

    Writes into the folder: sites/ (all site files; schools without an inventory are copied unchanged) and
    inventory.xlsx (matched, not matched, not counted, rooms without, schools whose stock is unknown). Columns about
    clients and people are never kept. Exits 1 if no access point in use found a room.
    """
    found = read(paths, mapping_name, pairs, lang)
    sites = _sites(source)
    names = [path.name for path in sites.paths]
    answers = [folder / "inventory.xlsx", *(folder / "sites" / name for name in names)]
    files.check_apart([*paths, *sites.paths], answers)
    files.check_writable(folder, ["inventory.xlsx"])
    files.check_writable(folder / "sites", names)
    shared = by_site(found, sites.sites)
    reports, unlisted, written = [], [], 0
    for path, site, part in zip(sites.paths, sites.sites, shared.inventories, strict=True):
        target = folder / "sites" / path.name
        if part.entries:
            matched = with_inventory(site, part)
            files.write_site(target, matched.site)
            reports.append(matched.report)
            written += 1
        else:
            files.copy_file(path, target)
            n_known = len(site.access_points)
            unlisted.append(
                Unlisted(name=site.name, schools=site.schools, n_known=n_known, known=site.access_points_known)
            )
        _copy_pictures(site, path.parent, target.parent)
    write_inventory(
        folder / "inventory.xlsx",
        inventory=found,
        reports=reports,
        strangers=shared.strangers,
        unlisted=unlisted,
        lang=lang,
    )
    if save_as is not None:
        kept = _save(found, save_as)
        say_in(lang, f"欄位讀法已存為 {save_as}：{kept}", f"the columns are kept as mapping {save_as}: {kept}")
    say_notes(reports, shared.strangers, lang)
    figures = inventory_figures(found, reports, shared.strangers, unlisted)
    click.echo(files.json_text(figures) if as_json else inventory_text(reports, unlisted, lang))
    _tell_sites(written, len(unlisted), folder / "sites", lang)
    lost = figures["n_unmatched"] and not figures["n_matched"]
    sys.exit(1 if lost else 0)


def _tell_sites(n_written: int, n_same: int, folder: Path, lang: Lang) -> None:
    say_in(
        lang,
        f"校舍檔在 {folder}：{n_written} 份加入基地臺，{n_same} 份不變",
        f"{n_written} site(s) with access points and {n_same} unchanged are in {folder}",
    )


def read(paths: Sequence[Path], mapping_name: str | None, pairs: Sequence[str], lang: Lang) -> Inventory:
    """Read inventories with the mapping and the columns that the user chose, and tell how they were read."""
    mapping = None if mapping_name is None else files.read_mapping(mapping_name)
    found = files.read_inventories(paths, mapping, columns=_pairs(pairs))
    for source in found.sources:
        file, pairs_read = source.file, [f"{field}={header}" for field, header in source.columns]
        say_in(
            lang,
            f"{file}：{source.n_rows} 列，讀法 {mapping_text(source.mapping, lang)}（{'、'.join(pairs_read)}）",
            f"{file}: {source.n_rows} rows, read as {source.mapping} ({', '.join(pairs_read)})",
        )
        if source.private:
            note_in(
                lang,
                f"{file}：涉及用戶端或個人的欄不留存：{'、'.join(source.private)}",
                f"{file}: columns about clients or people were not kept: {', '.join(source.private)}",
            )
    return found


def with_inventories(
    site: Site,
    paths: Sequence[Path],
    mapping_name: str | None,
    pairs: Sequence[str],
    *,
    folder: Path,
    lang: Lang,
) -> Site:
    """Return a site with the access points of inventories; what has no room is told and goes to inventory.xlsx."""
    if not paths:
        if mapping_name or pairs:
            raise InventoryError(
                "--mapping and --map say how to read an inventory, and none is given",
                remedy="give --inventory FILE",
                where="--mapping",
            )
        return site
    files.check_writable(folder, ["inventory.xlsx"])
    found = read(paths, mapping_name, pairs, lang)
    shared = by_site(found, (site,))
    matched = with_inventory(site, shared.inventories[0])
    say_notes((matched.report,), shared.strangers, lang)
    write_inventory(
        folder / "inventory.xlsx", inventory=found, reports=(matched.report,), strangers=shared.strangers, lang=lang
    )
    return matched.site


def say_notes(reports: Sequence[MatchReport], strangers: Sequence[Found], lang: Lang) -> None:
    """Tell which access points in use have no room, and why."""
    for line in note_lines(reports, strangers, lang, MOST_NOTES):
        note_in(lang, line, line)


def _pairs(pairs: Sequence[str]) -> tuple[tuple[str, str], ...]:
    split = [pair.partition("=") for pair in pairs]
    faults = [
        Fault(where=f"--map {pair}", problem="is no FIELD=COLUMN")
        for pair, (field, sign, column) in zip(pairs, split, strict=True)
        if not (field.strip() and sign and column.strip())
    ]
    if faults:
        raise InventoryError("columns are mapped wrongly", remedy="write --map room=位置", where="--map", faults=faults)
    return tuple((field.strip(), column.strip()) for field, _, column in split)


def _save(found: Inventory, name: str) -> Path:
    source = found.sources[0]
    known = mappings().get(source.mapping)
    return files.save_mapping(
        name, source.columns, brand=known.brand if known else "", power=known.power if known else ""
    )


def _sites(source: Path) -> _Sites:
    """Return the site files of a folder; the faults of all of them at once."""
    if source.is_file():
        return _Sites(paths=(source,), sites=(files.read_site(source),))
    paths = sorted(path for path in source.glob("*.json") if not path.name.startswith("."))
    sites: list[tuple[Path, Site]] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            sites.append((path, files.read_site(path)))
        except SiteError as error:
            own = error.faults or (Fault(where="", problem=error.problem, remedy=error.remedy),)
            faults += [Fault(where=f"{path.name} {f.where}".strip(), problem=f.problem, remedy=f.remedy) for f in own]
    if faults or not sites:
        problem = "site files are faulty" if faults else "the folder holds no site file (*.json)"
        raise SiteError(
            problem, remedy="correct the files, or take them out of the folder", where=str(source), faults=faults
        )
    return _Sites(paths=tuple(path for path, _ in sites), sites=tuple(site for _, site in sites))


def _copy_pictures(site: Site, source: Path, target: Path) -> None:
    """Copy the pictures under the plans, which site files name from where they lie."""
    for picture in {floor.underlay.picture for floor in site.floors if floor.underlay is not None}:
        path, new = source / picture, target / picture
        inside = not Path(picture).is_absolute() and ".." not in Path(picture).parts
        if inside and path.is_file():
            files.copy_file(path, new)
