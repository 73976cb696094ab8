"""The program's log file: rotating, local, without customers' data.

What is logged are names of classes and codes of errors, counts and times, never texts, numbers,
names of files, parameters of queries, tokens or keys.
"""

from __future__ import annotations

import copy
import faulthandler
import logging
import platform
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from typing_extensions import override

from reviewer import __version__
from reviewer.errors import ReviewerError
from reviewer.paths import log_folder

if TYPE_CHECKING:
    from types import TracebackType
    from typing import TypeAlias

    _ExcInfo: TypeAlias = (
        tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    )

_log = logging.getLogger(__name__)
_PACKAGE = Path(__file__).resolve().parent
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

    @property
    def path(self) -> Path:
        """The file that is written to."""
        return self._folder / "reviewer.log"

    def open(self, level: int = logging.INFO) -> bool:
        """Begin to write; a folder that cannot be written to means no log, not no program.

        Returns:
            Whether there is a log.
        """
        root = logging.getLogger()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handler = RotatingFileHandler(
                self.path,
                maxBytes=_BYTES,
                backupCount=_FILES,
                encoding="utf-8",
            )
            self._crashes = (self._folder / "crashes.log").open("a", encoding="utf-8")
        except OSError as error:
            _log.info("no log file: %s", type(error).__name__)
            return False
        handler.setFormatter(_Formatter(_FORMAT))
        self._handler = handler
        self._level = root.level
        root.addHandler(handler)
        root.setLevel(level)
        faulthandler.enable(self._crashes)
        _log.info("Reviewer %s, Python %s", __version__, platform.python_version())
        return True

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


class _Formatter(logging.Formatter):
    """Writes exceptions as `redacted` does, whoever logs them."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        # What another handler made of the exception is kept in the record.
        own = copy.copy(record)
        own.exc_text = None
        return super().format(own)

    @override
    def formatException(self, ei: _ExcInfo) -> str:
        return redacted(ei[1]) if ei[1] is not None else ""


def redacted(error: BaseException) -> str:
    """Return what an error and its causes are, and where they came from in the program.

    The text of a foreign exception, values of fields and variables are left out, since they may
    hold a number, a name or a path.
    """
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        lines.append(_headline(seen))
        lines += [
            f"  {_place(frame.filename)}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(seen.__traceback__)
        ]
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return "\n".join(lines)


def _headline(error: BaseException) -> str:
    if isinstance(error, ReviewerError):
        names = ", ".join(sorted(error.fields))
        return f"{type(error).__name__} [{error.code}] fields: {names}"
    return type(error).__name__


def _place(filename: str) -> str:
    path = Path(filename)
    if path.is_relative_to(_PACKAGE):
        return path.relative_to(_PACKAGE.parent).as_posix()
    return path.name
