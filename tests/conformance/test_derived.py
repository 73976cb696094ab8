"""What is computed of recordings and kept, in every store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reviewer.errors import NotFoundError
from reviewer.models.derived import DerivedKind
from reviewer.models.erasure import Shared, What
from tests.helpers.stores import ADMIN, make_giid, make_incoming

if TYPE_CHECKING:
    from pathlib import Path

    from reviewer.models.interaction import Interaction
    from reviewer.storage.store import Session, Store

DATA = b"what its waveform is drawn from" * 40
PEAKS, ACTIVITY = DerivedKind


@pytest.fixture
def call(admin: Session) -> Interaction:
    admin.intake.put([make_incoming(1), make_incoming(2)])
    return admin.interactions.get(make_giid(1))


def kept(session: Session, call: Interaction, kind: DerivedKind = PEAKS) -> bytes | None:
    return session.derived.load(call.id, call.recordings[0], kind)


def keep(session: Session, call: Interaction, kind: DerivedKind = PEAKS) -> None:
    session.derived.keep(call.id, call.recordings[0], kind, DATA)


def files(store: Store) -> list[Path]:
    folder = store.folder / "derived"  # type: ignore[attr-defined]  # of local stores
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_kept_is_had_again(store: Store, admin: Session, call: Interaction, store_factory):
    assert kept(admin, call) is None
    keep(admin, call)
    assert (kept(admin, call), kept(admin, call, ACTIVITY)) == (DATA, None)
    keep(admin, call, ACTIVITY)
    admin.derived.keep(call.id, call.recordings[0], PEAKS, b"computed anew")
    assert (kept(admin, call), kept(admin, call, ACTIVITY)) == (b"computed anew", DATA)
    # Of the same form it is the same: what is there is put in the place of by nobody.
    admin.derived.keep(call.id, call.recordings[0], ACTIVITY, DATA[:8] + b"all of it is silence")
    assert kept(admin, call, ACTIVITY) == DATA
    assert store.stats().derived_bytes >= len(DATA)
    again = store_factory.reopen(store)
    assert kept(again.session(ADMIN), call, ACTIVITY) == DATA
    assert again.examine() == ()


def test_it_is_sealed_where_the_recording_is(store: Store, admin: Session, call: Interaction):
    keep(admin, call)
    (file,) = files(store)
    assert (b"waveform" in file.read_bytes()) is not store.is_encrypted


def test_what_is_damaged_is_as_good_as_missing(store: Store, admin: Session, call: Interaction):
    keep(admin, call)
    (file,) = files(store)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    assert kept(admin, call) is None
    assert [f.code for f in store.examine()] == ["damaged_derived"]
    assert [f.repaired for f in store.examine(repair=True)] == [True]
    assert store.examine() == ()
    keep(admin, call)
    assert kept(admin, call) == DATA
    (file,) = files(store)
    file.write_bytes(b"")
    assert kept(admin, call) is None


def test_it_goes_with_the_recording(store: Store, admin: Session, call: Interaction):
    keep(admin, call)
    keep(admin, call, ACTIVITY)
    other = admin.interactions.get(make_giid(2))
    keep(admin, other)
    admin.erasure.erase([call.id], [What.VOICE], "asked", shared=Shared.CUT)
    assert kept(admin, call) is None
    assert len(files(store)) == 1
    assert kept(admin, other) == DATA
    # Whoever was still computing keeps nothing.
    keep(admin, call)
    assert len(files(store)) == 1
    assert store.examine() == ()


def test_many_go_at_once(store: Store, admin: Session):
    admin.intake.put(make_incoming(number) for number in range(100, 200))
    calls = [admin.interactions.get(make_giid(number)) for number in range(100, 200)]
    for call in calls[::20]:
        keep(admin, call)
    admin.erasure.erase([call.id for call in calls], [What.VOICE], "asked", shared=Shared.CUT)
    assert files(store) == []
    assert store.examine() == ()


def test_a_deletion_in_the_middle_of_it(store: Store, admin: Session, call: Interaction, kill_put):
    """The recording goes between the writing of what was computed and its keeping."""
    kill_put(lambda: admin.erasure.erase([call.id], [What.VOICE], "asked", shared=Shared.CUT))
    keep(admin, call)
    assert files(store) == []
    assert store.examine() == ()


@pytest.fixture
def kill_put(monkeypatch: pytest.MonkeyPatch):
    from reviewer.storage.vault.derived import DerivedVault

    def arrange(deed):
        real = DerivedVault.put

        def put(vault, object_id, kind, data):
            real(vault, object_id, kind, data)
            deed()

        monkeypatch.setattr(DerivedVault, "put", put)

    return arrange


def test_who_may_not_see_the_recording_has_nothing(store: Store, admin: Session, call: Interaction):
    keep(admin, call)
    admin.people.add_user("other", "Other", ["supervisor"], teams=["Claims"])
    other = store.session("other")
    with pytest.raises(NotFoundError):
        kept(other, call)
    with pytest.raises(NotFoundError):
        keep(other, call)
