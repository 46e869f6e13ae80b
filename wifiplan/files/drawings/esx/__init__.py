"""Projects of Ekahau (.esx), read into sites and surveys, and written from plans."""

from wifiplan.files.drawings.esx.reading import read_esx

__all__ = ["read_esx"]
