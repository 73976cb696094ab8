"""Whether there is a screen: Qt ends the process when there is none, so it is asked before."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.errors import N_, NoDisplayError, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

_NEEDS_A_SCREEN = frozenset({"", "xcb", "wayland", "wayland-egl"})
_ANSWER_S = 2.0


def require_display(environment: Mapping[str, str] | None = None) -> None:
    """Make sure that a window can be opened.

    Raises:
        NoDisplayError: No screen is named, it does not answer, or a library of it is missing.
    """
    env = os.environ if environment is None else environment
    if not sys.platform.startswith("linux"):
        return
    platform = env.get("QT_QPA_PLATFORM", "").partition(":")[0].partition(";")[0]
    if platform not in _NEEDS_A_SCREEN:
        return
    wayland, x11 = env.get("WAYLAND_DISPLAY"), env.get("DISPLAY")
    if wayland and platform != "xcb" and _wayland_answers(wayland, env):
        return
    if not x11:
        if wayland:
            reason = Reason(N_("the Wayland display {name} does not answer"), name=wayland)
        else:
            reason = Reason(N_("neither DISPLAY nor WAYLAND_DISPLAY is set"))
        raise NoDisplayError(reason=reason)
    _require_x11(x11)


def _wayland_answers(name: str, env: Mapping[str, str]) -> bool:
    path = Path(env.get("XDG_RUNTIME_DIR", "")) / name
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_ANSWER_S)
        try:
            connection.connect(str(path))
        except OSError:
            return False
    return True


def _require_x11(name: str) -> None:
    """Connect as Qt's plugin will, with the same libraries."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
        # Qt 6.5 and later load nothing without it, and then end the process.
        ctypes.CDLL("libxcb-cursor.so.0")
    except OSError as error:
        library = str(error).partition(":")[0]
        raise NoDisplayError(
            reason=Reason(N_("the library {name} is missing"), name=library)
        ) from error
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(name.encode(), None)
    failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    if failed:
        raise NoDisplayError(reason=Reason(N_("the X display {name} does not answer"), name=name))
