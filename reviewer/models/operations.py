"""What each operation of a session takes: one row an operation. What has no row is no operation.

The store itself asks `User.require` where it acts; a test tries every privilege on every operation
and fails where the two differ. A session does nothing that has no row (`local/session.py`).
`docs/access.md` is made of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from reviewer.models.access import Privilege

_P = Privilege


class Reach(StrEnum):
    """What of the store an operation reaches."""

    STORE = "store"
    """The store as a whole, or its settings, users and names."""
    SEEN = "seen"
    """Only what the user may see; the rest is left out as if it were not there."""
    ONE = "one"
    """One interaction: one that may not be seen is refused as one that is not there."""
    OWN = "own"
    """What is the user's own."""


@dataclass(frozen=True, slots=True)
class Need:
    """What an operation takes.

    Attributes:
        reach: What it reaches.
        any_of: Privileges of which the user needs one; empty: none is needed.
        remark: What else there is to know, in English, for the documentation.
    """

    reach: Reach
    any_of: frozenset[Privilege] = frozenset()
    remark: str = ""


def _need(reach: Reach, *any_of: Privilege, remark: str = "") -> Need:
    return Need(reach, frozenset(any_of), remark)


_STORE, _SEEN, _ONE, _OWN = Reach.STORE, Reach.SEEN, Reach.ONE, Reach.OWN
_KEYS = _need(_STORE, _P.ADMIN_ENCRYPTION)
_USERS = _need(_STORE, _P.ADMIN_USERS)
_GRANT = _need(_STORE, _P.ADMIN_GRANT)
_ERASING = (_P.RECORDS_ERASE, _P.RECORDS_RETENTION)
_DECIDING = (
    _P.RECORDS_ERASE,
    _P.RECORDS_HOLD,
    _P.RECORDS_RETENTION,
    _P.ADMIN_ENCRYPTION,
    _P.ADMIN_GRANT,
)

OPERATIONS: Final[dict[str, Need]] = {
    "interactions.search": _need(_SEEN, remark="criteria marked * are refused to clients"),
    "interactions.ids": _need(_SEEN, remark="as search"),
    "interactions.rows": _need(_SEEN),
    "interactions.count": _need(_SEEN, remark="as search"),
    "interactions.by_day": _need(_SEEN, remark="as search"),
    "interactions.get": _need(
        _ONE, remark="and the privilege of what it is read for; a reason where a role asks for it"
    ),
    "interactions.get_by_id": _need(_ONE, remark="as get"),
    "interactions.give_reason": _need(_ONE),
    "interactions.asking_reason": _need(_SEEN),
    "interactions.give_reasons": _need(_SEEN),
    "interactions.find": _need(_ONE),
    "interactions.complete": _need(_SEEN, remark="criteria marked * are refused to clients"),
    "interactions.snippets": _need(_SEEN, remark="refused to clients"),
    "interactions.custom_fields": _need(_SEEN),
    "interactions.content_states": _need(_SEEN),
    "interactions.recordings_kept": _need(_SEEN),
    "interactions.newly_deleted": _need(_SEEN),
    "content.open": _need(
        _ONE, remark="and the privilege of what it is opened for; a reason as get"
    ),
    "derived.load": _need(_ONE, remark="a reason as get"),
    "derived.keep": _need(_ONE),
    "hearing.unheard": _need(_SEEN, _P.IMPORT, _P.ADMIN_SETTINGS),
    "hearing.hear": _need(
        _STORE, _P.IMPORT, _P.ADMIN_SETTINGS, remark="by machine, what waits for it; told as seen"
    ),
    "hearing.awaits": _need(_ONE),
    "hearing.keep": _need(_ONE),
    "evaluations.categories": _need(_STORE),
    "evaluations.rename_categories": _need(_STORE, _P.ADMIN_SETTINGS),
    "evaluations.save": _need(
        _ONE, _P.QM_EVALUATE, remark="and `import` for an instant of its own"
    ),
    "evaluations.of": _need(
        _ONE,
        remark="one's own; with `qm.own` those of one's parts; all with `qm.view_all`; a reason "
        "as get",
    ),
    "comments.of": _need(_ONE, remark="public ones and one's own; a reason as get"),
    "comments.add": _need(_ONE, _P.COMMENT),
    "comments.edit": _need(_ONE, _P.COMMENT, remark="one's own"),
    "comments.delete": _need(
        _ONE, _P.COMMENT, _P.RECORDS_ERASE, remark="one's own; others' with `records.erase`"
    ),
    "records.set_tags": _need(
        _ONE, _P.COMMENT, remark="one asked for reasons takes no sensitive tag away"
    ),
    "records.add_note": _need(_ONE, _P.COMMENT),
    "records.dispositions": _need(_ONE, remark="the list of the part's service"),
    "records.change_disposition": _need(_ONE, _P.DISPOSITION_CHANGE),
    "records.disposition_history": _need(
        _ONE, _P.DISPOSITION_CHANGE, _P.AUDIT_VIEW, remark="a reason as get"
    ),
    "listening.position": _need(_ONE),
    "listening.keep": _need(_ONE),
    "intake.put": _need(_STORE, _P.IMPORT),
    "centre.settings": _need(_STORE, remark="what is sensitive: with `admin.settings`"),
    "centre.change": _need(
        _STORE,
        _P.ADMIN_SETTINGS,
        remark="and `admin.grant` for what needs a second person and what is sensitive",
    ),
    "centre.examine": _need(_STORE, _P.ADMIN_SETTINGS),
    "centre.unknown_content": _need(_STORE, _P.ADMIN_SETTINGS),
    "centre.accept_catalogue": _need(_STORE, _P.ADMIN_SETTINGS),
    "centre.names": _need(_STORE, _P.ADMIN_SETTINGS, _P.ADMIN_USERS),
    "centre.services": _need(_STORE, _P.ADMIN_SETTINGS),
    "centre.dispositions": _need(_STORE, _P.ADMIN_SETTINGS),
    "centre.stats": _need(_STORE, _P.LISTEN_ALL, _P.ADMIN_SETTINGS),
    "copies.back_up": _need(_STORE, _P.ADMIN_SETTINGS),
    "copies.accept": _need(_STORE, _P.ADMIN_SETTINGS),
    "copies.move": _need(_STORE, _P.ADMIN_SETTINGS),
    "people.me": _need(_OWN),
    "people.ticket": _need(_OWN),
    "people.sign_ins": _need(_OWN, remark="everybody's with `admin.users`"),
    "people.sign_out": _need(_OWN, remark="everybody with `admin.users`"),
    "people.users": _USERS,
    "people.add_user": _need(
        _STORE, _P.ADMIN_USERS, remark="and `admin.grant` to give more than one has"
    ),
    "people.change_user": _need(
        _STORE, _P.ADMIN_USERS, remark="and `admin.grant` for oneself, or one who may more"
    ),
    "people.remove_user": _USERS,
    "people.set_password": _need(
        _STORE, _P.ADMIN_USERS, remark="and `admin.grant` for one who may more"
    ),
    "people.change_password": _need(_OWN),
    "people.unlock": _USERS,
    "people.explain": _need(_ONE, _P.ADMIN_USERS),
    "people.roles": _USERS,
    "people.add_role": _GRANT,
    "people.change_role": _GRANT,
    "people.remove_role": _GRANT,
    "keys.state": _KEYS,
    "keys.encrypt": _KEYS,
    "keys.decrypt": _KEYS,
    "keys.set_sealed": _KEYS,
    "keys.create": _KEYS,
    "keys.reencrypt": _KEYS,
    "keys.roll": _KEYS,
    "keys.change_passphrase": _KEYS,
    "keys.make_recovery": _KEYS,
    "keys.check_recovery": _KEYS,
    "keys.use_system": _KEYS,
    "keys.make_key_file": _KEYS,
    "keys.move_ring": _KEYS,
    "memory.recall": _need(_OWN),
    "memory.keep": _need(_OWN),
    "sets.all": _need(_OWN, remark="and those that others share"),
    "sets.load": _need(_OWN, remark="and those that others share"),
    "sets.add": _need(_OWN),
    "sets.overwrite": _need(_OWN, remark="`sets.share` for a shared one"),
    "sets.rename": _need(_OWN, remark="`sets.share` for a shared one"),
    "sets.share": _need(_OWN, remark="`sets.share` to share; everybody may take back"),
    "sets.watch": _need(_OWN, remark="and those that others share"),
    "sets.remove": _need(_OWN),
    "sets.restore": _need(_OWN),
    "erasure.preview": _need(
        _SEEN, _P.RECORDS_ERASE, remark="and `records.erase_email_bulk` for several emails"
    ),
    "erasure.erase": _need(_SEEN, _P.RECORDS_ERASE, remark="as preview; never what is held"),
    "erasure.unfinished": _need(
        _SEEN,
        *_ERASING,
        remark="each takes what it was begun with; only if all that is left may be seen",
    ),
    "erasure.resume": _need(_SEEN, *_ERASING, remark="as unfinished"),
    "erasure.abandon": _need(_SEEN, *_ERASING, remark="as unfinished"),
    "erasure.expire": _need(_SEEN, _P.RECORDS_RETENTION),
    "erasure.certificate": _need(_SEEN, _P.RECORDS_ERASE, _P.AUDIT_VIEW),
    "erasure.verify_certificate": _need(_STORE, _P.RECORDS_ERASE, _P.AUDIT_VIEW),
    "keeping.holds": _need(_SEEN),
    "keeping.hold_of": _need(_ONE),
    "keeping.lifted": _need(_SEEN),
    "keeping.lifted_of": _need(_ONE),
    "keeping.hold": _need(_SEEN, _P.RECORDS_HOLD),
    "keeping.lift": _need(_SEEN, _P.RECORDS_HOLD),
    "keeping.rules": _need(_STORE, _P.RECORDS_RETENTION),
    "keeping.set_rules": _need(_STORE, _P.RECORDS_RETENTION),
    "keeping.due": _need(_SEEN, _P.RECORDS_RETENTION),
    "requests.pending": _need(_SEEN, remark="one's own, and what one may decide"),
    "requests.items": _need(_STORE, *_DECIDING, remark="of those pending"),
    "requests.ask_erase": _need(_SEEN, _P.RECORDS_ERASE, remark="as erasure.erase"),
    "requests.ask_lift": _need(_SEEN, _P.RECORDS_HOLD),
    "requests.ask_roll": _KEYS,
    "requests.ask_decrypt": _KEYS,
    "requests.ask_fresh": _KEYS,
    "requests.ask_retention": _need(_STORE, _P.RECORDS_RETENTION),
    "requests.ask_fewer": _GRANT,
    "requests.approve": _need(
        _STORE, *_DECIDING, remark="that of what was asked for, and all of it may be seen"
    ),
    "requests.refuse": _need(_STORE, *_DECIDING, remark="as approve; one's own is taken back"),
    "audit.report": _need(_ONE, remark="what only the window knows of: a link copied, an export"),
    "audit.entries": _need(
        _STORE, _P.AUDIT_VIEW, remark="on what may not be seen: not which, and no detail"
    ),
    "audit.count": _need(_STORE, _P.AUDIT_VIEW),
    "audit.history": _need(_ONE, _P.AUDIT_VIEW),
    "audit.export": _need(_STORE, _P.AUDIT_VIEW, remark="as entries"),
    "audit.anchor": _need(_STORE, _P.AUDIT_VIEW),
    "audit.verify": _need(_STORE, _P.AUDIT_VIEW),
}
"""By facet and method."""
