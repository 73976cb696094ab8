"""Rings, locks, passphrases, passwords, recovery keys: what opens, and what never does."""

from __future__ import annotations

import base64
import copy
import json
import logging
import random
import subprocess
import sys
from typing import TYPE_CHECKING

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backends.fail import Keyring as NoKeyring

from reviewer.crypto import passwords
from reviewer.crypto.passphrase import Derivation, check_passphrase
from reviewer.crypto.recovery import LETTERS, is_recovery, print_recovery, read_recovery
from reviewer.crypto.ring import ClosedRing, KeyRing, LockKind
from reviewer.crypto.secret import Secret
from reviewer.crypto.system_keys import forget_in_system, keep_in_system, kept_in_system
from reviewer.crypto.wrapping import WRAPPED_BYTES, NotOpenedError, unwrap, wrap
from reviewer.errors import (
    KeyRingDamagedError,
    SystemKeysError,
    UsageError,
    WrongPassphraseError,
)
from tests.helpers.key_store import InMemory, key_store_in_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

OBJECT = "0123456789abcdef0123456789abcdes"
QUICK = Derivation(b"s" * 16, memory_kib=64, passes=1, lanes=1)
FILE_KEY = Secret(b"f" * 32)


@pytest.fixture
def ring() -> KeyRing:
    return (
        KeyRing.make(1)
        .with_passphrase("correct horse", 2, QUICK)
        .with_secret(LockKind.FILE, FILE_KEY, 3)
    )


# --- secrets ---------------------------------------------------------------------------------


def test_a_secret_is_shown_nowhere_and_written_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    secret = Secret(b"very secret bytes")
    with caplog.at_level(logging.INFO):
        logging.getLogger("x").info("%s %r", secret, {"a": secret})
    assert "very" not in f"{secret}{secret!r}{[secret]}{caplog.text}"
    for write in (json.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            write(secret)


def test_a_wiped_secret_is_gone() -> None:
    secret = Secret(b"secret")
    data = secret.data
    with secret:
        assert data == b"secret"
    assert data == bytes(6)
    dropped = Secret(b"secret")
    data = dropped.data
    del dropped
    assert data == bytes(6)


def test_wiping_a_ring_reaches_every_key(ring: KeyRing) -> None:
    keys = [key.secret.data for key in ring.keys if key.secret is not None]
    keys += [*(key.data for key in ring.catalogue)]
    keys += [key.data for key in ring.lock_keys.values()]
    ring.wipe()
    assert all(key == bytes(32) for key in keys)


def test_a_ring_opened_by_a_lock_that_is_taken_away_goes_on(ring: KeyRing) -> None:
    secret = Secret.random()
    ring = ring.with_secret(LockKind.SYSTEM, secret, 4)
    opened = ClosedRing(ring.document(), "s").open(LockKind.SYSTEM, secret)
    left = opened.without_lock(LockKind.SYSTEM)
    again = left.reopened(left.document(), "s")
    assert again.keys == left.keys
    by_way_in = ClosedRing(left.document(), "s").open_by_way_in(left.way_in)
    assert by_way_in is not None
    assert by_way_in.keys == left.keys


# --- wrapping --------------------------------------------------------------------------------


def test_a_wrapped_key_opens_for_its_object_and_ring_key_only(ring: KeyRing) -> None:
    data_key = Secret.random()
    number, wrapped = ring.wrap(data_key, b"content", OBJECT)
    assert len(wrapped) == WRAPPED_BYTES
    assert ring.unwrap(number, wrapped, b"content", OBJECT) == data_key
    later = ring.with_new_key(5)
    assert later.unwrap(number, wrapped, b"content", OBJECT) == data_key
    for kind, name, key in (
        (b"derived", OBJECT, number),
        (b"content", "f" + OBJECT[1:], number),
        (b"content", OBJECT, number + 1),
        (b"content", OBJECT, 99),
    ):
        with pytest.raises(NotOpenedError):
            later.unwrap(key, wrapped, kind, name)


def test_every_flipped_bit_of_a_wrapped_key_is_refused() -> None:
    key, wrapped = Secret(bytes(32)), wrap(Secret(bytes(32)), b"k" * 32, b"aad")
    for bit in range(8 * len(wrapped)):
        changed = bytearray(wrapped)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(NotOpenedError):
            unwrap(key, bytes(changed), b"aad")
    for length in range(len(wrapped)):
        with pytest.raises(NotOpenedError):
            unwrap(key, wrapped[:length], b"aad")


def test_nonces_of_wrapped_keys_differ() -> None:
    key = Secret.random()
    assert len({wrap(key, b"k" * 32, b"")[:12] for _ in range(5000)}) == 5000


# --- the ring --------------------------------------------------------------------------------


def test_a_ring_opens_with_each_of_its_locks(ring: KeyRing) -> None:
    closed = ClosedRing(ring.document(), "s")
    for kind, secret in ((LockKind.PASSPHRASE, "correct horse"), (LockKind.FILE, FILE_KEY)):
        opened = closed.open(kind, secret)
        assert (opened.keys, opened.catalogue) == (ring.keys, ring.catalogue)
        assert opened.opened_by is kind


@pytest.mark.parametrize(
    ("kind", "secret"),
    [
        (LockKind.PASSPHRASE, "correct horsE"),
        (LockKind.PASSPHRASE, ""),
        (LockKind.PASSPHRASE, "\udcff"),
        (LockKind.PASSPHRASE, FILE_KEY),
        (LockKind.FILE, Secret(bytes(32))),
        (LockKind.FILE, "correct horse"),
        (LockKind.RECOVERY, FILE_KEY),
        (LockKind.SYSTEM, FILE_KEY),
    ],
)
def test_what_does_not_open_a_ring(ring: KeyRing, kind: LockKind, secret: str | Secret) -> None:
    with pytest.raises(WrongPassphraseError, match="the calls"):
        ClosedRing(ring.document(), "the calls").open(kind, secret)


def test_no_key_is_in_a_rings_document(ring: KeyRing) -> None:
    text = ring.document()
    for secret in (*ring.catalogue, *ring.lock_keys.values(), ring.keys[0].secret):
        assert secret is not None
        assert secret.data not in text
        assert secret.data.hex().encode() not in text
    assert b"correct horse" not in text


def test_every_changed_byte_of_a_document_is_noticed(ring: KeyRing) -> None:
    document = ring.document()
    for at in range(len(document)):
        changed = bytearray(document)
        changed[at] ^= 1
        try:
            opened = ClosedRing(bytes(changed), "s").open(LockKind.FILE, FILE_KEY)
        except (KeyRingDamagedError, WrongPassphraseError):
            continue
        # A blank between the values means nothing.
        assert json.loads(bytes(changed)) == json.loads(document)
        assert opened.keys == ring.keys


@pytest.mark.parametrize(
    "document", [b"", b"{}", b"[]", b"null", b"\xff", b'{"reviewer_ring": 2}', b"[" * 100_000]
)
def test_what_is_no_ring(document: bytes) -> None:
    with pytest.raises(KeyRingDamagedError, match="the calls"):
        ClosedRing(document, "the calls")


def test_an_instant_beyond_all_numbers_is_no_ring(ring: KeyRing) -> None:
    head = json.loads(ring.document())
    head["locks"][0]["made_us"] = float("inf")
    with pytest.raises(KeyRingDamagedError):
        ClosedRing(json.dumps(head).encode(), "s")


def test_parameters_that_would_take_the_machine_down_are_refused(ring: KeyRing) -> None:
    for name, value in (("memory_kib", 1 << 30), ("passes", 10**6), ("lanes", 1000), ("lanes", 0)):
        head = json.loads(ring.document())
        head["locks"][0]["derivation"][name] = value
        with pytest.raises(KeyRingDamagedError):
            ClosedRing(json.dumps(head).encode(), "s")


def test_two_documents_of_a_ring_have_nothing_in_common(ring: KeyRing) -> None:
    one, two = (json.loads(ring.document()) for _ in range(2))
    assert one["keys"] != two["keys"]
    assert one["locks"][0]["seal"] != two["locks"][0]["seal"]


def test_each_document_is_sealed_with_a_key_of_its_own_that_only_locks_give(ring: KeyRing) -> None:
    """A copy of an earlier one opens no later one, and no key but a lock's leads to either."""
    seals = []
    for document in (ring.document(), ring.document()):
        lock = json.loads(document)["locks"][1]
        wrapped = base64.b64decode(lock.pop("seal"))
        plain = json.dumps(lock, sort_keys=True, separators=(",", ":")).encode()
        purpose = f"reviewer ring lock 1\0{ring.ring_id}\0".encode() + plain
        seal = unwrap(ring.lock_keys[LockKind.FILE], wrapped, purpose)
        seals.append(bytes(seal.data))
    assert len(set(seals)) == len(seals)
    assert all(len(seal) == 32 and len(set(seal)) > 8 for seal in seals)


def test_a_new_passphrase_closes_the_door_to_the_old_one(ring: KeyRing) -> None:
    changed = ring.with_passphrase("another one", 9, QUICK)
    closed = ClosedRing(changed.document(), "s")
    assert closed.open(LockKind.PASSPHRASE, "another one").keys == ring.keys
    with pytest.raises(WrongPassphraseError):
        closed.open(LockKind.PASSPHRASE, "correct horse")
    # Another program that opened it by the old one has to ask again; by another lock it need not.
    with pytest.raises(WrongPassphraseError):
        ring.reopened(changed.document(), "s")
    by_file = ClosedRing(ring.document(), "s").open(LockKind.FILE, FILE_KEY)
    assert by_file.reopened(changed.with_new_key(10).document(), "s").current.number == 2


def test_old_keys_are_kept_until_they_are_destroyed(ring: KeyRing) -> None:
    data_key = Secret.random()
    number, wrapped = ring.wrap(data_key, b"content", OBJECT)
    more = ring.with_new_key(10).with_new_catalogue_key()
    assert [(key.number, key.made_us) for key in more.keys] == [(1, 1), (2, 10)]
    assert more.has(1)
    assert len(more.catalogue) == 2
    rolled = more.without_old_keys(2, 20).with_catalogue_key(more.catalogue[0])
    assert (rolled.has(1), rolled.has(2), rolled.current.number) == (False, True, 2)
    assert rolled.catalogue == more.catalogue[:1] != ring.catalogue
    document = rolled.document()
    opened = ClosedRing(document, "s").open(LockKind.FILE, FILE_KEY)
    assert [(key.number, key.destroyed_us) for key in opened.keys] == [(1, 20), (2, None)]
    with pytest.raises(NotOpenedError):
        opened.unwrap(number, wrapped, b"content", OBJECT)
    # What was made meanwhile stays, and what the file is under is said by who knows.
    later = more.with_new_key(11).with_new_catalogue_key()
    rolled = later.without_old_keys(2, 20)
    assert [rolled.has(number) for number in (1, 2, 3)] == [False, True, True]
    assert rolled.catalogue == later.catalogue
    assert len(later.catalogue) == 3
    assert rolled.with_catalogue_key(more.catalogue[0]).catalogue == more.catalogue[:1]
    # Numbers are never used again.
    assert opened.with_new_key(30).current.number == 3


def test_a_lock_can_be_taken_away(ring: KeyRing) -> None:
    less = ring.without_lock(LockKind.FILE)
    assert ring.is_opened_by(LockKind.FILE, FILE_KEY)
    assert not less.is_opened_by(LockKind.FILE, FILE_KEY)
    with pytest.raises(WrongPassphraseError):
        ClosedRing(less.document(), "s").open(LockKind.FILE, FILE_KEY)


# --- passphrases -----------------------------------------------------------------------------


def test_the_parameters_are_pinned() -> None:
    """Raise them where machines have become faster; never lower them unnoticed."""
    fresh = Derivation.fresh()
    assert (fresh.memory_kib, fresh.passes, fresh.lanes, len(fresh.salt)) == (131_072, 3, 4, 16)
    assert fresh.salt != Derivation.fresh().salt
    assert (passwords.MEMORY_KIB, passwords.PASSES, passwords.LANES) == (65_536, 3, 4)
    assert Derivation.of_plain(fresh.plain()) == fresh


def test_letters_count_not_how_they_were_composed() -> None:
    assert QUICK.derive("caf\u00e9 й") == QUICK.derive("cafe\u0301 и\u0306")
    assert QUICK.derive("Пароль") != QUICK.derive("пароль")


@pytest.mark.parametrize("text", ["", "1234567", " " * 20, "\udcff" * 10])
def test_passphrases_that_are_not_taken(text: str) -> None:
    with pytest.raises(UsageError):
        check_passphrase(text)
    assert check_passphrase("пароль 8") == "пароль 8"


# --- passwords -------------------------------------------------------------------------------


def test_passwords() -> None:
    kept = passwords.hash_password("пароль")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert kept != passwords.hash_password("пароль")
    assert passwords.password_matches("пароль", kept)
    assert not passwords.password_matches("Пароль", kept)
    assert not passwords.password_matches("", kept)
    assert not passwords.is_outdated(kept)
    for damaged in ("", "x", kept[:-1] + "\n", kept.replace("argon2id", "argon2i")):
        assert not passwords.password_matches("пароль", damaged)
        assert passwords.is_outdated(damaged)
    assert passwords.is_outdated(kept.replace("m=65536", "m=65535"))


# --- recovery keys ---------------------------------------------------------------------------


@given(st.binary(min_size=32, max_size=32))
def test_a_recovery_key_is_read_however_it_is_typed(data: bytes) -> None:
    text = print_recovery(Secret(data))
    assert len(text.replace("-", "")) == LETTERS
    lookalikes = text.translate(str.maketrans("01ABCEHKMPTX", "OlАВСЕНКМРТХ"))
    for typed in (text, text.lower(), text.replace("-", " \n"), lookalikes, text.replace("-", "—")):
        assert is_recovery(typed)
        assert read_recovery(typed) == Secret(data)


def test_mistyped_recovery_keys_are_noticed() -> None:
    chance = random.Random(5)  # noqa: S311 (letters to mistype)
    text = print_recovery(Secret.random())
    for at, letter in enumerate(text):
        if letter == "-":
            continue
        wrong = chance.choice([c for c in "23456789ADFGHJKMNPQ" if c != letter])
        with pytest.raises(UsageError, match="mistyped"):
            read_recovery(text[:at] + wrong + text[at + 1 :])
    for bad, said in ((text[:-1], "55"), (text + "A", "57"), ("U" + text[1:], "Latin"), ("", "0")):
        with pytest.raises(UsageError, match=said):
            read_recovery(bad)
    assert not is_recovery("correct horse battery staple")


# --- the system's key store ------------------------------------------------------------------


@pytest.fixture
def key_store() -> Iterator[InMemory]:
    with key_store_in_memory() as store:
        yield store


def test_the_systems_key_store(key_store: InMemory) -> None:
    assert kept_in_system("ring") is None
    keep_in_system("ring", FILE_KEY)
    assert kept_in_system("ring") == FILE_KEY
    assert kept_in_system("other") is None
    key_store.kept["Reviewer", "ring"] = "not hexadecimal"
    assert kept_in_system("ring") is None
    forget_in_system("ring")
    forget_in_system("ring")
    assert key_store.kept == {}


@pytest.mark.usefixtures("key_store")
def test_a_machine_without_a_key_store_says_so() -> None:
    keyring.set_keyring(NoKeyring())
    for call in (
        lambda: keep_in_system("ring", FILE_KEY),
        lambda: kept_in_system("ring"),
        lambda: forget_in_system("ring"),
    ):
        with pytest.raises(SystemKeysError, match="this machine has none"):
            call()


# --- the process -----------------------------------------------------------------------------


def test_a_crash_leaves_no_image_of_the_memory() -> None:
    code = (
        "from reviewer.crypto.process import refuse_core_dumps as r; r(); r()\n"
        "try: import resource\n"
        "except ImportError: print(0)\n"
        "else: print(*resource.getrlimit(resource.RLIMIT_CORE))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {int(n) for n in said.stdout.split()} <= {0, 1}
