"""What bringing interactions in does, in every store."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import (
    StoreUnreachableError,
    UsageError,
)
from reviewer.models.changes import Changes
from reviewer.models.ids import US_PER_S, Giid, WallUs
from reviewer.models.interaction import (
    Agent,
    Message,
    Note,
    Outcome,
    ScenarioStep,
    Stretch,
    StretchKind,
    Tombstone,
    TransferKind,
    Word,
)
from reviewer.models.progress import NoProgress
from reviewer.models.recording import PartyRole, RecordingKind, RecordingState
from reviewer.models.scoring import CategoryScore
from reviewer.models.search import Search
from reviewer.storage.store import Incoming
from reviewer.storage.store import Outcome as Landing
from tests.helpers.stores import (
    ADMIN,
    STARTED_US,
    make_giid,
    make_incoming,
    make_interaction,
    make_recording,
    make_segment,
    make_wav,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from reviewer.models.interaction import Interaction
    from reviewer.storage.store import Session, Store

EVERYTHING = Search()


def lose_answers(store: Store, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Let the `number`th transaction from now on be committed, and its answer be lost."""
    database = store._core.database
    write = database.write
    left = [number]

    @contextmanager
    def losing(**how: object) -> Iterator[Connection]:
        with write(**how) as connection:
            yield connection
        left[0] -= 1
        if left[0] == 0:
            raise StoreUnreachableError(store=store.url, reason="it went away")

    monkeypatch.setattr(database, "write", losing)


@pytest.mark.parametrize("number", [1, 2])
def test_content_whose_commit_got_no_answer_is_not_taken_for_left_behind(
    admin: Session, store: Store, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    lose_answers(store, monkeypatch, number)
    with pytest.raises(StoreUnreachableError):
        admin.intake.put([make_incoming(1), make_incoming(2)])
    monkeypatch.undo()
    ids = admin.interactions.ids(EVERYTHING)
    # The first notes what is to be written, the second enters all of it.
    assert len(ids) == (2 if number == 2 else 0)
    for each in ids:
        kept = admin.interactions.get_by_id(each)
        with closing(admin.content.open(kept.id, kept.recordings[0])) as source:
            assert source.size == kept.recordings[0].bytes
    assert store.examine() == ()
    landed, _ = admin.intake.put([make_incoming(1), make_incoming(2)])
    assert all((item.outcome is Landing.UNCHANGED) == (number == 2) for item in landed)
    assert store.examine() == ()


def facts(interaction: Interaction) -> Interaction:
    """Return an interaction without what only a store knows: ids, digests, sizes."""
    return replace(
        interaction,
        id=0,
        segments=tuple(replace(s, id=0) for s in interaction.segments),
        recordings=tuple(
            replace(r, id=0, object_id=None, bytes=0, sha256="") for r in interaction.recordings
        ),
        notes=tuple(replace(n, id=0) for n in interaction.notes),
    )


def rich(number: int = 1) -> Incoming:
    """Return an interaction that has something of everything."""
    start = STARTED_US + number * 3600_000_000
    first = make_segment(
        1,
        started_us=start,
        stretches=(
            Stretch(StretchKind.QUEUE, WallUs(start), WallUs(start + 5_000_000), "sales"),
            Stretch(StretchKind.HOLD, WallUs(start + 9_000_000), WallUs(start + 12_000_000)),
        ),
        transfer=TransferKind.ATTENDED,
        transferred_to=2,
        disposition="",
    )
    second = make_segment(
        2,
        started_us=start + 60_000_000,
        agent=Agent("petrov", "Пётр", "Петров", team="Claims", extension="102"),
        service="Claims",
        disposition="Отказ",
        consultation_of=1,
        connected_to="102",
        party="+7 495 1",
    )
    at = WallUs(start + 1_000_000)
    return make_incoming(
        number,
        started_us=start,
        segments=(first, second),
        recordings=(
            make_recording(start, 1.0, source_name="a.wav"),
            make_recording(
                start,
                1.0,
                kind=RecordingKind.VOICE_CHANNEL,
                party=PartyRole.AGENT,
                channel_parties=(PartyRole.AGENT, PartyRole.CUSTOMER),
                source_name="a-in.wav",
            ),
            make_recording(
                start, 1.0, state=RecordingState.MISSING, source_name="gone.wav", segment_number=2
            ),
        ),
        content={0: make_wav(seed=number), 1: make_wav(seed=number + 1)},
        from_name="Клиент",
        flagged=True,
        voice_signature=True,
        scenario="Main",
        call_problem="Echo",
        account_number="A-1",
        case_number="C-1",
        thread_id="JXA6PDRNQ250",
        subject="Тема",
        km_articles=("How to",),
        sentiment=-0.25,
        custom=(("Region", "Москва"), ("VIP", "")),
        tags=("important",),
        medium="web",
        messages=(
            Message(at, PartyRole.CUSTOMER, "Клиент", "Здравствуйте", sentiment=0.5),
            Message(
                WallUs(at + 5),
                PartyRole.AGENT,
                "Анна",
                "Добрый день",
                ended_us=WallUs(at + 9),
                segment_number=1,
                words=(Word("Добрый", WallUs(at + 5), WallUs(at + 7)),),
            ),
        ),
        steps=(ScenarioStep(1, at, 5, "Main", "SetLanguage.1", "Language", -1, "normal exit"),),
        notes=(Note("ivanova", at, "Перезвонить", segment_number=1),),
    )


def test_everything_told_is_kept(admin: Session) -> None:
    incoming = rich()
    ((landed,), changes) = admin.intake.put([incoming])
    assert landed.outcome is Landing.ADDED
    assert changes.interactions == changes.recordings_of == {landed.interaction_id}
    kept = admin.interactions.get(landed.giid)
    assert kept.id == landed.interaction_id
    assert facts(kept) == facts(incoming.interaction)
    assert [r.bytes for r in kept.recordings] == [16_044, 16_044, 0]
    for place, recording in enumerate(kept.recordings[:2]):
        with closing(admin.content.open(kept.id, recording)) as source:
            assert source.read_at(0, 99_999) == make_wav(seed=1 + place)


def test_it_is_there_after_reopening(store: Store, admin: Session, store_factory) -> None:
    ((landed,), _) = admin.intake.put([rich()])
    before = admin.interactions.get(landed.giid)
    again = store_factory.reopen(store).session(ADMIN)
    assert again.interactions.get(landed.giid) == before


def test_a_second_import_adds_and_changes_nothing(admin: Session) -> None:
    admin.intake.put(rich(n) for n in range(1, 6))
    before = admin.interactions.ids(EVERYTHING)
    everything = [admin.interactions.get_by_id(number) for number in before]
    landed, changes = admin.intake.put(rich(n) for n in range(1, 6))
    assert {item.outcome for item in landed} == {Landing.UNCHANGED}
    assert changes == Changes()
    assert admin.interactions.ids(EVERYTHING) == before
    assert [admin.interactions.get_by_id(number) for number in before] == everything


def test_outcomes_are_in_the_order_of_the_items(admin: Session) -> None:
    admin.intake.put([make_incoming(2)])
    broken = Incoming(make_interaction(9, giid=Giid("no giid")))
    landed, _ = admin.intake.put(
        [make_incoming(1), make_incoming(2), broken, make_incoming(3), make_incoming(1)]
    )
    assert [item.outcome.value for item in landed] == [
        "added",
        "unchanged",
        "rejected",
        "added",
        "unchanged",
    ]
    assert isinstance(landed[2].error, UsageError)


def test_giids_are_one_whatever_their_letter_case(admin: Session) -> None:
    giid = make_giid(1)
    admin.intake.put([make_incoming(1)])
    ((landed,), _) = admin.intake.put([make_incoming(1, giid=Giid(giid.lower()))])
    assert landed.outcome is Landing.UNCHANGED
    assert admin.interactions.get(giid.lower()).giid == giid


def test_more_known_later_updates_and_keeps_the_id(admin: Session) -> None:
    ((first,), _) = admin.intake.put([make_incoming(1, outcome=Outcome.UNKNOWN)])
    before = admin.interactions.get(first.giid)
    scores = [CategoryScore("Greeting", 7)]
    admin.evaluations.save(before.id, 1, scores)
    told = make_incoming(1, scenario="Main", segments=None)
    ((second,), changes) = admin.intake.put([told])
    after = admin.interactions.get(first.giid)
    assert (second.outcome, second.interaction_id) == (Landing.UPDATED, before.id)
    assert changes.interactions == {before.id}
    assert (after.scenario, after.outcome) == ("Main", Outcome.ANSWERED)
    assert after.segments == before.segments
    assert after.recordings == before.recordings
    assert admin.evaluations.of(before.id)[0].scores == tuple(scores)
    assert admin.interactions.rows([before.id])[0].score == 7


def test_silence_forgets_nothing(admin: Session) -> None:
    incoming = rich()
    admin.intake.put([incoming])
    before = admin.interactions.get(make_giid(1))
    bare = make_incoming(
        1,
        started_us=before.started_us,
        segments=tuple(replace(s, id=0) for s in before.segments),
        recordings=(),
        content={},
        outcome=Outcome.UNKNOWN,
        flagged=True,
        voice_signature=True,
    )
    ((landed,), _) = admin.intake.put([bare])
    assert landed.outcome is Landing.UNCHANGED
    assert admin.interactions.get(make_giid(1)) == before


def test_changed_content_takes_the_place_of_the_old(admin: Session) -> None:
    admin.intake.put([make_incoming(1)])
    before = admin.interactions.get(make_giid(1))
    start = before.started_us
    recording = make_recording(start, source_name="call-1.wav")
    longer = make_incoming(1, recordings=(recording,), content={0: make_wav(2.0)})
    ((landed,), changes) = admin.intake.put([longer])
    assert landed.outcome is Landing.UPDATED
    assert changes.recordings_of == {before.id}
    (after,) = admin.interactions.get(make_giid(1)).recordings
    assert after.id == before.recordings[0].id
    with closing(admin.content.open(before.id, after)) as source:
        assert source.read_at(0, 99_999) == make_wav(2.0)
    assert admin.store.stats().content_bytes == len(make_wav(2.0))


def test_a_recording_found_later_joins_those_known(admin: Session) -> None:
    start = STARTED_US + 3600_000_000
    one = make_recording(start, source_name="a.wav")
    two = make_recording(start + 2_000_000, source_name="b.wav")
    admin.intake.put([make_incoming(1, recordings=(one,), content={0: make_wav(seed=1)})])
    admin.intake.put([make_incoming(1, recordings=(two,), content={0: make_wav(seed=2)})])
    kept = admin.interactions.get(make_giid(1))
    assert {r.source_name for r in kept.recordings} == {"a.wav", "b.wav"}
    assert {r.state for r in kept.recordings} == {RecordingState.AVAILABLE}


@pytest.mark.parametrize("names", [("2023/05/a.wav", "a.wav"), ("05/a.wav", "2023/05/a.wav")])
def test_the_same_file_seen_from_another_folder_is_nothing_new(
    admin: Session, names: tuple[str, str]
) -> None:
    outcomes = []
    for name in names:
        recording = make_recording(STARTED_US + 3600_000_000, source_name=name)
        item = make_incoming(1, recordings=(recording,), content={0: make_wav(seed=1)})
        landed, _ = admin.intake.put([item])
        outcomes += [one.outcome for one in landed]
    assert outcomes == [Landing.ADDED, Landing.UNCHANGED]
    (kept,) = admin.interactions.get(make_giid(1)).recordings
    assert kept.source_name == names[0]


def test_a_missing_recording_becomes_available_when_found(admin: Session) -> None:
    start = STARTED_US + 3600_000_000
    missing = make_recording(start, state=RecordingState.MISSING)
    admin.intake.put([make_incoming(1, recordings=(missing,), content={})])
    found = make_recording(start)
    ((landed,), _) = admin.intake.put(
        [make_incoming(1, recordings=(found,), content={0: make_wav()})]
    )
    assert landed.outcome is Landing.UPDATED
    ((recording,), (row,)) = (
        admin.interactions.get(make_giid(1)).recordings,
        admin.interactions.search(EVERYTHING),
    )
    assert recording.state is row.voice is RecordingState.AVAILABLE


def test_deleted_content_does_not_come_back(admin: Session) -> None:
    start = STARTED_US + 3600_000_000
    stone = Tombstone(RecordingKind.VOICE, WallUs(start + 9), "boss", "asked", recordings=1)
    text = Tombstone(RecordingKind.VOICE_TRANSCRIPT, WallUs(start + 9), "boss", "asked")
    deleted = make_recording(start, state=RecordingState.DELETED)
    admin.intake.put(
        [make_incoming(1, recordings=(deleted,), content={}, tombstones=(stone, text))]
    )
    before = admin.interactions.get(make_giid(1))
    message = Message(WallUs(start), PartyRole.CUSTOMER, "", "secret")
    again = make_incoming(
        1,
        recordings=(make_recording(start), make_recording(start + 5, source_name="other.wav")),
        content={0: make_wav(), 1: make_wav(seed=2)},
        messages=(message,),
        scenario="Main",
    )
    ((landed,), _) = admin.intake.put([again])
    after = admin.interactions.get(make_giid(1))
    assert landed.outcome is Landing.UPDATED
    assert after == replace(before, scenario="Main")
    assert admin.interactions.rows([after.id])[0].voice is RecordingState.DELETED
    assert admin.store.stats().content_bytes == 0


def test_progress_names_what_is_written(admin: Session) -> None:
    class Heard(NoProgress):
        def __init__(self) -> None:
            self.said: list[tuple[int, str]] = []

        def report(self, done: int, total: int | None = None, what: str = "") -> None:
            self.said.append((done, what))

    progress = Heard()
    admin.intake.put((make_incoming(n) for n in range(3)), progress=progress)
    assert progress.said == [(n, make_giid(n)) for n in range(3)]


def test_one_piece_of_screen_video_is_kept_once(admin: Session) -> None:
    video = b"webm" * 1000

    def covered(number: int) -> Incoming:
        screen = make_recording(kind=RecordingKind.SCREEN, segment_number=None, seconds=900)
        return make_incoming(number, recordings=(screen,), content={0: video})

    admin.intake.put([covered(1), covered(2)])
    admin.intake.put([covered(3)])
    pieces = [admin.interactions.get(make_giid(n)).recordings[0] for n in (1, 2, 3)]
    assert len({piece.object_id for piece in pieces}) == 1
    assert admin.store.stats().content_bytes == len(video)
    assert admin.store.examine() == ()


def test_the_same_pictures_of_another_time_are_another_piece(admin: Session) -> None:
    """Cutting one of them must not take the other's video along."""
    video = b"webm" * 1000

    def covered(number: int, start_us: int) -> Incoming:
        screen = make_recording(start_us, kind=RecordingKind.SCREEN, segment_number=None)
        return make_incoming(number, recordings=(screen,), content={0: video})

    admin.intake.put([covered(1, STARTED_US), covered(2, STARTED_US + US_PER_S)])
    admin.intake.put([covered(3, STARTED_US + US_PER_S)])
    pieces = [admin.interactions.get(make_giid(n)).recordings[0].object_id for n in (1, 2, 3)]
    assert pieces[0] != pieces[1] == pieces[2]
    assert admin.store.examine() == ()


def test_an_empty_file_is_kept_as_what_it_is(admin: Session) -> None:
    empty = make_recording(spans=(), source_name="empty.wav")
    admin.intake.put([make_incoming(1, recordings=(empty,), content={0: b""})])
    kept = admin.interactions.get(make_giid(1))
    with closing(admin.content.open(kept.id, kept.recordings[0])) as source:
        assert source.size == 0


def test_agents_names_are_filled_in_and_not_forgotten(admin: Session) -> None:
    bare = make_segment(agent=Agent("IVANOVA"))
    admin.intake.put([make_incoming(1), make_incoming(2, segments=(bare,))])
    agent = admin.interactions.get(make_giid(2)).segments[0].agent
    assert agent == Agent("ivanova", "Анна", "Иванова", team="Sales", extension="101")


def test_dispositions_that_differ_in_letter_case_are_different(admin: Session) -> None:
    names = ("Отказ", "ОТКАЗ", "отказ")
    admin.intake.put(
        make_incoming(n, segments=(make_segment(disposition=name),)) for n, name in enumerate(names)
    )
    kept = {admin.interactions.get(make_giid(n)).disposition for n in range(3)}
    assert kept == set(names)
