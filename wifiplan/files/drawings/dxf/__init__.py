"""DXF in and out: plans of architects, and plans for installers."""

from wifiplan.files.drawings.dxf.layer_table import read_layer_table
from wifiplan.files.drawings.dxf.reader import read_dxf
from wifiplan.files.drawings.dxf.writer import write_dxf

__all__ = ["read_dxf", "read_layer_table", "write_dxf"]
