"""Projects of Ekahau (.esx), read into sites and surveys, and written from plans."""

from wifiplan.files.drawings.esx.reading import read_esx
from wifiplan.files.drawings.esx.surveys import read_esx_surveys
from wifiplan.files.drawings.esx.writing import write_esx

__all__ = ["read_esx", "read_esx_surveys", "write_esx"]
