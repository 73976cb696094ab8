"""How each operation of a session is called, harmlessly, on one interaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reviewer.errors import MediaUnreadableError
from reviewer.models.access import UserChange
from reviewer.models.audit import Act, AuditQuery
from reviewer.models.criteria.line import parse_line
from reviewer.models.derived import DerivedKind
from reviewer.models.encryption import ALL_SEALED
from reviewer.models.erasure import Shared, Unfinished, What
from reviewer.models.ids import CommentId, CriteriaSetId, InteractionId, UserId, WallUs
from reviewer.models.recording import RecordingKind
from reviewer.models.remarks import Place, RemarkKind
from reviewer.models.scoring import CategoryScore
from reviewer.models.search import Search
from reviewer.models.settings import SettingsChange
from reviewer.models.shares import UNKNOWN
from tests.helpers.stores import STARTED_US, make_interaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reviewer.models.bytesource import ByteSource
    from reviewer.models.certificate import Certificate
    from reviewer.models.recording import Recording
    from reviewer.storage.facets.hearing import Heard
    from reviewer.storage.store import Session

    Call = Callable[[Session, "Target"], object]

NOBODY: Final = 10**9
"""An id that nothing has."""
_KINDS: Final = [RecordingKind.VOICE]
_WHAT: Final = {What.VOICE}
_DERIVED: Final = next(iter(DerivedKind))
_JOB: Final = Unfinished(NOBODY, "", WallUs(0), "", (What.VOICE,), Shared.CUT, False, 0, 0)


@dataclass(frozen=True)
class Target:
    """What operations are tried on: an interaction, and a comment on it that somebody else made."""

    id: InteractionId
    giid: str
    recording: Recording
    comment: CommentId
    category: str
    certificate: Certificate
    folder: Path


def _save(s: Session, t: Target) -> object:
    return s.evaluations.save(t.id, 1, [CategoryScore(t.category, 5)])


def _hearer(recording: Recording, source: ByteSource, kept: bytes | None) -> Heard:
    raise MediaUnreadableError(name=recording.source_name, reason="a test")


def _roles(s: Session, _t: Target) -> object:
    return s.people.roles()


CALLS: Final[dict[str, Call]] = {
    "interactions.search": lambda s, _t: s.interactions.search(Search()),
    "interactions.ids": lambda s, _t: s.interactions.ids(Search()),
    "interactions.rows": lambda s, t: s.interactions.rows([t.id]),
    "interactions.count": lambda s, _t: s.interactions.count(Search()),
    "interactions.by_day": lambda s, _t: s.interactions.by_day(Search()),
    "interactions.get": lambda s, t: s.interactions.get(t.giid),
    "interactions.get_by_id": lambda s, t: s.interactions.get_by_id(t.id),
    "interactions.asking_reason": lambda s, t: s.interactions.asking_reason([t.id]),
    "interactions.give_reasons": lambda s, t: s.interactions.give_reasons([t.id], "a complaint"),
    "interactions.give_reason": lambda s, t: s.interactions.give_reason(t.id, "a complaint"),
    "interactions.find": lambda s, t: s.interactions.find(t.giid),
    "interactions.complete": lambda s, _t: s.interactions.complete("service", ""),
    "interactions.snippets": lambda s, t: s.interactions.snippets([t.id], parse_line("text:x")),
    "interactions.custom_fields": lambda s, _t: s.interactions.custom_fields(),
    "interactions.content_states": lambda s, t: s.interactions.content_states([t.id], _KINDS),
    "interactions.recordings_kept": lambda s, t: s.interactions.recordings_kept([t.id]),
    "interactions.newly_deleted": lambda s, _t: s.interactions.newly_deleted(),
    "content.open": lambda s, t: s.content.open(t.id, t.recording).close(),
    "derived.load": lambda s, t: s.derived.load(t.id, t.recording, _DERIVED),
    "derived.keep": lambda s, t: s.derived.keep(t.id, t.recording, _DERIVED, b"computed"),
    "hearing.unheard": lambda s, _t: s.hearing.unheard(),
    "hearing.hear": lambda s, _t: s.hearing.hear([], _hearer),
    "hearing.awaits": lambda s, t: s.hearing.awaits(t.id),
    "hearing.keep": lambda s, t: s.hearing.keep(make_interaction(id=t.id), UNKNOWN),
    "evaluations.categories": lambda s, _t: s.evaluations.categories(),
    "evaluations.rename_categories": lambda s, _t: s.evaluations.rename_categories(
        [category.name for category in s.evaluations.categories()]
    ),
    "evaluations.save": _save,
    "evaluations.of": lambda s, t: s.evaluations.of(t.id),
    "comments.of": lambda s, t: s.comments.of(t.id),
    "comments.add": lambda s, t: s.comments.add(
        t.id, RemarkKind.BOOKMARK, Place(WallUs(STARTED_US))
    ),
    "comments.edit": lambda s, t: s.comments.edit(t.comment, "other words", public=True),
    "comments.delete": lambda s, t: s.comments.delete(t.comment),
    "records.set_tags": lambda s, t: s.records.set_tags(t.id, ["two"]),
    "records.add_note": lambda s, t: s.records.add_note(t.id, "words"),
    "records.dispositions": lambda s, t: s.records.dispositions(t.id, 1),
    "records.change_disposition": lambda s, t: s.records.change_disposition(t.id, 1, "Solved"),
    "records.disposition_history": lambda s, t: s.records.disposition_history(t.id),
    "listening.position": lambda s, t: s.listening.position(t.id),
    "listening.keep": lambda s, t: s.listening.keep(t.id, WallUs(STARTED_US)),
    "intake.put": lambda s, _t: s.intake.put([]),
    "centre.settings": lambda s, _t: s.centre.settings(),
    "centre.change": lambda s, _t: s.centre.change(SettingsChange()),
    "centre.examine": lambda s, _t: s.centre.examine(),
    "centre.unknown_content": lambda s, _t: s.centre.unknown_content(),
    "centre.accept_catalogue": lambda s, _t: s.centre.accept_catalogue(),
    "centre.names": lambda s, _t: s.centre.names(),
    "centre.services": lambda s, _t: s.centre.services(),
    "centre.dispositions": lambda s, _t: s.centre.dispositions(),
    "centre.stats": lambda s, _t: s.centre.stats(),
    "copies.back_up": lambda s, t: s.copies.back_up(t.folder),
    "copies.accept": lambda s, _t: s.copies.accept(),
    "copies.move": lambda s, t: s.copies.move(t.folder),
    "people.me": lambda s, _t: s.people.me,
    "people.ticket": lambda s, _t: s.people.ticket(),
    "people.sign_ins": lambda s, _t: s.people.sign_ins(),
    "people.sign_out": lambda s, _t: s.people.sign_out(NOBODY),
    "people.users": lambda s, _t: s.people.users(),
    "people.add_user": lambda s, _t: s.people.add_user(" ", "", []),
    "people.change_user": lambda s, _t: s.people.change_user(UserId(NOBODY), UserChange()),
    "people.remove_user": lambda s, _t: s.people.remove_user(UserId(NOBODY)),
    "people.set_password": lambda s, _t: s.people.set_password(UserId(NOBODY), "x"),
    "people.change_password": lambda s, _t: s.people.change_password("", "short"),
    "people.unlock": lambda s, _t: s.people.unlock(UserId(NOBODY)),
    "people.explain": lambda s, t: s.people.explain(t.giid),
    "people.roles": _roles,
    "people.add_role": lambda s, _t: s.people.add_role("", ()),
    "people.change_role": lambda s, _t: s.people.change_role("nothing", ()),
    "people.remove_role": lambda s, _t: s.people.remove_role("nothing"),
    "keys.state": lambda s, _t: s.keys.state(),
    "keys.encrypt": lambda s, _t: s.keys.encrypt("", ALL_SEALED),
    "keys.decrypt": lambda s, _t: s.keys.decrypt(),
    "keys.set_sealed": lambda s, _t: s.keys.set_sealed(ALL_SEALED),
    "keys.create": lambda s, _t: s.keys.create(),
    "keys.reencrypt": lambda s, _t: s.keys.reencrypt(),
    "keys.roll": lambda s, _t: s.keys.roll(),
    "keys.change_passphrase": lambda s, _t: s.keys.change_passphrase("x", "y"),
    "keys.make_recovery": lambda s, _t: s.keys.make_recovery(),
    "keys.check_recovery": lambda s, _t: s.keys.check_recovery("x"),
    "keys.use_system": lambda s, _t: s.keys.use_system(kept=False),
    "keys.make_key_file": lambda s, t: s.keys.make_key_file(t.folder / "key"),
    "keys.move_ring": lambda s, t: s.keys.move_ring(t.folder / "ring"),
    "memory.recall": lambda s, _t: s.memory.recall("tried"),
    "memory.keep": lambda s, _t: s.memory.keep("tried", 1),
    "sets.all": lambda s, _t: s.sets.all(),
    "sets.load": lambda s, _t: s.sets.load(CriteriaSetId(NOBODY)),
    "sets.add": lambda s, _t: s.sets.add("tried", None, Search().criteria),
    "sets.overwrite": lambda s, _t: s.sets.overwrite(
        CriteriaSetId(NOBODY), None, Search().criteria
    ),
    "sets.rename": lambda s, _t: s.sets.rename(CriteriaSetId(NOBODY), "other"),
    "sets.share": lambda s, _t: s.sets.share(CriteriaSetId(NOBODY), shared=True),
    "sets.watch": lambda s, _t: s.sets.watch(CriteriaSetId(NOBODY), watched=True),
    "sets.remove": lambda s, _t: s.sets.remove(CriteriaSetId(NOBODY)),
    "sets.restore": lambda s, _t: s.sets.restore(CriteriaSetId(NOBODY)),
    "requests.pending": lambda s, _t: s.requests.pending(),
    "requests.items": lambda s, _t: s.requests.items(999),
    "requests.ask_erase": lambda s, _t: s.requests.ask_erase(
        [], _WHAT, "because", shared=Shared.CUT
    ),
    "requests.ask_lift": lambda s, _t: s.requests.ask_lift([], "because"),
    "requests.ask_roll": lambda s, _t: s.requests.ask_roll("because"),
    "requests.ask_decrypt": lambda s, _t: s.requests.ask_decrypt("because"),
    "requests.ask_fresh": lambda s, _t: s.requests.ask_fresh("because"),
    "requests.ask_retention": lambda s, _t: s.requests.ask_retention([], "because"),
    "requests.ask_fewer": lambda s, _t: s.requests.ask_fewer([], "because"),
    "requests.approve": lambda s, _t: s.requests.approve(999),
    "requests.refuse": lambda s, _t: s.requests.refuse(999),
    "erasure.preview": lambda s, t: s.erasure.preview([t.id], _WHAT),
    "erasure.erase": lambda s, _t: s.erasure.erase([], _WHAT, "because", shared=Shared.CUT),
    "erasure.unfinished": lambda s, _t: s.erasure.unfinished(),
    "erasure.resume": lambda s, _t: s.erasure.resume(_JOB),
    "erasure.abandon": lambda s, _t: s.erasure.abandon(_JOB),
    "erasure.expire": lambda s, _t: s.erasure.expire(),
    "erasure.certificate": lambda s, t: s.erasure.certificate([t.id]),
    "erasure.verify_certificate": lambda s, t: s.erasure.verify_certificate(t.certificate),
    "keeping.holds": lambda s, _t: s.keeping.holds(),
    "keeping.hold_of": lambda s, t: s.keeping.hold_of(t.id),
    "keeping.lifted": lambda s, _t: s.keeping.lifted(),
    "keeping.lifted_of": lambda s, t: s.keeping.lifted_of(t.id),
    "keeping.hold": lambda s, _t: s.keeping.hold([], "because"),
    "keeping.lift": lambda s, _t: s.keeping.lift([], "because"),
    "keeping.rules": lambda s, _t: s.keeping.rules(),
    "keeping.set_rules": lambda s, _t: s.keeping.set_rules([]),
    "keeping.due": lambda s, _t: s.keeping.due(),
    "audit.report": lambda s, t: s.audit.report(Act.LINK_COPIED, t.id),
    "audit.entries": lambda s, t: s.audit.entries(AuditQuery(interaction_id=t.id)),
    "audit.count": lambda s, t: s.audit.count(AuditQuery(interaction_id=t.id)),
    "audit.history": lambda s, t: s.audit.history(t.id),
    "audit.export": lambda s, _t: list(s.audit.export()),
    "audit.anchor": lambda s, _t: s.audit.anchor(),
    "audit.verify": lambda s, _t: s.audit.verify(),
}
