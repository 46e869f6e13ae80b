"""What is read from disk, and data that is written: one module a format.

The names below load their module when they are first used: a roster needs pandas, settings bring every law and
its compiled kernels, and a command that needs only one of them should not wait for the other.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wifiplan.files.antennas import read_antenna
    from wifiplan.files.as_built import read_as_built
    from wifiplan.files.calibrations import read_calibration, read_prior, write_calibration, write_prior
    from wifiplan.files.changes import read_changes, write_changes
    from wifiplan.files.class_tests import class_test_name, judgement_to_plain, read_class_test, write_class_test
    from wifiplan.files.collected import collected_json, write_collected
    from wifiplan.files.collection import collect
    from wifiplan.files.county import county_summary, write_schools_csv, write_summary
    from wifiplan.files.county_inputs import CountyFile, read_county_inputs, read_earlier_answer
    from wifiplan.files.county_run import read_county_run
    from wifiplan.files.county_tables import write_county_tables
    from wifiplan.files.curve import write_curve_csv
    from wifiplan.files.days import day
    from wifiplan.files.form_reader import read_form
    from wifiplan.files.forms_index import forms_of, read_forms_index, write_forms_index
    from wifiplan.files.inventory import read_inventories, read_inventory
    from wifiplan.files.inventory_mappings import read_mapping, save_mapping
    from wifiplan.files.laws import read_law, write_law
    from wifiplan.files.orders import write_ap_config_csv
    from wifiplan.files.output import (
        atomic_path,
        check_apart,
        check_writable,
        copy_file,
        keep_copy,
        write_bytes,
        write_csv,
        write_text,
    )
    from wifiplan.files.plain import json_text
    from wifiplan.files.plan import read_plan, read_site_or_plan, write_plan
    from wifiplan.files.plan_lists import write_aps_csv, write_bom_csv, write_rooms_csv
    from wifiplan.files.points import read_points
    from wifiplan.files.returned import returned_files
    from wifiplan.files.returns import read_collected, read_forms
    from wifiplan.files.roster import read_roster, read_rosters
    from wifiplan.files.roster_join import read_device_counts
    from wifiplan.files.scenarios import write_scenarios_csv
    from wifiplan.files.settings import SettingsFile, read_settings
    from wifiplan.files.site import read_site, site_schema, write_site
    from wifiplan.files.site_folder import SiteFolder, read_site_folder, read_site_folders
    from wifiplan.files.surveys import read_survey, write_survey
    from wifiplan.files.test_results import read_tests
    from wifiplan.files.tracking_book import read_office

__all__ = [
    "CountyFile",
    "SettingsFile",
    "SiteFolder",
    "atomic_path",
    "check_apart",
    "check_writable",
    "class_test_name",
    "collect",
    "collected_json",
    "copy_file",
    "county_summary",
    "day",
    "forms_of",
    "json_text",
    "judgement_to_plain",
    "keep_copy",
    "read_antenna",
    "read_as_built",
    "read_calibration",
    "read_changes",
    "read_class_test",
    "read_collected",
    "read_county_inputs",
    "read_county_run",
    "read_device_counts",
    "read_earlier_answer",
    "read_form",
    "read_forms",
    "read_forms_index",
    "read_inventories",
    "read_inventory",
    "read_law",
    "read_mapping",
    "read_office",
    "read_plan",
    "read_points",
    "read_prior",
    "read_roster",
    "read_rosters",
    "read_settings",
    "read_site",
    "read_site_folder",
    "read_site_folders",
    "read_site_or_plan",
    "read_survey",
    "read_tests",
    "returned_files",
    "save_mapping",
    "site_schema",
    "write_ap_config_csv",
    "write_aps_csv",
    "write_bom_csv",
    "write_bytes",
    "write_calibration",
    "write_changes",
    "write_class_test",
    "write_collected",
    "write_county_tables",
    "write_csv",
    "write_curve_csv",
    "write_forms_index",
    "write_law",
    "write_plan",
    "write_prior",
    "write_rooms_csv",
    "write_scenarios_csv",
    "write_schools_csv",
    "write_site",
    "write_summary",
    "write_survey",
    "write_text",
]

_HOMES = {
    "antennas": ("read_antenna",),
    "as_built": ("read_as_built",),
    "calibrations": ("read_calibration", "read_prior", "write_calibration", "write_prior"),
    "changes": ("read_changes", "write_changes"),
    "class_tests": ("class_test_name", "judgement_to_plain", "read_class_test", "write_class_test"),
    "county": ("county_summary", "write_schools_csv", "write_summary"),
    "county_run": ("read_county_run",),
    "county_tables": ("write_county_tables",),
    "days": ("day",),
    "county_inputs": ("CountyFile", "read_county_inputs", "read_earlier_answer"),
    "inventory": ("read_inventories", "read_inventory"),
    "inventory_mappings": ("read_mapping", "save_mapping"),
    "collected": ("collected_json", "write_collected"),
    "collection": ("collect",),
    "form_reader": ("read_form",),
    "curve": ("write_curve_csv",),
    "forms_index": ("forms_of", "read_forms_index", "write_forms_index"),
    "laws": ("read_law", "write_law"),
    "orders": ("write_ap_config_csv",),
    "output": (
        "atomic_path",
        "check_apart",
        "check_writable",
        "copy_file",
        "keep_copy",
        "write_bytes",
        "write_csv",
        "write_text",
    ),
    "plain": ("json_text",),
    "plan": ("read_plan", "read_site_or_plan", "write_plan"),
    "plan_lists": ("write_aps_csv", "write_bom_csv", "write_rooms_csv"),
    "points": ("read_points",),
    "returns": ("read_collected", "read_forms"),
    "returned": ("returned_files",),
    "roster": ("read_roster", "read_rosters"),
    "roster_join": ("read_device_counts",),
    "scenarios": ("write_scenarios_csv",),
    "settings": ("SettingsFile", "read_settings"),
    "site": ("read_site", "site_schema", "write_site"),
    "site_folder": ("SiteFolder", "read_site_folder", "read_site_folders"),
    "surveys": ("read_survey", "write_survey"),
    "test_results": ("read_tests",),
    "tracking_book": ("read_office",),
}


def __getattr__(name: str) -> object:
    """Return one of the names above from its module (PEP 562)."""
    for home, names in _HOMES.items():
        if name in names:
            return vars(import_module(f"wifiplan.files.{home}"))[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
