"""Content that was deleted and could not be destroyed yet: told, and apart in certificates."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reviewer.crypto.secret import Secret
from reviewer.models.certificate import certificate_text, read_certificate
from reviewer.models.erasure import Shared, What
from reviewer.models.ids import ObjectId
from reviewer.models.recording import RecordingState
from reviewer.services.certificate_pdf import certificate_pdf
from reviewer.storage.catalogue import landing
from reviewer.storage.local import Encryption, LocalStore, create, open_store
from tests.conformance.test_shared_video import screen
from tests.helpers.stores import ADMIN, SETTINGS, STARTED_US, make_giid, make_incoming

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reviewer.models.erasure import Erased
    from reviewer.storage.store import Session

KEY = b"k" * 32


@pytest.fixture(params=[False, True], ids=["clear", "sealed"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LocalStore]:
    how = Encryption(None, key_file=Secret(KEY)) if request.param else None
    folder = tmp_path / "store"
    with create(folder, settings=SETTINGS, admin_login=ADMIN, encryption=how) as made:
        made.session(ADMIN).intake.put(make_incoming(n) for n in range(1, 4))
        yield made


def path_of(store: LocalStore, number: int) -> Path:
    (recording,) = store.session(ADMIN).interactions.get(make_giid(number)).recordings
    assert recording.object_id is not None
    return store.folder / "vault" / recording.object_id[:2] / recording.object_id


def delete(session: Session, *numbers: int) -> tuple[list[int], Erased]:
    ids = [session.interactions.find(make_giid(number)) for number in numbers]
    told, _ = session.erasure.erase(ids, [What.VOICE], "why", shared=Shared.CUT)
    return ids, told


def reopened(store: LocalStore) -> LocalStore:
    store.close()
    opener = None if store._core.keeper is None else Secret(KEY)
    return open_store(store.folder, opener=opener)


def test_what_cannot_be_removed_is_not_certified(store: LocalStore) -> None:
    session = store.session(ADMIN)
    path = path_of(store, 1)
    data = path.read_bytes()
    # A folder in a file's place cannot be unlinked, whoever tries.
    path.unlink()
    (path / "in the way").mkdir(parents=True)
    ids, told = delete(session, 1)
    other, _ = delete(session, 2)
    assert told.lingering == 1
    certificate = session.erasure.certificate([*ids, *other])
    assert [item.giid for item in certificate.items] == [make_giid(2)]
    assert session.erasure.verify_certificate(certificate) == ()
    for repair in (False, True):
        (finding,) = store.examine(repair=repair)
        assert (finding.code, finding.name) == ("undestroyed_object", path.name)
    shutil.rmtree(path)
    path.write_bytes(data)
    with reopened(store) as again:
        assert not path.exists()
        session = again.session(ADMIN)
        certificate = session.erasure.certificate(ids)
        assert [item.giid for item in certificate.items] == [make_giid(1)]
        assert session.erasure.verify_certificate(certificate) == ()
        assert again.examine() == ()


def test_what_was_deleted_and_is_still_there_is_in_no_backup(
    store: LocalStore, tmp_path: Path
) -> None:
    session = store.session(ADMIN)
    path, other = path_of(store, 1), path_of(store, 2)
    data = path.read_bytes()
    path.unlink()
    (path / "in the way").mkdir(parents=True)
    delete(session, 1)
    shutil.rmtree(path)
    path.write_bytes(data)
    done = session.copies.back_up(tmp_path / "backup")
    copied = {each.name for each in (tmp_path / "backup" / "vault").rglob("*")}
    assert (path.name in copied, other.name in copied, done.missing) == (False, True, 0)
    sums = tmp_path / "backup" / "SHA256SUMS"
    assert path.name not in sums.read_text()
    files = [each for each in (tmp_path / "backup").rglob("*") if each.is_file() and each != sums]
    assert (done.files, done.bytes) == (len(files), sum(each.stat().st_size for each in files))


def test_of_what_was_deleted_at_once_a_certificate_tells_apart_what_is_still_there(
    store: LocalStore,
) -> None:
    session = store.session(ADMIN)
    path = path_of(store, 2)
    path.unlink()
    (path / "in the way").mkdir(parents=True)
    ids, told = delete(session, 1, 2, 3)
    assert told.lingering == 1
    certificate = session.erasure.certificate(ids)
    assert [item.giid for item in certificate.items] == [make_giid(1), make_giid(3)]
    assert [item.giid for item in certificate.lingering] == [make_giid(2)]
    assert session.erasure.verify_certificate(certificate) == ()
    again = read_certificate(certificate_text(certificate).encode(), "")
    assert again == certificate
    # Nobody makes of it that all is gone, nor that less was deleted.
    for forged in (
        replace(certificate, items=certificate.items + certificate.lingering, lingering=()),
        replace(certificate, lingering=()),
        replace(certificate, lingering=(replace(certificate.lingering[0], reason="another"),)),
    ):
        assert session.erasure.verify_certificate(forged)
    pdf = certificate_pdf(certificate, store.settings.zone)
    assert len(pdf) > len(certificate_pdf(replace(certificate, lingering=()), store.settings.zone))
    # What goes later does not make it untrue.
    shutil.rmtree(path)
    with reopened(store) as later:
        session = later.session(ADMIN)
        assert session.erasure.verify_certificate(certificate) == ()
        assert session.erasure.certificate(ids).lingering == ()


def test_interactions_that_share_a_file_linger_together(store: LocalStore) -> None:
    session = store.session(ADMIN)
    recording, data = screen(STARTED_US)
    for number, content in ((11, data), (12, data), (13, data + b"of another")):
        session.intake.put([make_incoming(number, recordings=(recording,), content={0: content})])
    numbers = (11, 12, 13)
    ids = [session.interactions.find(make_giid(number)) for number in numbers]
    paths = [path_of(store, number) for number in numbers]
    assert paths[0] == paths[1] != paths[2]
    paths[0].unlink()
    (paths[0] / "in the way").mkdir(parents=True)
    session.erasure.erase(ids, [What.SCREEN], "why", shared=Shared.CUT)
    certificate = session.erasure.certificate(ids)
    assert [item.giid for item in certificate.items] == [make_giid(13)]
    assert [item.giid for item in certificate.lingering] == [make_giid(11), make_giid(12)]
    assert session.erasure.verify_certificate(certificate) == ()


def test_a_certificate_made_too_early_does_not_verify(store: LocalStore) -> None:
    session = store.session(ADMIN)
    path = path_of(store, 1)
    ids, _ = delete(session, 1)
    certificate = session.erasure.certificate(ids)
    (item,) = certificate.items
    with store._core.database.write() as connection:
        # As it is while its destruction fails.
        landing.enter_pending(connection, [ObjectId(path.name)], item.at_us)
    (wrong,) = session.erasure.verify_certificate(certificate)
    assert make_giid(1) in wrong


@pytest.mark.parametrize("mount_point_stays", [True, False])
def test_what_is_deleted_while_its_disk_is_away_goes_when_it_is_back(
    store: LocalStore, mount_point_stays: bool
) -> None:
    session = store.session(ADMIN)
    path = path_of(store, 1)
    vault, elsewhere = store.folder / "vault", store.folder / "elsewhere"
    shutil.move(vault, elsewhere)
    if mount_point_stays:
        vault.mkdir()
    ids, told = delete(session, 1)
    assert told.lingering == 1
    assert session.erasure.certificate(ids).items == ()
    assert delete(session, 2)[1].lingering == 1
    if mount_point_stays:
        vault.rmdir()
    shutil.move(elsewhere, vault)
    assert path.exists()
    with reopened(store) as again:
        assert not path.exists()
        assert again.examine() == ()
        assert len(again.session(ADMIN).erasure.certificate(ids).items) == 1


def test_what_was_lost_when_it_was_deleted_goes_when_it_turns_up(store: LocalStore) -> None:
    session = store.session(ADMIN)
    path = path_of(store, 1)
    data = path.read_bytes()
    path.unlink()
    store.examine(repair=True)
    assert session.interactions.get(make_giid(1)).recordings[0].state is RecordingState.MISSING
    _, told = delete(session, 1)
    assert told.lingering == 0
    with reopened(store) as again:
        path.write_bytes(data)
        delete(again.session(ADMIN), 2)
        assert not path.exists()
        assert again.examine() == ()
