"""Runtime hook of the frozen program: point python-vlc at the libVLC that was packed along."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_BASE = Path(getattr(sys, "_MEIPASS", ".")) / "vlc"
_NAMES = {"win32": "libvlc.dll", "darwin": "lib/libvlc.dylib"}
_LIBRARY = _BASE / _NAMES.get(sys.platform, "libvlc.so.5")

if _LIBRARY.exists():
    os.environ.setdefault("PYTHON_VLC_LIB_PATH", str(_LIBRARY))
    os.environ.setdefault("PYTHON_VLC_MODULE_PATH", str(_BASE / "plugins"))
    os.environ.setdefault("VLC_PLUGIN_PATH", str(_BASE / "plugins"))
