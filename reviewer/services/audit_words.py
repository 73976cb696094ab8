"""What more an entry of the audit log says, in words: for the window and the command line.

The log itself holds codes and counts; a code of a newer program is told as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.messages import format_count, format_size, ntr, ptr, tr, translated
from reviewer.models.access import CATALOGUE, READY_MADE_ROLES, Privilege
from reviewer.models.audit import Act
from reviewer.models.criteria.catalogue import criterion
from reviewer.models.encryption import TITLES as SEALED_TITLES
from reviewer.models.encryption import SealedKind
from reviewer.models.erasure import TITLES as CONTENT_TITLES
from reviewer.models.erasure import What
from reviewer.models.interaction import Channel
from reviewer.models.recording import RecordingKind
from reviewer.models.requests import TITLES as ASKED_TITLES
from reviewer.models.requests import Guarded
from reviewer.services.wording import name_of_channel, name_of_recording_kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from reviewer.models.audit import AuditEntry

    Value: TypeAlias = str | int | list[str]

_UNSAID: Final = frozenset({"public", "comment", "set"})
"""Keys that say nothing to people: a key of the chain, numbers of rows."""


def detail_words(entry: AuditEntry) -> str:
    """Return what more there is to say of an act, in the language in force; "" for nothing."""
    parts = []
    for key, value in entry.detail.items():
        if key.endswith("sha256") or (key in _UNSAID and not _is_flag(entry, key)):
            continue
        said = _said(entry, key, value)
        if said:
            parts.append(said)
    return "; ".join(parts)


def _is_flag(entry: AuditEntry, key: str) -> bool:
    """Whether `public` is whether a comment is public, not the key of the chain."""
    return key == "public" and entry.act != Act.LOG_BEGUN.value


def _said(entry: AuditEntry, key: str, value: Value) -> str:
    if isinstance(value, list):
        return _listed(entry, key, value)
    if isinstance(value, int):
        if key == "left" and "of" in entry.detail:
            whole = entry.detail["of"]
            return tr("{left} of {all} left", left=format_count(value), all=whole)
        return _COUNTS[key](value) if key in _COUNTS else f"{key}: {value}"
    if not value:
        return ""
    return _TEXTS[key](value) if key in _TEXTS else f"{key}: {value}"


def _listed(entry: AuditEntry, key: str, values: list[str]) -> str:
    word = _LISTS.get(key)
    if word is None:
        return f"{key}: {', '.join(values)}"
    if not values:
        return ""
    # A rule has commas of its own.
    between = "; " if key == "rules" else ", "
    words = between.join(dict.fromkeys(word(value) for value in values))
    title = _LIST_TITLES.get(key)
    return words if title is None else f"{title()}: {words}"


# --- lists ---------------------------------------------------------------------------------------


def _kind(value: str) -> str:
    if value in set(RecordingKind):
        return name_of_recording_kind(RecordingKind(value))
    return translated(SEALED_TITLES[SealedKind(value)]) if value in set(SealedKind) else value


def _criterion(key: str) -> str:
    if key == "custom":
        return tr("a custom field")
    try:
        return criterion(key).title()
    except KeyError:
        return key


def _role(key: str) -> str:
    for role in READY_MADE_ROLES:
        if role.key == key:
            return translated(role.title)
    return key


def _privilege(key: str) -> str:
    return translated(CATALOGUE[Privilege(key)].title) if key in set(Privilege) else key


def _field(name: str) -> str:
    """Return what a field of a user or of the settings is called."""
    words = {
        "display_name": tr("first and last name"),
        "roles": tr("roles"),
        "teams": tr("teams seen"),
        "services": tr("services seen"),
        "team": tr("team"),
        "extension": tr("extension"),
        "disabled": tr("whether disabled"),
        "removed": tr("deleted"),
        "name": tr("name of the centre"),
        "time_zone": tr("time zone"),
        "features": tr("features"),
        "lock_minutes": tr("locking of the window"),
        "second_person": tr("what needs a second person"),
        "sensitive_services": tr("sensitive services"),
        "sensitive_tags": tr("sensitive tags"),
    }
    return words.get(name, name)


def _rule(text: str) -> str:
    """Return a retention rule: service, kind of content, days."""
    service, _, rest = text.rpartition(" ")[0].rpartition(" ")
    days = text.rpartition(" ")[2]
    if rest not in set(What) or not days.isdigit():
        return text
    name = tr("all services") if service == "*" else service
    kept = ntr("{n} day", "{n} days", int(days)) if int(days) else tr("for ever")
    return tr("{service}, {what}: {kept}", service=name,
              what=translated(CONTENT_TITLES[What(rest)]), kept=kept)  # fmt: skip


def _asked_of_role(kind: str) -> str:
    words = {
        "watermark": tr("watermark"),
        "reason": tr("asked why before something sensitive opens"),
    }
    return words.get(kind, kind)


def _contents(kind: str) -> str:
    words = {
        "voice": tr("voice recordings"),
        "cpa": tr("call progress recordings"),
        "text": tr("chats and call transcripts"),
        "email": tr("emails"),
    }
    return words.get(kind, kind)


_LISTS: Final[Mapping[str, Callable[[str], str]]] = {
    "kinds": _kind,
    "criteria": _criterion,
    "roles": _role,
    "privileges": _privilege,
    "changed": _field,
    "asks": _asked_of_role,
    "rules": _rule,
    "contents": _contents,
}
_LIST_TITLES: Final[Mapping[str, Callable[[], str]]] = {
    "criteria": lambda: tr("by"),
    "roles": lambda: tr("roles"),
    "privileges": lambda: tr("privileges"),
    "changed": lambda: ptr("log", "changed"),
}

# --- numbers and texts ---------------------------------------------------------------------------

_COUNTS: Final[Mapping[str, Callable[[int], str]]] = {
    "recordings": lambda n: ntr("{n} recording", "{n} recordings", n),
    "bytes": format_size,
    "request": lambda n: tr("request {n}", n=n),
    "message": lambda n: tr("message {n} of the chain", n=n),
    "segment": lambda n: tr("segment {n}", n=n),
    "version": lambda n: tr("version {n}", n=n),
    "tags": lambda n: ntr("{n} tag", "{n} tags", n),
    "note": lambda _n: tr("a note"),
    "public": lambda n: tr("public") if n else tr("private"),
    "shared": lambda n: tr("shared") if n else tr("no longer shared"),
    "interactions": lambda n: ntr("{n} interaction", "{n} interactions", n),
    "of": lambda _n: "",
    "added": lambda n: ntr("{n} added", "{n} added", n),
    "updated": lambda n: ntr("{n} updated", "{n} updated", n),
    "disabled": lambda n: tr("disabled") if n else tr("enabled"),
    "none": lambda n: tr("no password") if n else "",
    "key": lambda n: tr("key {n}", n=n),
    "sealed": lambda n: ntr("{n} sealed", "{n} sealed", n),
    "rewrapped": lambda n: ntr("{n} wrapped anew", "{n} wrapped anew", n),
    "failed": lambda n: ntr("{n} failed", "{n} failed", n) if n else "",
    "encrypted": lambda n: tr("encrypted") if n else tr("in the clear"),
    "stopped": lambda n: tr("stopped") if n else "",
    "found": lambda _n: tr("found when the store was opened"),
    "count": lambda n: ntr("{n} category", "{n} categories", n),
    "rows": lambda n: ntr("{n} row", "{n} rows", n),
    "files": lambda n: ntr("{n} file", "{n} files", n),
}


def _lock(kind: str) -> str:
    words = {
        "passphrase": tr("passphrase"),
        "recovery": tr("recovery key"),
        "system": tr("the system's key store"),
        "file": tr("key file"),
    }
    return words.get(kind, kind)


def _channel(value: str) -> str:
    return name_of_channel(Channel(value)) if value in set(Channel) else value


def _ring_words(how: str) -> str:
    if how == "own":
        return tr("it has a key ring of its own now; the other store keeps what it has")
    return tr("the key ring was moved")


_TEXTS: Final[Mapping[str, Callable[[str], str]]] = {
    "channel": _channel,
    "asked": lambda kind: translated(ASKED_TITLES[Guarded(kind)]) if kind in set(Guarded) else kind,
    "asked_by": lambda login: tr("asked for by {who}", who=login),
    "approved_by": lambda login: tr("agreed by {who}", who=login),
    "began": lambda login: tr("begun by {who}", who=login),
    "reason": lambda text: tr("reason: {text}", text=text),
    "from": lambda place: tr("was signed in at {place}", place=place),
    "user": lambda login: tr("user {name}", name=login),
    "was": lambda giid: tr("it was {giid}", giid=giid),
    "role": lambda key: tr("role {name}", name=_role(key)),
    "lock": lambda kind: tr("opened by: {lock}", lock=_lock(kind)),
    "ring": _ring_words,
    "table": lambda kind: tr("table as {form}", form=kind.upper()),
}
