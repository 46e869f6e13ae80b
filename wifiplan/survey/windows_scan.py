"""Asking Windows to listen anew: `netsh` only shows the list that Windows has, which may be a minute old."""

import ctypes
import sys
import threading
from typing import Any, Final

WAIT_S: Final = 4.0
"""A certified driver completes a scan within four seconds (Microsoft, WlanScan, remarks) [s]."""

_CLIENT_VERSION: Final = 2
_GUID_BYTES: Final = 16
_NAME_BYTES: Final = 512
_INFO_BYTES: Final = _GUID_BYTES + _NAME_BYTES + 4
_MOST_INTERFACES: Final = 16


def ask_for_scan(stop: threading.Event, *, library: Any = None, wait_s: float = WAIT_S) -> bool:  # noqa: ANN401 (a DLL)
    """Ask every Wi-Fi interface of Windows to scan, wait for it, and return whether one does.

    Parameters
    ----------
    stop : threading.Event
        Ends the waiting.
    library : object or None
        Stands in for wlanapi.dll; None takes the system's own.
    wait_s : float
        How long to wait [s].
    """
    library = _system_library() if library is None else library
    if library is None:
        return False
    handle, version = ctypes.c_void_p(), ctypes.c_uint32()
    if library.WlanOpenHandle(_CLIENT_VERSION, None, ctypes.byref(version), ctypes.byref(handle)) != 0:
        return False
    try:
        asked = _scan_all(library, handle)
    finally:
        library.WlanCloseHandle(handle, None)
    if asked:
        stop.wait(wait_s)
    return asked


def _system_library() -> Any:  # noqa: ANN401 (a DLL)
    """Return wlanapi.dll, None on other systems and on servers without Wi-Fi."""
    if sys.platform == "win32":
        try:
            return ctypes.windll.LoadLibrary("wlanapi.dll")
        except OSError:
            return None
    else:
        return None


def _scan_all(library: Any, handle: ctypes.c_void_p) -> bool:  # noqa: ANN401 (a DLL)
    """Ask all interfaces: a list of two counts, then GUID, name of 256 wide characters and state of each."""
    found = ctypes.c_void_p()
    if library.WlanEnumInterfaces(handle, None, ctypes.byref(found)) != 0 or not found.value:
        return False
    try:
        n = min(ctypes.c_uint32.from_address(found.value).value, _MOST_INTERFACES)
        asked = False
        for k in range(n):
            guid = ctypes.c_void_p(found.value + 8 + k * _INFO_BYTES)
            asked = library.WlanScan(handle, guid, None, None, None) == 0 or asked
        return asked
    finally:
        library.WlanFreeMemory(found)
