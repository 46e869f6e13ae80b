"""What is read from disk, and data that is written: one module a format.

The names below load their module when they are first used: a roster needs pandas, settings bring every law and
its compiled kernels, and a command that needs only one of them should not wait for the other.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wifiplan.files.collected import collected_json, write_collected
    from wifiplan.files.collection import collect
    from wifiplan.files.county import county_summary, write_schools_csv, write_summary
    from wifiplan.files.form_reader import read_form
    from wifiplan.files.forms_index import forms_of, read_forms_index, write_forms_index
    from wifiplan.files.laws import read_law, write_law
    from wifiplan.files.output import atomic_path, check_writable, write_bytes, write_csv, write_text
    from wifiplan.files.plain import json_text
    from wifiplan.files.plan import (
        read_plan,
        read_site_or_plan,
        write_aps_csv,
        write_bom_csv,
        write_plan,
        write_rooms_csv,
    )
    from wifiplan.files.points import read_points
    from wifiplan.files.returned import returned_files
    from wifiplan.files.roster import read_roster, read_rosters
    from wifiplan.files.roster_join import read_device_counts
    from wifiplan.files.settings import SettingsFile, read_settings
    from wifiplan.files.site import read_site, site_schema, write_site
    from wifiplan.files.site_folder import SiteFolder, read_site_folder

__all__ = [
    "SettingsFile",
    "SiteFolder",
    "atomic_path",
    "check_writable",
    "collect",
    "collected_json",
    "county_summary",
    "forms_of",
    "json_text",
    "read_device_counts",
    "read_form",
    "read_forms_index",
    "read_law",
    "read_plan",
    "read_points",
    "read_roster",
    "read_rosters",
    "read_settings",
    "read_site",
    "read_site_folder",
    "read_site_or_plan",
    "returned_files",
    "site_schema",
    "write_aps_csv",
    "write_bom_csv",
    "write_bytes",
    "write_collected",
    "write_csv",
    "write_forms_index",
    "write_law",
    "write_plan",
    "write_rooms_csv",
    "write_schools_csv",
    "write_site",
    "write_summary",
    "write_text",
]

_HOMES = {
    "collected": ("collected_json", "write_collected"),
    "collection": ("collect",),
    "county": ("county_summary", "write_schools_csv", "write_summary"),
    "form_reader": ("read_form",),
    "forms_index": ("forms_of", "read_forms_index", "write_forms_index"),
    "laws": ("read_law", "write_law"),
    "output": ("atomic_path", "check_writable", "write_bytes", "write_csv", "write_text"),
    "plain": ("json_text",),
    "plan": (
        "read_plan",
        "read_site_or_plan",
        "write_aps_csv",
        "write_bom_csv",
        "write_plan",
        "write_rooms_csv",
    ),
    "points": ("read_points",),
    "returned": ("returned_files",),
    "roster": ("read_roster", "read_rosters"),
    "roster_join": ("read_device_counts",),
    "settings": ("SettingsFile", "read_settings"),
    "site": ("read_site", "site_schema", "write_site"),
    "site_folder": ("SiteFolder", "read_site_folder"),
}


def __getattr__(name: str) -> object:
    """Return one of the names above from its module (PEP 562)."""
    for home, names in _HOMES.items():
        if name in names:
            return vars(import_module(f"wifiplan.files.{home}"))[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
