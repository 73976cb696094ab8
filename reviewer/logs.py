"""The program's log file: rotating, local, without customers' data.

What is logged are names of classes and codes of errors, counts and times, never texts, numbers,
names of files, parameters of queries, tokens or keys.
"""

from __future__ import annotations

import faulthandler
import logging
import platform
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING, TextIO

from reviewer import __version__
from reviewer.paths import log_folder

if TYPE_CHECKING:
    from pathlib import Path

_log = logging.getLogger(__name__)
_BYTES = 1_000_000
_FILES = 5
_FORMAT = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"


class LogFile:
    """Writes the log while open; also where the interpreter itself crashes."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or log_folder()
        self._handler: logging.Handler | None = None
        self._crashes: TextIO | None = None
        self._level = logging.WARNING

    def open(self, level: int = logging.INFO) -> None:
        """Begin to write; a folder that cannot be written to means no log, not no program."""
        root = logging.getLogger()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handler = RotatingFileHandler(
                self._folder / "reviewer.log",
                maxBytes=_BYTES,
                backupCount=_FILES,
                encoding="utf-8",
            )
            self._crashes = (self._folder / "crashes.log").open("a", encoding="utf-8")
        except OSError as error:
            _log.info("no log file: %s", type(error).__name__)
            return
        handler.setFormatter(logging.Formatter(_FORMAT))
        self._handler = handler
        self._level = root.level
        root.addHandler(handler)
        root.setLevel(level)
        faulthandler.enable(self._crashes)
        _log.info("Reviewer %s, Python %s", __version__, platform.python_version())

    def close(self) -> None:
        """Write what is left and stop."""
        root = logging.getLogger()
        if self._handler is not None:
            root.removeHandler(self._handler)
            self._handler.close()
            self._handler = None
            root.setLevel(self._level)
        if self._crashes is not None:
            faulthandler.disable()
            self._crashes.close()
            self._crashes = None
