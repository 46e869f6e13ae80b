"""Building models in IFC, read into sites."""

from wifiplan.files.drawings.ifc.reader import read_ifc

__all__ = ["read_ifc"]
