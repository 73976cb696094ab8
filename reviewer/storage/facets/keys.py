"""The contract of encryption and its keys: `session.keys`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from reviewer.models.changes import Changes
    from reviewer.models.encryption import EncryptionState, KeyInfo, Reencrypted, SealedKind
    from reviewer.models.progress import Progress


class Keys(Protocol):
    """Encryption of the store and its keys.

    Every call takes the privilege `admin.encryption` (RefusedError), and raises
    NotEncryptedError where the store would have to be encrypted. What takes long can be stopped
    (CancelledError) and goes on where it was when it is called again.
    """

    def state(self) -> EncryptionState:
        """Return how the store is encrypted."""
        ...

    def encrypt(
        self,
        passphrase: str,
        sealed: Collection[SealedKind],
        *,
        ring_at: Path | None = None,
        progress: Progress | None = None,
    ) -> tuple[Reencrypted, Changes]:
        """Encrypt a store that is in the clear: its catalogue first, then its content.

        Args:
            passphrase: What opens it from now on. Losing it loses the content, unless a recovery
                key was made.
            sealed: Kinds of content that are sealed; the catalogue is encrypted in any case.
            ring_at: Where the key ring is kept; None: in the store's folder.
            progress: Told how far it is.

        Raises:
            UsageError: The passphrase cannot be used, no kind is given; StoreBusyError: somebody
            else has the store open.
        """
        ...

    def decrypt(self, *, progress: Progress | None = None) -> tuple[Reencrypted, Changes]:
        """Put a store into the clear: its content first, then its catalogue; its keys are gone.

        Raises:
            SecondPersonError: Destroying keys needs two: see `Requests.ask_decrypt`.
            StoreBusyError: Somebody else has the store open. Where some content cannot be read,
            the keys stay, and what it is is in the answer.
        """
        ...

    def set_sealed(self, sealed: Collection[SealedKind]) -> Changes:
        """Choose the kinds of content that are sealed from now on; what is sealed stays sealed.

        Raises:
            UsageError: None is given: `decrypt` is for that.
        """
        ...

    def create(self) -> tuple[KeyInfo, Changes]:
        """Make a new key; earlier ones go on decrypting what they encrypted."""
        ...

    def reencrypt(
        self, *, afresh: bool = False, progress: Progress | None = None
    ) -> tuple[Reencrypted, Changes]:
        """Move all content under the current key, and seal what is to be and is not yet.

        Args:
            afresh: Whether objects under earlier keys are written anew with keys of their own,
                for when an earlier key may be known to others; else only their keys are wrapped
                anew, which is quick.
            progress: Told how far it is.

        Raises:
            SecondPersonError: `afresh`, and destroying keys needs two: see `Requests.ask_fresh`.
        """
        ...

    def roll(self, *, progress: Progress | None = None) -> tuple[Reencrypted, Changes]:
        """Move everything under a new key and destroy all earlier ones.

        Copies of the store made before cannot be read with the key ring of after: what was
        deleted since is gone from them, too. The catalogue is written anew.

        Raises:
            StoreBusyError: Somebody else has the store open: the catalogue is still under its old
            key, and the state is unfinished. SharedRingError: this is a copy by
            hand, and its key ring is another store's; so for all that changes the ring. Where a
            key opens nothing, the earlier ones stay, and what it is is in the answer.
        """
        ...

    def change_passphrase(self, old: str, new: str) -> None:
        """Give the store another passphrase.

        Args:
            old: The one it has, or the recovery key.
            new: The one it is to have.

        Raises:
            WrongPassphraseError: It is not the old one; UsageError: the new one cannot be used.
        """
        ...

    def make_recovery(self) -> str:
        """Return a new recovery key to be written down; an earlier one opens no more."""
        ...

    def check_recovery(self, text: str) -> bool:
        """Return whether a text is the store's recovery key.

        Raises:
            UsageError: It is mistyped.
        """
        ...

    def use_system(self, *, kept: bool) -> None:
        """Let the system's key store open the store on this machine, or no more.

        Raises:
            SystemKeysError: This machine has none, or it refuses.
        """
        ...

    def make_key_file(self, path: Path) -> None:
        """Write a file that opens the store, for machines where nobody types a passphrase.

        Raises:
            FileUnusableError: It is there already, cannot be written, or would lie in the store's
            folder, of which a copy would open itself then.
        """
        ...

    def move_ring(self, path: Path | None) -> None:
        """Keep the key ring at `path` from now on, None: in the store's folder.

        Where the store is a copy whose ring belongs to another, it has one of its own then, and
        the other keeps what it has.

        Raises:
            FileUnusableError: Something is there already, or nothing can be written there;
            StoreNotWritableError and its kin. It is where it was.
        """
        ...
