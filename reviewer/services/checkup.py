"""What this machine has of what the program needs."""

from __future__ import annotations

import sqlite3
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reviewer.errors import N_, ReviewerError
from reviewer.media.codecs import missing_decoders
from reviewer.messages import explain, tr, translated
from reviewer.player.vlc_engine import libvlc_version
from reviewer.storage.address import driver_version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_OLDEST_SQLITE = (3, 40)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: stable code, title as message id, whether it is there, in words."""

    code: str
    title_id: str
    ok: bool
    detail: str

    def title(self) -> str:
        """Return what was looked at, in the language in force."""
        return translated(self.title_id)


def check_machine(environment: Mapping[str, str], address: str = "") -> tuple[Check, ...]:
    """Look at what the program needs of this machine.

    Args:
        environment: The process's environment, for the screen.
        address: The store's, which may need more than others do.

    Thread: any; loads libVLC, which takes some 200 ms.
    """
    return (
        Check("python", N_("Python"), sys.version_info >= (3, 11), sys.version.split()[0]),
        _sqlite(),
        _libvlc(),
        _decoders(),
        _display(environment),
        *_driver(address),
    )


def _driver(address: str) -> Iterator[Check]:
    title = N_("PostgreSQL (psycopg)")
    try:
        version = driver_version(address)
    except ReviewerError as error:
        yield Check("postgresql", title, ok=False, detail=explain(error))
    else:
        if version is not None:
            yield Check("postgresql", title, ok=True, detail=version)


def _sqlite() -> Check:
    has_fts = _has_full_text()
    ok = sqlite3.sqlite_version_info >= _OLDEST_SQLITE and has_fts
    detail = sqlite3.sqlite_version
    if not has_fts:
        detail = tr("{version}, without full-text search", version=detail)
    return Check("sqlite", N_("SQLite"), ok, detail)


def _has_full_text() -> bool:
    connection = sqlite3.connect(":memory:")
    try:
        options = {row[0] for row in connection.execute("pragma compile_options")}
    finally:
        connection.close()
    return "ENABLE_FTS5" in options


def _libvlc() -> Check:
    try:
        return Check("libvlc", N_("Sound (libVLC)"), ok=True, detail=libvlc_version())
    except ReviewerError as error:
        return Check("libvlc", N_("Sound (libVLC)"), ok=False, detail=explain(error))


def _decoders() -> Check:
    missing = missing_decoders()
    detail = tr("all there") if not missing else tr("missing: {names}", names=", ".join(missing))
    return Check("decoders", N_("Decoders"), not missing, detail)


def _display(environment: Mapping[str, str]) -> Check:
    name = environment.get("WAYLAND_DISPLAY") or environment.get("DISPLAY") or ""
    if sys.platform in ("win32", "darwin"):
        return Check("display", N_("Screen"), ok=True, detail=tr("the system's own"))
    return Check(
        "display",
        N_("Screen"),
        ok=bool(name),
        detail=name or tr("none: the window cannot be opened, the command line can be used"),
    )
