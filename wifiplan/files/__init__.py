"""What is read from disk, and data that is written: one module a format."""

from wifiplan.files.site import read_site, site_schema, write_site

__all__ = ["read_site", "site_schema", "write_site"]
