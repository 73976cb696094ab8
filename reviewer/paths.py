"""Where the program's own files and the user's folders are. Imports nothing of the project."""

from __future__ import annotations

import sys
from pathlib import Path

import platformdirs

_APP = "Reviewer"


def resource_path(*parts: str) -> Path:
    """Return the path of a file or folder of `resources/`, from a checkout or a frozen build."""
    frozen = getattr(sys, "_MEIPASS", None)
    base = Path(frozen) if frozen else Path(__file__).resolve().parent.parent
    return base.joinpath("resources", *parts)


def typed_path(text: str) -> Path:
    """Return the path that a user typed: `~` is their home, `~anna` anna's, if there is one."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)


def data_folder() -> Path:
    """Return the user's folder for stores made by the program, such as the demo store."""
    return Path(platformdirs.user_data_dir(_APP, appauthor=False))


def settings_folder() -> Path:
    """Return the user's folder for settings of the window."""
    return Path(platformdirs.user_config_dir(_APP, appauthor=False))


def log_folder() -> Path:
    """Return the user's folder for log files."""
    return Path(platformdirs.user_log_dir(_APP, appauthor=False))
