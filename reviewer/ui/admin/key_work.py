"""What the page of encryption has done in the pool, and what it says of a store's state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.messages import format_count, ntr, tr
from reviewer.services.wording import words_of_older_ring

if TYPE_CHECKING:
    from reviewer.models.changes import Changes
    from reviewer.models.encryption import EncryptionState, KeyInfo, Reencrypted, SealedKind
    from reviewer.storage.store import Session
    from reviewer.ui.tasks import TaskProgress


_FAILED_NAMED: Final = 5


def told(state: EncryptionState) -> str:
    """Return what is still to be done, "" for nothing."""
    said = []
    if state.in_clear:
        clear = ntr("{n} object is still in the clear.", "{n} objects are still in the clear.",
                    state.in_clear)  # fmt: skip
        said.append(clear)
    if state.outdated:
        old = ntr("{n} object is under an earlier key.", "{n} objects are under earlier keys.",
                  state.outdated)  # fmt: skip
        said.append(old)
    if said:
        said.append(tr("Re-encrypting moves all of it under the current key."))
    if state.unfinished:
        unfinished = tr(
            "Destroying earlier keys did not end; it can go on once no other program has the "
            "store open."
        )
        said.append(unfinished)
    if state.encrypted and not state.sealed:
        nothing = tr(
            "Only the catalogue is encrypted: putting the store into the clear was begun and did "
            "not end. It can go on; or tick what is to be encrypted, save, and re-encrypt."
        )
        said.insert(0, nothing)
    if state.unknown:
        said.insert(0, words_of_older_ring(state.unknown))
    if state.ring_of:
        shared = tr(
            "Its key ring belongs to the store {other}, of which this is a copy: keys cannot be "
            "changed here until it has a ring of its own ({command}) or the other is gone.",
            other=state.ring_of,
            command="reviewer keys ring FILE",
        )
        said.insert(0, shared)
    return " ".join(said)


def nothing_old() -> str:
    """Return why nothing can be written anew where all is under the current key."""
    return tr(
        "Nothing is under an earlier key; if the current one may be known, create a new one first"
    )


def done_words(said: str, done: Reencrypted) -> str:
    """Return what was done, and to how many objects; `said`: translated, true if all went well."""
    moved = done.sealed + done.unsealed + done.rewrapped
    if done.failed:
        return ntr("Done: {n} object.", "Done: {n} objects.", moved)
    return " ".join((said, tr("Objects: {n}.", n=format_count(moved))))


def failed_words(done: Reencrypted) -> tuple[str, str]:
    """Return that some could not be read, and the first of them with the reasons."""
    n = len(done.failed)
    title = ntr("{n} could not be read", "{n} could not be read", n)
    return title, "\n".join(f"{name}: {why}" for name, why in done.failed[:_FAILED_NAMED])


def state(session: Session, _progress: TaskProgress) -> EncryptionState:
    """Return how the store is encrypted."""
    return session.keys.state()


def encrypt(
    session: Session, passphrase: str, sealed: frozenset[SealedKind], progress: TaskProgress
) -> tuple[Reencrypted, Changes]:
    """Encrypt it."""
    return session.keys.encrypt(passphrase, sealed, progress=progress)


def seal(session: Session, sealed: frozenset[SealedKind], _progress: TaskProgress) -> Changes:
    """Choose the kinds that are sealed."""
    return session.keys.set_sealed(sealed)


def create(session: Session, _progress: TaskProgress) -> tuple[KeyInfo, Changes]:
    """Make a new key."""
    return session.keys.create()


def reencrypt(session: Session, progress: TaskProgress) -> tuple[Reencrypted, Changes]:
    """Move all content under the current key."""
    return session.keys.reencrypt(progress=progress)


def write_anew(session: Session, progress: TaskProgress) -> tuple[Reencrypted, Changes]:
    """Write what is under earlier keys anew, each object with a key of its own."""
    return session.keys.reencrypt(afresh=True, progress=progress)


def use_system(session: Session, kept: bool, _progress: TaskProgress) -> None:
    """Let this machine's key store open the store, or no more."""
    session.keys.use_system(kept=kept)


def roll(session: Session, progress: TaskProgress) -> tuple[Reencrypted, Changes]:
    """Move everything under a new key and destroy the others."""
    return session.keys.roll(progress=progress)


def decrypt(session: Session, progress: TaskProgress) -> tuple[Reencrypted, Changes]:
    """Put it into the clear."""
    return session.keys.decrypt(progress=progress)


def recovery(session: Session, _progress: TaskProgress) -> str:
    """Return a new recovery key."""
    return session.keys.make_recovery()
