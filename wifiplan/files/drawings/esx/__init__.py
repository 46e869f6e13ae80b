"""Projects of Ekahau (.esx), read into sites and surveys, and written from plans."""

from wifiplan.files.drawings.esx.reading import read_esx
from wifiplan.files.drawings.esx.writing import write_esx

__all__ = ["read_esx", "write_esx"]
