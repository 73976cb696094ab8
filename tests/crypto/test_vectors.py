"""What is written, read and derived agrees with what others publish: Tink, Wycheproof, RFCs."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import random
from pathlib import Path
from typing import Any

import pytest
import tink
from tink import cleartext_keyset_handle, streaming_aead
from tink.proto import aes_gcm_hkdf_streaming_pb2, common_pb2, tink_pb2

from reviewer.crypto.passphrase import Derivation
from reviewer.crypto.secret import Secret
from reviewer.crypto.signing import Signer, is_signed
from reviewer.crypto.stream import STANDARD, Format, SealedSource, SealingWriter
from reviewer.crypto.wrapping import NotOpenedError, expand, unwrap
from reviewer.errors import ContentDamagedError
from reviewer.models.bytesource import MemorySource

DATA = Path(__file__).parents[1] / "data"
TINK = DATA / "tink"
FORMS = (Format(4096, 16), Format(4096, 32), STANDARD, Format(1 << 20, 32))

streaming_aead.register()


# --- Tink: its own files ---------------------------------------------------------------------


def key_of(keyset: Path) -> tuple[Secret, Format]:
    """Return the key and sizes out of a keyset in the clear."""
    (entry,) = json.loads(keyset.read_text())["key"]
    key = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingKey.FromString(
        base64.b64decode(entry["keyData"]["value"])
    )
    assert key.params.hkdf_hash_type == common_pb2.SHA256
    form = Format(key.params.ciphertext_segment_size, key.params.derived_key_size)
    return Secret(key.key_value), form


@pytest.mark.parametrize("name", ["gcm_hkdf_4kb_auth-thankyou_wav", "gcm_hkdf_4kb_empty"])
def test_a_published_stream_of_tink_is_read(name: str) -> None:
    facts = json.loads((TINK / f"{name}.json").read_text())
    key, form = key_of(TINK / f"{name}.keyset.json")
    sealed = (TINK / f"{name}.ciphertext").read_bytes()
    aad = bytes.fromhex(facts["associated_data_hex"])
    source = SealedSource(MemorySource(sealed, name), key, aad, form)
    content = source.read_at(0, source.size)
    assert (source.size, len(sealed)) == (facts["plaintext_len"], facts["ciphertext_len"])
    assert hashlib.sha256(content).hexdigest() == facts["plaintext_sha256"]
    with pytest.raises(ContentDamagedError, match=name):
        SealedSource(MemorySource(sealed, name), key, aad + b"x", form)


def test_the_keyset_of_tink_java_writes_what_tink_reads() -> None:
    keyset = (TINK / "streaming_aead_test_keyset.json").read_text()
    key, form = key_of(TINK / "streaming_aead_test_keyset.json")
    handle = cleartext_keyset_handle.read(tink.JsonKeysetReader(keyset))
    content = os.urandom(10_000)
    sealed = seal(content, key, b"aad", form)
    assert read_with_tink(handle, sealed, b"aad") == content


# --- Tink: both ways -------------------------------------------------------------------------


def handle_of(key: Secret, form: Format) -> Any:
    value = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingKey(
        version=0,
        params=aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingParams(
            ciphertext_segment_size=form.segment_bytes,
            derived_key_size=form.key_bytes,
            hkdf_hash_type=common_pb2.SHA256,
        ),
        key_value=bytes(key.data),
    )
    keyset = tink_pb2.Keyset(primary_key_id=1)
    entry = keyset.key.add()
    entry.key_id, entry.status = 1, tink_pb2.ENABLED
    entry.output_prefix_type = tink_pb2.RAW
    entry.key_data.type_url = "type.googleapis.com/google.crypto.tink.AesGcmHkdfStreamingKey"
    entry.key_data.value = value.SerializeToString()
    entry.key_data.key_material_type = tink_pb2.KeyData.SYMMETRIC
    return cleartext_keyset_handle.from_keyset(keyset)


def read_with_tink(handle: Any, sealed: bytes, aad: bytes) -> bytes:
    primitive = handle.primitive(streaming_aead.StreamingAead)
    with primitive.new_decrypting_stream(io.BytesIO(sealed), aad) as stream:
        return bytes(stream.read())


def write_with_tink(handle: Any, content: bytes, aad: bytes) -> bytes:
    class Kept(io.BytesIO):
        def close(self) -> None:
            self.value = self.getvalue()
            super().close()

    file = Kept()
    primitive = handle.primitive(streaming_aead.StreamingAead)
    with primitive.new_encrypting_stream(file, aad) as stream:
        stream.write(content)
    return file.value


def seal(content: bytes, key: Secret, aad: bytes, form: Format) -> bytes:
    file = io.BytesIO()
    writer = SealingWriter(file, key, aad, form)
    writer.write(content)
    writer.finish()
    return file.getvalue()


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_tink_and_we_read_each_other(form: Format) -> None:
    key = Secret(os.urandom(32))
    handle = handle_of(key, form)
    aad = b"0123456789abcdef0123456789abcdefcontent"
    first, room = form.first_room, form.room
    chance = random.Random(3)  # noqa: S311 (places to read at)
    for size in (0, 1, first - 1, first, first + 1, first + room, first + room + 1, 2 * room + 77):
        content = os.urandom(size)
        assert read_with_tink(handle, seal(content, key, aad, form), aad) == content
        theirs = write_with_tink(handle, content, aad)
        source = SealedSource(MemorySource(theirs, "theirs"), key, aad, form)
        assert source.read_at(0, size + 1) == content
        for _ in range(30):
            offset, length = chance.randrange(size + 1), chance.randrange(2 * room)
            assert source.read_at(offset, length) == content[offset : offset + length]


def test_tink_refuses_what_we_refuse() -> None:
    key = Secret(os.urandom(32))
    handle = handle_of(key, STANDARD)
    sealed = seal(os.urandom(70_000), key, b"a", STANDARD)
    for bad in (sealed[:-1], sealed[: STANDARD.segment_bytes], sealed + b"\0"):
        with pytest.raises((tink.TinkError, OSError)):
            read_with_tink(handle, bad, b"a")
        with pytest.raises(ContentDamagedError):
            SealedSource(MemorySource(bad, "x"), key, b"a", STANDARD)


# --- Wycheproof ------------------------------------------------------------------------------


def vectors(name: str) -> list[dict[str, Any]]:
    groups = json.loads((DATA / "wycheproof" / name).read_text())["testGroups"]
    return [
        test | {"key_bits": group["keySize"], "nonce_bits": group.get("ivSize", 96)}
        for group in groups
        for test in group["tests"]
    ]


def test_wycheproof_of_wrapped_keys() -> None:
    """AES-256-GCM with nonces of 96 bits is all that keys are wrapped with."""
    tried = 0
    for test in vectors("aes_gcm_test.json"):
        if (test["key_bits"], test["nonce_bits"]) != (256, 96):
            continue
        tried += 1
        key, nonce, aad, message, sealed, tag = (
            bytes.fromhex(test[name]) for name in ("key", "iv", "aad", "msg", "ct", "tag")
        )
        if test["result"] == "valid":
            assert unwrap(Secret(key), nonce + sealed + tag, aad).data == message, test["tcId"]
        else:
            with pytest.raises(NotOpenedError):
                unwrap(Secret(key), nonce + sealed + tag, aad)
    assert tried == 66


def test_wycheproof_of_derived_keys() -> None:
    tried = 0
    for test in vectors("hkdf_sha256_test.json"):
        key, salt, info, expected = (
            bytes.fromhex(test[name]) for name in ("ikm", "salt", "info", "okm")
        )
        if test["result"] == "valid":
            tried += 1
            assert expand(Secret(key), salt, info, test["size"]).data == expected, test["tcId"]
        else:
            with pytest.raises(ValueError, match="8160"):
                expand(Secret(key), salt, info, test["size"])
    assert tried > 70


# --- RFCs ------------------------------------------------------------------------------------


def test_argon2id_of_its_reference_implementation() -> None:
    derivation = Derivation(b"somesalt", memory_kib=1 << 16, passes=2, lanes=1)
    expected = "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"
    assert derivation.derive("password").data.hex() == expected


@pytest.mark.parametrize(
    ("private", "public", "message", "signature"),
    [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            (
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
                "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            ),
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            (
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e"
                "458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            ),
        ),
    ],
)
def test_signatures_of_rfc_8032(private: str, public: str, message: str, signature: str) -> None:
    signer = Signer(Secret(bytes.fromhex(private)))
    text, signed = bytes.fromhex(message), bytes.fromhex(signature)
    assert (signer.public.hex(), signer.sign(text)) == (public, signed)
    assert is_signed(text, signed, signer.public)
    assert not is_signed(text + b"x", signed, signer.public)
    assert not is_signed(text, signed[:-1] + b"\xff", signer.public)
    assert not is_signed(text, signed, b"short")
