"""Keys changed by several programs at once, and by calls that were stopped: nothing is lost."""

from __future__ import annotations

import shutil
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import (
    CancelledError,
    ContentKeyGoneError,
    FileUnusableError,
    NotEncryptedError,
    NotFoundError,
    StoreBusyError,
    StoreError,
    StoreNotWritableError,
)
from reviewer.models.audit import Act, AuditQuery
from reviewer.models.encryption import ALL_SEALED, SealedKind
from reviewer.models.erasure import Shared, What
from reviewer.models.progress import NoProgress
from reviewer.models.requests import Guarded
from reviewer.models.settings import Feature, SettingsChange
from reviewer.storage.catalogue.sqlite import driver, file, lone_file
from reviewer.storage.local import LocalStore, open_store
from reviewer.storage.local.encryption import keeper_of
from reviewer.storage.local.requests import LocalRequests
from reviewer.storage.vault.contract import is_sealed
from reviewer.storage.vault.keeper import KeyKeeper
from tests.helpers.encrypted import KEY, PASSPHRASE, begin_import, content_of, encrypt_quickly
from tests.helpers.stores import ADMIN, make_giid, make_incoming, make_store, make_wav

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from reviewer.models.bytesource import ByteSource
    from reviewer.models.ids import ObjectId
    from reviewer.storage.store import Session

COUNT = 3


class Meanwhile(NoProgress):
    """Lets something happen once, when work has just begun."""

    def __init__(self, what: Callable[[], object]) -> None:
        self._what: Callable[[], object] | None = what

    def report(self, done: int, total: int | None = None, what: str = "") -> None:
        happens, self._what = self._what, None
        if happens is not None:
            happens()


def stop() -> None:
    raise CancelledError(resume="")


def other(folder: Path) -> LocalStore:
    """Open the store as another program does."""
    return open_store(folder, opener=KEY, busy_ms=50)


@contextmanager
def fill(store: LocalStore) -> Iterator[Path]:
    """Give the folder of a store with something in it; at the end all of it is there."""
    store.session(ADMIN).intake.put(make_incoming(n) for n in range(COUNT))
    yield store.folder
    store.close()
    with other(store.folder) as again:
        session = again.session(ADMIN)
        for n in range(COUNT):
            assert content_of(session, session.interactions.get(make_giid(n))) == make_wav(seed=n)
        assert again.examine() == ()


def test_a_key_made_while_earlier_ones_are_destroyed_destroys_nothing_else(
    admin: Session, store: LocalStore
) -> None:
    with fill(store) as folder:

        def create() -> None:
            with other(folder) as theirs:
                theirs.session(ADMIN).keys.create()

        done, _ = admin.keys.roll(progress=Meanwhile(create))
        assert (done.rewrapped, done.failed) == (COUNT, ())
        keys = admin.keys.state().keys
        assert [(key.number, key.destroyed_us is None) for key in keys] == [
            (3, True),
            (2, True),
            (1, False),
        ]


def test_two_who_destroy_keys_at_once_leave_one_that_opens_the_catalogue(
    store: LocalStore,
) -> None:
    with fill(store) as folder, other(folder) as first, other(folder) as second:
        store.close()
        for one in (first, second):
            # As long as both have the catalogue open neither comes to the end.
            with first._core.database.read(), pytest.raises(StoreBusyError):
                one.session(ADMIN).keys.roll()
        assert first.session(ADMIN).keys.state().unfinished


def test_a_key_that_one_of_two_destroyed_is_taken_from_nobody_once_the_other_ends(
    store: LocalStore,
) -> None:
    """The one who began first let keys be wrapped again by the one that the second destroyed."""
    with fill(store) as folder, ExitStack() as stack:

        def begin() -> None:
            stack.enter_context(theirs := other(folder))
            opened.append(theirs)
            with other(folder) as second, pytest.raises(StoreBusyError):
                second.session(ADMIN).keys.roll()

        opened: list[LocalStore] = []
        store.close()
        with other(folder) as ours, pytest.raises(StoreBusyError):
            ours.session(ADMIN).keys.roll(progress=Meanwhile(begin))
        opened[0].session(ADMIN).intake.put([make_incoming(7)])
        stack.close()
        with other(folder) as again:
            session = again.session(ADMIN)
            kept = session.interactions.get(make_giid(7))
            assert content_of(session, kept) == make_wav(seed=7)


def test_keys_wrapped_anew_by_two_are_under_the_later_key(
    admin: Session, store: LocalStore
) -> None:
    with fill(store) as folder:
        admin.keys.create()
        keeper = keeper_of(store._core)
        replace = keeper.keys.replace

        def late(keys: object) -> None:
            with other(folder) as theirs:
                theirs_of = keeper_of(theirs._core)
                number = theirs_of.change(lambda ring: ring.with_new_key(9)).current.number
                theirs_of.rewrap(NoProgress())
                assert theirs_of.keys.retire(number)
                theirs_of.change(lambda ring: ring.without_old_keys(number, 10))
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(keeper.keys, "replace", replace)
                replace(keys)  # type: ignore[arg-type]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(keeper.keys, "replace", late)
            admin.keys.reencrypt()
        assert keeper.keys.counts() == {3: COUNT}


def test_what_a_stopped_roll_came_to_is_dead_after_the_next(
    admin: Session, store: LocalStore, tmp_path: Path
) -> None:
    """A copy of between the two has keys under the one that the first made."""
    with fill(store) as folder:
        admin.intake.put([make_incoming(8)])
        gone = admin.interactions.get(make_giid(8))
        name = gone.recordings[0].object_id
        assert name is not None
        with pytest.raises(CancelledError):
            # All keys are wrapped anew by then.
            admin.keys.roll(progress=_StopAtTheEnd())
        assert keeper_of(store._core).keys.counts() == {2: COUNT + 1}
        backup = tmp_path / "backup"
        shutil.copytree(folder, backup)
        admin.erasure.erase([gone.id], {What.VOICE}, "asked for", shared=Shared.CUT)
        admin.keys.roll()
        store.close()
        for of_after in ("keyring.json", "catalogue.sqlite"):
            shutil.copyfile(folder / of_after, backup / of_after)
        for beside in backup.glob("catalogue.sqlite-*"):
            beside.unlink()
        with other(backup) as old:
            assert old._core.vault.exists(name)
            with pytest.raises(ContentKeyGoneError):
                old._core.vault.open(name, "call.wav")


class _StopAtTheEnd(NoProgress):
    def report(self, done: int, total: int | None = None, what: str = "") -> None:
        if total and done == total:
            stop()


def test_what_others_set_meanwhile_stays_when_kinds_are_chosen(
    admin: Session, store: LocalStore
) -> None:
    with other(store.folder) as theirs:
        change = SettingsChange(second_person=frozenset(Guarded))
        theirs_after, _ = theirs.session(ADMIN).centre.change(change)
    admin.keys.set_sealed({SealedKind.VOICE})
    settings = admin.centre.settings()
    assert settings.second_person == theirs_after.second_person != frozenset()
    assert settings.sealed == {SealedKind.VOICE}
    with other(store.folder) as theirs:
        theirs.session(ADMIN).keys.set_sealed({SealedKind.CHAT})
    assert admin.keys.state().sealed == {SealedKind.CHAT}


def test_what_others_chose_to_seal_meanwhile_is_sealed_when_it_comes_in(
    admin: Session, store: LocalStore
) -> None:
    admin.keys.set_sealed({SealedKind.SCREEN})
    with other(store.folder) as theirs:
        theirs.session(ADMIN).keys.set_sealed(ALL_SEALED)
    admin.intake.put([make_incoming(1)])
    kept = admin.interactions.get(make_giid(1))
    assert [is_sealed(recording.object_id) for recording in kept.recordings] == [True]


def test_a_ring_that_cannot_be_where_it_is_to_be_leaves_a_store_in_the_clear(
    tmp_path: Path,
) -> None:
    (tmp_path / "taken").write_text("mine")
    with make_store(tmp_path) as store:
        admin = store.session(ADMIN)
        with pytest.raises(FileUnusableError):
            admin.keys.encrypt(PASSPHRASE, ALL_SEALED, ring_at=tmp_path / "taken")
        assert Feature.ENCRYPTION not in admin.centre.settings().features
    assert (tmp_path / "taken").read_text() == "mine"
    assert not [path for path in store.folder.iterdir() if path.name.startswith("key")]
    open_store(store.folder).close()


def test_what_comes_in_while_a_store_is_decrypted_is_in_the_clear_too(
    admin: Session, store: LocalStore
) -> None:
    """By an import that had begun before, when it was to be sealed."""
    admin.intake.put(make_incoming(n) for n in range(COUNT))
    theirs = other(store.folder)
    end = begin_import(theirs.session(ADMIN), make_incoming(7))

    def import_one() -> None:
        # By now all that is to be decrypted was looked for.
        end()
        theirs.close()

    done, _ = admin.keys.decrypt(progress=Meanwhile(import_one))
    assert (done.unsealed, done.failed, store.is_encrypted) == (COUNT, (), False)
    for n in (0, 7):
        assert content_of(admin, admin.interactions.get(make_giid(n))) == make_wav(seed=n)


def test_what_was_agreed_to_and_done_when_all_was_killed_is_not_done_again(
    admin: Session, store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin.intake.put([make_incoming(1)])
    for login in ("olga", "boris"):
        admin.people.add_user(login, login, ["administrator"])
    olga, boris = store.session("olga"), store.session("boris")
    destruction, _ = olga.requests.ask_roll("a backup is lost")
    clear, _ = olga.requests.ask_decrypt("nobody needs it encrypted")

    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(LocalRequests, "_agree", kill)
        with pytest.raises(KeyboardInterrupt):
            boris.requests.approve(destruction.number)
    store.close()
    with other(store.folder) as again:
        boris = again.session("boris")
        assert [one.number for one in boris.requests.pending()] == [clear.number]
        (entry,) = boris.audit.entries(AuditQuery(acts=(Act.REQUEST_APPROVED.value,)))
        assert (entry.login, entry.detail["asked_by"]) == ("boris", "olga")
        assert entry.detail["request"] == destruction.number
        assert boris.audit.verify().holds
        with monkeypatch.context() as patch:
            patch.setattr(LocalRequests, "_agree", kill)
            with pytest.raises(KeyboardInterrupt):
                boris.requests.approve(clear.number)
        assert not again.is_encrypted
    with open_store(store.folder) as again:
        boris = again.session("boris")
        assert boris.requests.pending() == ()
        with pytest.raises(NotEncryptedError):
            boris.requests.ask_roll("there are no keys")
        # Nor would the same put it into the clear once more.
        encrypt_quickly(again)
        with pytest.raises(NotFoundError):
            boris.requests.approve(clear.number)
        assert again.is_encrypted


def test_a_destruction_that_was_agreed_to_and_not_ended_waits(
    store: LocalStore, admin: Session
) -> None:
    with fill(store) as folder:
        for login in ("olga", "boris"):
            admin.people.add_user(login, login, ["administrator"])
        request, _ = store.session("olga").requests.ask_roll("a backup is lost")
        store.close()
        with (
            other(folder) as again,
            other(folder) as reading,
            reading._core.database.read(),
            pytest.raises(StoreBusyError),
        ):
            again.session("boris").requests.approve(request.number)
        with other(folder) as again:
            boris = again.session("boris")
            assert [one.number for one in boris.requests.pending()] == [request.number]
            boris.requests.approve(request.number)
            assert boris.requests.pending() == ()


@pytest.mark.parametrize("found", ["its key", "an empty file"])
def test_what_is_written_anew_while_it_is_opened_opens(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch, found: str
) -> None:
    """Its ring was read before, its catalogue after: that is no damage."""
    with fill(store) as folder:
        store.close()
        look_inside = file.look_inside
        rolls = iter([1])

        def late(*values: object) -> object:
            for _ in rolls:
                with other(folder) as theirs:
                    theirs.session(ADMIN).keys.roll()
                if found == "an empty file":
                    raise StoreNotWritableError(store=str(folder))
            return look_inside(*values)  # type: ignore[arg-type]

        monkeypatch.setattr(file, "look_inside", late)
        with other(folder) as opened:
            assert opened.session(ADMIN).keys.state().keys[1].destroyed_us is not None


def test_what_was_wrapped_anew_while_its_key_was_looked_for_has_one(
    admin: Session, store: LocalStore
) -> None:
    admin.intake.put([make_incoming(1)])
    ours, changes = keeper_of(store._core), iter([1])
    with closing(KeyKeeper(store.folder, "theirs", ours.ring)) as theirs:

        def roll() -> None:
            number = theirs.change(lambda ring: ring.with_new_key(9)).current.number
            theirs.rewrap(NoProgress())
            assert theirs.keys.retire(number)
            theirs.change(lambda ring: ring.without_old_keys(number, 10))

        roll()
        reload = ours.reload

        def late() -> None:
            for _ in changes:
                roll()
            reload()

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ours, "reload", late)
            call = admin.interactions.get(make_giid(1))
            assert content_of(admin, call) == make_wav(seed=1)


def test_content_of_copies_is_dead_also_while_another_has_the_store_open(
    admin: Session, store: LocalStore, tmp_path: Path
) -> None:
    with fill(store) as folder:
        admin.intake.put([make_incoming(8)])
        gone = admin.interactions.get(make_giid(8))
        name = gone.recordings[0].object_id
        assert name is not None
        backup = tmp_path / "backup"
        shutil.copytree(folder, backup)
        admin.erasure.erase([gone.id], {What.VOICE}, "asked for", shared=Shared.CUT)
        store.close()
        with (
            other(folder) as ours,
            other(folder) as theirs,
            theirs._core.database.read(),
            pytest.raises(StoreBusyError),
        ):
            ours.session(ADMIN).keys.roll()
        shutil.copyfile(folder / "keyring.json", backup / "keyring.json")
        # The catalogue is still to be written anew, and its old key is there until it is.
        with other(backup) as old:
            assert old.session(ADMIN).keys.state().unfinished
            assert old._core.vault.exists(name)
            with pytest.raises(ContentKeyGoneError):
                old._core.vault.open(name, "call.wav")
        with other(folder) as again:
            again.session(ADMIN).keys.roll()
            assert not again.session(ADMIN).keys.state().unfinished


@pytest.mark.parametrize("act", ["roll", "move"])
def test_who_waits_for_a_file_that_is_replaced_does_not_work_on_what_is_left_of_it(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, act: str
) -> None:
    """What is left is empty: an empty catalogue took the place of the new one."""
    with fill(store) as folder:
        store.close()
        be_quiet, rolls = driver.be_quiet, iter([1])

        def late(raw: object) -> None:
            # By now the file of before is open, and not locked yet.
            for _ in rolls:
                with other(folder) as theirs:
                    theirs.session(ADMIN).keys.roll()
            be_quiet(raw)

        with other(folder) as ours:
            session = ours.session(ADMIN)
            acts: dict[str, Callable[[], object]] = {
                "roll": session.keys.roll,
                "move": lambda: session.copies.move(tmp_path / "elsewhere"),
            }
            monkeypatch.setattr(lone_file.driver, "be_quiet", late)
            with pytest.raises(StoreBusyError):
                acts[act]()
            monkeypatch.undo()
        assert not (tmp_path / "elsewhere").exists()


def test_a_ring_that_is_put_back_keeps_what_another_changed_meanwhile(
    store: LocalStore, tmp_path: Path
) -> None:
    """As where the move could not be noted in the log: the key made by then was lost."""
    with fill(store) as folder:
        store.close()
        with other(folder) as ours, other(folder) as theirs:
            put_back = keeper_of(ours._core).move_ring(tmp_path / "ring")
            session = theirs.session(ADMIN)
            session.keys.create()
            session.intake.put([make_incoming(8)])
            put_back()
        assert not (tmp_path / "ring").exists()
        with other(folder) as again:
            assert not keeper_of(again._core).ring.home
            session = again.session(ADMIN)
            kept = session.interactions.get(make_giid(8))
            assert content_of(session, kept) == make_wav(seed=8)


def test_nothing_is_sealed_any_more_once_the_ring_is_gone(
    admin: Session, store: LocalStore, tmp_path: Path
) -> None:
    """As where decrypting a store on a server was killed between the ring and the keys."""
    with fill(store) as folder:
        ring = (folder / "keyring.json").rename(tmp_path / "ring")
        with pytest.raises(StoreError, match="open it again"):
            admin.intake.put([make_incoming(8)])
        ring.rename(folder / "keyring.json")
        admin.intake.put([make_incoming(8)])


def test_what_is_written_anew_between_looking_it_up_and_opening_its_file_opens(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file of before is gone by then: it was called missing."""
    with fill(store) as folder:
        admin = store.session(ADMIN)
        call = admin.interactions.get(make_giid(1))
        before = call.recordings[0].object_id
        vault, changes = store._core.vault, iter([1])
        really = vault.open

        def late(object_id: ObjectId, name: str) -> ByteSource:
            for _ in changes:
                with other(folder) as theirs:
                    keys = theirs.session(ADMIN).keys
                    keys.create()
                    keys.reencrypt(afresh=True)
            return really(object_id, name)

        monkeypatch.setattr(vault, "open", late)
        assert content_of(admin, call) == make_wav(seed=1)
        assert admin.interactions.get(make_giid(1)).recordings[0].object_id != before


def test_who_had_nothing_open_while_the_keys_changed_goes_on_with_the_new_ones(
    admin: Session, store: LocalStore
) -> None:
    """Between two calls a program may have no connection, and others write the file anew."""
    with fill(store) as folder:
        for again in (admin.keys.state, admin.keys.roll):
            # What needs the file alone leaves no connection behind.
            admin.keys.roll()
            with other(folder) as theirs:
                theirs.session(ADMIN).keys.roll()
            again()
        assert content_of(admin, admin.interactions.get(make_giid(1))) == make_wav(seed=1)
        assert not admin.keys.state().unfinished


def test_who_had_nothing_open_while_the_store_was_decrypted_is_told_so(
    admin: Session, store: LocalStore
) -> None:
    store.session(ADMIN).intake.put([make_incoming(1)])
    admin.keys.roll()
    with other(store.folder) as theirs:
        theirs.session(ADMIN).keys.decrypt()
    with pytest.raises(StoreError, match="open it again"):
        admin.keys.state()
    with pytest.raises(StoreError, match="open it again"):
        admin.interactions.get(make_giid(1))
