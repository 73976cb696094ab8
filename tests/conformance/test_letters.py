"""Emails deleted one message at a time, in every store."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import ContentGoneError, NotFoundError, RefusedError, UsageError
from reviewer.models.access import Privilege
from reviewer.models.audit import AuditQuery
from reviewer.models.certificate import certificate_text, read_certificate
from reviewer.models.criteria.line import parse_line
from reviewer.models.erasure import Shared, What
from reviewer.models.ids import WallUs
from reviewer.models.interaction import Message
from reviewer.models.letters import letters_of
from reviewer.models.recording import PartyRole, RecordingState
from reviewer.models.search import Search
from reviewer.storage.store import Outcome
from tests.helpers.emails import TEXTS, case
from tests.helpers.stores import ADMIN, STARTED_US, make_giid, make_segment

if TYPE_CHECKING:
    from reviewer.models.erasure import Erased
    from reviewer.models.interaction import Interaction
    from reviewer.models.letters import Letter
    from reviewer.storage.store import Session, Store

GONE, THERE = RecordingState.DELETED, RecordingState.AVAILABLE


def get(session: Session, number: int = 1) -> Interaction:
    return session.interactions.get(make_giid(number))


def erase(session: Session, place: int, reason: str = "просьба клиента", **more: object) -> Erased:
    email = get(session)
    what = more.pop("what", [What.EMAIL])
    letter = letters_of(email)[place]
    more = {"shared": Shared.CUT, "letter": letter} | more
    return session.erasure.erase([email.id], what, reason, **more)[0]


def found(session: Session, line: str) -> int:
    return session.interactions.count(Search(parse_line(line))).n


def row_state(session: Session) -> RecordingState | None:
    return session.interactions.rows([get(session).id])[0].email


def test_one_message_goes_and_the_others_stay(admin: Session) -> None:
    admin.intake.put([case()])
    before = get(admin)
    assert [letter.recording for letter in letters_of(before)] == [0, 1, 2]
    told = admin.erasure.preview([before.id], [What.EMAIL], letters_of(before)[1])
    assert (told.losses[What.EMAIL].files, told.losses[What.EMAIL].texts) == (1, 1)
    assert list(erase(admin, 1).interactions) == [before.giid]
    after = get(admin)
    assert [message.text for message in after.messages] == [TEXTS[0], "", TEXTS[2]]
    # Who wrote it when is statistics.
    assert after.messages[1] == replace(before.messages[1], text="", sentiment=None)
    assert [recording.state for recording in after.recordings] == [THERE, GONE, THERE]
    (stone,) = after.tombstones
    assert (stone.by, stone.reason, stone.message, stone.recording) == (
        ADMIN, "просьба клиента", 1, 1,
    )  # fmt: skip
    assert [letter.gone for letter in letters_of(after)] == [None, stone, None]
    assert (after.subject, row_state(admin)) == ("Жалоба Петрова", THERE)
    with pytest.raises(ContentGoneError):
        admin.content.open(after.id, before.recordings[1])
    assert not admin.store.examine()


def test_nothing_finds_it(admin: Session) -> None:
    admin.intake.put([case(), case(2, ("другое",))])
    erase(admin, 1)
    assert (found(admin, "оплата"), found(admin, "баланс"), found(admin, "благодарю")) == (0, 1, 1)
    assert found(admin, "subject:~жалоба") == 2
    erase(admin, 0)
    # The subject goes with the first message.
    assert found(admin, "subject:~жалоба") == 1
    assert (get(admin).subject, found(admin, "баланс")) == ("", 0)
    assert not admin.store.examine()


def test_the_row_turns_grey_with_the_last_one(admin: Session) -> None:
    admin.intake.put([case()])
    states = []
    for place in (2, 0, 1):
        erase(admin, place)
        states.append((row_state(admin), found(admin, "deleted:yes")))
    assert states[-1] == (GONE, 1)
    assert [state for state, _ in states[:2]] == [THERE, THERE]
    nothing = erase(admin, 1)
    assert (nothing.interactions, nothing.nothing) == ({}, 1)
    assert admin.erasure.erase(
        [get(admin).id], [What.EMAIL], "again", shared=Shared.CUT
    )[0].nothing == 1  # fmt: skip
    assert len(get(admin).tombstones) == 3


@pytest.mark.parametrize("files", [True, False])
def test_it_does_not_come_back_with_another_import(admin: Session, files: bool) -> None:
    admin.intake.put([case(files=files)])
    erase(admin, 0)
    erase(admin, 1)
    (same,), _ = admin.intake.put([case(files=files)])
    assert same.outcome is Outcome.UNCHANGED
    # More is told now: another text of each, one more message; and under other names of files.
    fresh = (*(f"{text} снова" for text in TEXTS), "новое письмо")
    for names in ("{}.eml", "other{}.eml"):
        admin.intake.put([case(texts=fresh, files=files, names=names)])
        after = get(admin)
        texts = [message.text for message in after.messages]
        assert texts == ["", "", "благодарю вас снова", "новое письмо"]
        assert (after.subject, len(after.tombstones)) == ("", 2)
        there = [r for r in after.recordings if r.state is THERE]
        gone = [r for r in after.recordings if r.state is GONE]
        assert len(gone) == (2 if files else 0)
        assert {message.recording for message in after.messages} <= {None, *range(9)}
        for recording in there:
            with closing(admin.content.open(after.id, recording)) as source:
                said = source.read_at(0, 999).decode()
            assert "снова" in said or "новое" in said
            assert TEXTS[0] not in said
            assert TEXTS[1] not in said
    assert (found(admin, "баланс"), found(admin, "новое")) == (0, 1)
    assert not admin.store.examine()


def told(*messages: tuple[float, str]) -> tuple[Message, ...]:
    """Return messages of a customer, by minutes since the start and texts."""
    role, minute = PartyRole.CUSTOMER, 60_000_000
    return tuple(
        Message(WallUs(STARTED_US + round(at * minute)), role, "a", text) for at, text in messages
    )


ONE_MINUTE = told((0, "first"), (0, "SECRET"))
TWO_MINUTES = told((0, "first"), (1, "SECRET"))


@pytest.mark.parametrize(
    ("before", "after", "texts"),
    [
        (ONE_MINUTE, told((0, "first"), (0, "SECRET"), (5, "third")), ["first", "", "third"]),
        (ONE_MINUTE, told((0, "SECRET"), (0, "first")), ["first", ""]),
        (ONE_MINUTE, told((0, "first!"), (0, "SECRET!")), ["first!", ""]),
        (ONE_MINUTE, told((0, "SECRET!")), ["first", ""]),
        (ONE_MINUTE, told((0, "and"), (0, "first"), (0, "SECRET")), ["first", ""]),
        (TWO_MINUTES, told((60, "first"), (61, "SECRET")), ["first", ""]),
        (TWO_MINUTES, told((1, "first"), (2, "SECRET"), (9, "third")), ["first", "", "third"]),
        (TWO_MINUTES, told((1, "first!"), (2, "SECRET!")), ["first!", ""]),
        (TWO_MINUTES, told((1 / 60, "first"), (61 / 60, "SECRET")), ["first", ""]),
        # Only its own time moved, as by rounding.
        (TWO_MINUTES, told((0, "first"), (2, "SECRET"), (5, "third")), ["first", "", "third"]),
        (TWO_MINUTES, told((0, "first"), (0.5, "SECRET")), ["first", ""]),
        (TWO_MINUTES, told((7, "SECRET")), ["first", ""]),
        # The times may have moved in several ways.
        (TWO_MINUTES, told((1, "1st"), (2, "SECRET!"), (4, "a"), (5, "b")), ["first", ""]),
    ],
)
def test_a_deleted_text_stays_out_and_covers_nothing(
    admin: Session,
    before: tuple[Message, ...],
    after: tuple[Message, ...],
    texts: list[str],
) -> None:
    bare = {"files": False, "recordings": (), "content": {}}
    admin.intake.put([case(texts=(), messages=before, **bare)])
    erase(admin, 1)
    # Twice: times that moved are known again.
    for _ in range(2):
        admin.intake.put([case(texts=(), messages=after, **bare)])
        assert [message.text for message in get(admin).messages] == texts
    assert found(admin, "SECRET") == 0
    assert not admin.store.examine()


def test_files_of_what_is_gone_stay_out_under_any_name(admin: Session) -> None:
    admin.intake.put([case(texts=TEXTS, messages=())])
    erase(admin, 1)
    admin.intake.put([case(texts=TEXTS, messages=(), names="other{}.eml")])
    admin.intake.put([case(texts=(*TEXTS, "новое"), messages=())])
    after = get(admin)
    assert [r.source_name for r in after.recordings] == ["0.eml", "1.eml", "2.eml", "3.eml"]
    assert [r.state for r in after.recordings] == [THERE, GONE, THERE, THERE]


def test_the_rest_can_go_at_once_or_expire(admin: Session) -> None:
    admin.intake.put([case()])
    erase(admin, 0)
    erased, _ = admin.erasure.erase([get(admin).id], [What.EMAIL], "rest", shared=Shared.CUT)
    assert erased.losses[What.EMAIL].files == 2
    after = get(admin)
    assert (after.messages, row_state(admin)) == ((), GONE)
    assert [stone.recordings for stone in after.tombstones] == [1, 2]
    assert not admin.store.examine()


def test_a_hold_keeps_it(admin: Session) -> None:
    admin.intake.put([case()])
    admin.keeping.hold([get(admin).id], "court")
    assert erase(admin, 0).held == (make_giid(1),)
    assert get(admin).messages[0].text == TEXTS[0]


def test_the_log_and_a_certificate_tell_of_each(admin: Session) -> None:
    admin.intake.put([case()])
    erase(admin, 2, "first reason")
    erase(admin, 0, "second reason")
    entries = admin.audit.entries(AuditQuery(acts=("deleted",)))
    assert [(entry.detail["message"], entry.detail["recordings"]) for entry in entries] == [
        (1, 1),
        (3, 1),
    ]
    certificate = admin.erasure.certificate([get(admin).id])
    assert [(item.reason, item.message) for item in certificate.items] == [
        ("first reason", 3),
        ("second reason", 1),
    ]
    assert read_certificate(certificate_text(certificate).encode(), "c") == certificate
    assert admin.erasure.verify_certificate(certificate) == ()
    # Nothing else than what the log says, of no other message, and not of the whole email.
    for change in ({"reason": "another"}, {"message": 2}, {"message": None}):
        changed = replace(certificate.items[0], **change)
        told = replace(certificate, items=(changed,))
        assert "the log does not say so" in " ".join(admin.erasure.verify_certificate(told))


def test_a_certificate_of_all_of_an_email_names_no_message(admin: Session) -> None:
    admin.intake.put([case()])
    admin.erasure.erase([get(admin).id], [What.EMAIL], "all", shared=Shared.CUT)
    certificate = admin.erasure.certificate([get(admin).id])
    assert [item.message for item in certificate.items] == [None]
    assert '"message"' not in certificate_text(certificate)
    assert admin.erasure.verify_certificate(certificate) == ()


def test_a_message_that_is_another_now_is_refused(admin: Session, store: Store) -> None:
    admin.intake.put([case()])
    email = get(admin)
    known = letters_of(email)[0]

    def refused(letter: Letter, *ids: int) -> None:
        admin.erasure.erase(ids or [email.id], [What.EMAIL], "r", shared=Shared.CUT, letter=letter)

    for letter in (replace(known, at_us=WallUs(1)), replace(known, number=9, message=9)):
        with pytest.raises(NotFoundError):
            refused(letter)
    admin.intake.put([case(2)])
    with pytest.raises(UsageError):
        refused(known, email.id, get(admin, 2).id)
    assert get(admin).tombstones == ()


def test_files_in_another_order_go_with_their_own_messages(admin: Session) -> None:
    came = case()
    turned = replace(came.interaction, recordings=came.interaction.recordings[::-1])
    content = {2 - place: opener for place, opener in came.content.items()}
    admin.intake.put([replace(came, interaction=turned, content=content)])
    erase(admin, 1)
    erase(admin, 0)
    (left,) = [r for r in get(admin).recordings if r.state is THERE]
    with closing(admin.content.open(get(admin).id, left)) as source:
        assert TEXTS[2] in source.read_at(0, 999).decode()


def test_a_message_whose_file_is_not_known_does_not_go_alone(admin: Session) -> None:
    files = case(texts=TEXTS[:2]).interaction.recordings
    named = tuple(replace(r, source_name=n) for r, n in zip(files, "ba", strict=True))
    admin.intake.put([case(2, texts=TEXTS[:2], recordings=named)])
    email = get(admin, 2)
    assert len(letters_of(email)) == 4
    for letter in letters_of(email):
        with pytest.raises(UsageError, match="which file"):
            admin.erasure.preview([email.id], [What.EMAIL], letter)
        with pytest.raises(UsageError, match="which file"):
            admin.erasure.erase([email.id], [What.EMAIL], "r", shared=Shared.CUT, letter=letter)
    assert get(admin, 2).tombstones == ()
    told, _ = admin.erasure.erase([email.id], [What.EMAIL], "all", shared=Shared.CUT)
    assert (told.losses[What.EMAIL].files, get(admin, 2).messages) == (2, ())


@pytest.fixture
def eraser(admin: Session, store: Store) -> Session:
    """Return the session of a user who may delete, but not many emails at once."""
    role, _ = admin.people.add_role("Eraser", {Privilege.RECORDS_ERASE, Privilege.LISTEN_ALL})
    admin.people.add_user("eraser", "E", [role.key])
    return store.session("eraser")


def test_a_refused_call_leaves_nothing_that_goes_on(admin: Session, eraser: Session) -> None:
    admin.intake.put([case(), case(2)])
    ids = [get(admin, number).id for number in (1, 2)]
    known = letters_of(get(admin))[1]
    for session in (eraser, admin):
        for letter in (known, replace(known, number=9, message=9)):
            with pytest.raises(UsageError):
                session.erasure.erase(
                    ids, [What.EMAIL], "r", shared=Shared.CUT, letter=letter
                )  # fmt: skip
            with pytest.raises(UsageError):
                session.erasure.preview(ids, [What.EMAIL], letter)
    assert admin.erasure.unfinished() == ()
    assert get(admin).tombstones == ()


def test_one_message_takes_less_than_all(admin: Session, eraser: Session) -> None:
    admin.intake.put([case(segments=(make_segment(),)), case(2, messages=())])
    for number in (1, 2):
        with pytest.raises(RefusedError):
            eraser.erasure.erase([get(admin, number).id], [What.EMAIL], "a", shared=Shared.CUT)
    assert list(erase(eraser, 0).interactions) == [make_giid(1)]
    assert list(erase(eraser, 2).interactions) == [make_giid(1)]
    # One message is left of the chain: that is not several.
    told, _ = eraser.erasure.erase([get(admin).id], [What.EMAIL], "rest", shared=Shared.CUT)
    assert told.losses[What.EMAIL].files == 1
