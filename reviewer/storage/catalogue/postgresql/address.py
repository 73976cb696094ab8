"""Addresses of stores on a server: `postgresql://user@host/database?media=FOLDER`.

Imports no driver: an address is told apart, shown and remembered without one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from reviewer.errors import N_, Reason, UsageError
from reviewer.paths import typed_path

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from urllib.parse import SplitResult

SCHEMES: Final = frozenset({"postgresql", "postgres"})
MEDIA: Final = "media"
_NOT_SECRET: Final = frozenset(
    {
        "application_name", "connect_timeout", "dbname", "gssencmode", "host", "hostaddr",
        "keepalives", "keepalives_idle", MEDIA, "options", "passfile", "port", "service",
        "sslcert", "sslcrl", "sslkey", "sslmode", "sslrootcert", "target_session_attrs", "user",
    }
)  # fmt: skip
"""Parameters of a connection that may be shown and remembered."""


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where a store on a server is.

    Attributes:
        shown: The address without what is secret, for people, logs and settings.
        media: Folder of what is not in the database.
        connection: The URL for libpq, which may have a password in it; never shown.
    """

    shown: str
    media: Path
    connection: str = field(repr=False)


def is_server(address: str) -> bool:
    """Return whether an address is one of a store on a server."""
    return address.strip().partition("://")[0].lower() in SCHEMES


def has_secret(address: str) -> bool:
    """Return whether an address of a store on a server has a password in it."""
    parts = _split(address)
    secret = any(name not in _NOT_SECRET and "password" in name for name, _ in _query(parts))
    return secret or parts.password is not None


def parse(address: str) -> ServerAddress:
    """Return what an address says.

    Raises:
        UsageError: It cannot be read, or names no folder for the media.
    """
    parts = _split(address)
    parameters = _query(parts)
    media = [value for name, value in parameters if name == MEDIA]
    shown = _url(
        parts,
        [(name, value) for name, value in parameters if name in _NOT_SECRET],
        with_password=False,
    )
    if len(media) != 1 or not media[0].strip():
        reason = N_("{address} does not say where the media are: add ?media=FOLDER to it")
        raise UsageError(reason=Reason(reason, address=shown))
    rest = [(name, value) for name, value in parameters if name != MEDIA]
    folder = typed_path(media[0]).absolute()
    return ServerAddress(shown, folder, _url(parts, rest, with_password=True))


def shown(address: str) -> str:
    """Return an address without what is secret in it; one that cannot be read in part only."""
    try:
        parts = _split(address)
    except UsageError:
        return address.strip().partition("://")[0] + "://..."
    parameters = [(name, value) for name, value in _query(parts) if name in _NOT_SECRET]
    return _url(parts, parameters, with_password=False)


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        parts = None
    if parts is None or parts.scheme not in SCHEMES or parts.fragment:
        # Without the address: what cannot be read may have a password anywhere.
        reason = N_("the address of the server cannot be read; write {example}")
        example = "postgresql://user@host/database?media=FOLDER"
        raise UsageError(reason=Reason(reason, example=example))
    return parts


def _query(parts: SplitResult) -> list[tuple[str, str]]:
    return parse_qsl(parts.query.replace("+", "%2B"), keep_blank_values=True)


def _url(parts: SplitResult, parameters: Iterable[tuple[str, str]], *, with_password: bool) -> str:
    place = parts.netloc
    login, at, hosts = place.rpartition("@")
    user, colon, password = login.partition(":")
    if at:
        place = user + (colon + password if with_password else "") + at + hosts
    query = "&".join(f"{name}={quote(value, safe='/')}" for name, value in parameters)
    return f"{parts.scheme}://{place}{parts.path}" + (f"?{query}" if query else "")


def database_of(address: ServerAddress) -> str:
    """Return the name of the database, "" where the server chooses it."""
    parts = urlsplit(address.shown)
    named = dict(_query(parts)).get("dbname", "")
    return named or unquote(parts.path.lstrip("/"))
