"""Pages that are made from the program at every build."""

from collections.abc import Callable, Mapping

from docs.handbook import catalog, commands, settings, site_file

MADE: Mapping[str, Callable[[], str]] = {
    "reference/catalog.md": catalog.page,
    "reference/commands.md": commands.page,
    "reference/settings.md": settings.page,
    "reference/site-file.md": site_file.page,
}
"""Path below docs/: what makes it."""
