"""Sealed streams: Tink's AES256-GCM-HKDF streaming format, readable at any position.

    header    = 1 byte, its own length | salt [key size] | nonce prefix [7]
    key       = HKDF-SHA256(data key, salt, info = associated data, key size)
    segment i = AES-GCM(key, nonce = prefix | i as 4 bytes, big endian | 1 for the last, else 0)
                without associated data: ciphertext | tag [16]

Segments are of one size on disk; the header counts towards the first, the last may be shorter and
is there even where nothing is to be sealed. So a changed bit, a cut at any place, segments in
another order and a stream of another object are all recognised. `tink` (Python, Java, Go, C++)
reads and writes the same bytes, given a key of type `AesGcmHkdfStreamingKey` with these sizes.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from reviewer.crypto.wrapping import expand
from reviewer.errors import N_, ContentDamagedError, Reason

if TYPE_CHECKING:
    from typing import BinaryIO

    from reviewer.crypto.secret import Secret
    from reviewer.models.bytesource import ByteSource

TAG_BYTES: Final = 16
_PREFIX_BYTES: Final = 7
_MOST_SEGMENTS: Final = 1 << 32
_TOGETHER: Final = {0: 1, 1: 4, 257: 16}
"""From which segment on how many are sealed before they are written. Calls to the system cost more
than the cipher; so does memory that was never touched before, which is most of what a file of some
segments would be sealed into if there was room for many."""

BROKEN: Final = N_("it was changed since it was stored, or its key is not the right one")


@dataclass(frozen=True, slots=True)
class Format:
    """Sizes of a stream; the product writes `Format()` only, others are for exchange.

    Attributes:
        segment_bytes: Size of a segment with its tag, on disk.
        key_bytes: Size of the derived key, 16 or 32.
    """

    segment_bytes: int = 64 << 10
    key_bytes: int = 32

    @property
    def header_bytes(self) -> int:
        """Size of the header."""
        return 1 + self.key_bytes + _PREFIX_BYTES

    @property
    def room(self) -> int:
        """Content bytes of a full segment that is not the first."""
        return self.segment_bytes - TAG_BYTES

    @property
    def first_room(self) -> int:
        """Content bytes of a full first segment."""
        return self.room - self.header_bytes

    def sealed_bytes(self, size: int) -> int:
        """Return the size on disk of `size` bytes of content."""
        return self.header_bytes + size + TAG_BYTES * self._segments_of(size)

    def _segments_of(self, size: int) -> int:
        if size <= self.first_room:
            return 1
        return 1 + -(-(size - self.first_room) // self.room)

    def measure(self, sealed_bytes: int) -> tuple[int, int] | None:
        """Return the content's size and the number of segments, None where no stream is so long."""
        segments = max(1, -(-sealed_bytes // self.segment_bytes))
        size = sealed_bytes - self.header_bytes - TAG_BYTES * segments
        if size < 0 or self._segments_of(size) != segments or segments > _MOST_SEGMENTS:
            return None
        return size, segments


STANDARD: Final = Format()


class _Cipher:
    """The derived key of one stream and its nonces."""

    def __init__(self, form: Format, data_key: Secret, associated: bytes, header: bytes) -> None:
        salt = header[1 : 1 + form.key_bytes]
        self._prefix = header[1 + form.key_bytes :]
        with expand(data_key, salt, associated, form.key_bytes) as derived:
            self._aead = AESGCM(derived.data)

    def _nonce(self, segment: int, *, last: bool) -> bytes:
        return b"%b%b%c" % (self._prefix, segment.to_bytes(4, "big"), last)

    def seal(
        self, segment: int, data: bytearray | memoryview, into: memoryview, *, last: bool
    ) -> None:
        self._aead.encrypt_into(self._nonce(segment, last=last), data, None, into)

    def open(self, segment: int, data: bytes | memoryview, *, last: bool) -> bytes:
        return self._aead.decrypt(self._nonce(segment, last=last), data, None)


class SealingWriter:
    """Seals what is written to it into a file. Thread: one.

    What `finish` was not called for is never accepted by a reader.

    Args:
        file: Where the stream goes.
        data_key: The object's own key; never use it for a second stream.
        associated: What the stream belongs to; a reader must give the same.
        form: Sizes.
    """

    def __init__(
        self, file: BinaryIO, data_key: Secret, associated: bytes, form: Format = STANDARD
    ) -> None:
        header = bytes([form.header_bytes]) + secrets.token_bytes(form.header_bytes - 1)
        self._file = file
        self._form = form
        self._cipher = _Cipher(form, data_key, associated, header)
        self._segment = 0
        self._held = bytearray()
        self._out = memoryview(bytearray(_TOGETHER[0] * form.segment_bytes))
        self._filled = 0
        file.write(header)

    def write(self, data: bytes) -> None:
        """Seal some more; a full segment goes out only when the byte after it has come.

        Raises:
            OSError: It cannot be written; the stream is lost.
        """
        view = memoryview(data)
        held = len(self._held)
        if held:
            missing = self._room() - held
            self._held += view[:missing]
            view = view[missing:]
            if not view:
                return
            self._seal(self._held, last=False)
            self._held.clear()
        while len(view) > (room := self._room()):
            self._seal(view[:room], last=False)
            view = view[room:]
        self._held += view

    def finish(self) -> None:
        """Seal the last segment, and hand everything to the file.

        Raises:
            OSError: It cannot be written; the stream is lost.
        """
        self._seal(self._held, last=True)
        self._held.clear()
        self._flush()

    def _room(self) -> int:
        return self._form.room if self._segment else self._form.first_room

    def _seal(self, data: bytearray | memoryview, *, last: bool) -> None:
        if self._segment >= _MOST_SEGMENTS:
            message = "a sealed stream has at most 2**32 segments"
            raise OverflowError(message)
        end = self._filled + len(data) + TAG_BYTES
        self._cipher.seal(self._segment, data, self._out[self._filled : end], last=last)
        self._filled = end
        self._segment += 1
        if end + self._form.segment_bytes > len(self._out) and not last:
            self._flush()
            if self._segment in _TOGETHER:
                room = _TOGETHER[self._segment] * self._form.segment_bytes
                self._out = memoryview(bytearray(room))

    def _flush(self) -> None:
        self._file.write(self._out[: self._filled])
        self._filled = 0


class SealedSource:
    """A `ByteSource` over the content of a sealed stream. Thread: one at a time.

    The last segment is checked when it is opened, every other one before a byte of it is given
    out. Keeps one segment of content in memory.

    Args:
        sealed: The stream; closed with this. Its name is what errors call the object.
        data_key: The object's key.
        associated: What it was sealed for.
        form: Sizes.

    Raises:
        ContentDamagedError: It is cut, changed, another object's, or the key is not its own.
        ContentError: It cannot be read.
    """

    def __init__(
        self, sealed: ByteSource, data_key: Secret, associated: bytes, form: Format = STANDARD
    ) -> None:
        self._sealed = sealed
        self._form = form
        measured = form.measure(sealed.size)
        header = sealed.read_at(0, form.header_bytes)
        if measured is None or len(header) < form.header_bytes or header[0] != form.header_bytes:
            raise self._broken()
        self._size, self._segments = measured
        self._cipher = _Cipher(form, data_key, associated, header)
        self._kept = -1
        self._content = b""
        self._segment(self._segments - 1)

    @property
    def name(self) -> str:
        """What to call the object in an error."""
        return self._sealed.name

    @property
    def size(self) -> int:
        """Number of content bytes."""
        return self._size

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes of content from `offset`.

        Raises:
            ContentDamagedError: A segment of them is not what was sealed; nothing is returned.
            ContentError: They cannot be read.
        """
        end = min(offset + length, self._size)
        if offset >= end:
            return b""
        first, last = self._number_at(offset), self._number_at(end - 1)
        skipped = offset - self._start_of(first)
        if first == last:
            return self._segment(first)[skipped : skipped + end - offset]
        content = b"".join(self._run(first, last))
        return content[skipped : skipped + end - offset]

    def close(self) -> None:
        """Close the stream and forget what was kept of its content."""
        self._content = b""
        self._kept = -1
        self._sealed.close()

    def _number_at(self, offset: int) -> int:
        if offset < self._form.first_room:
            return 0
        return 1 + (offset - self._form.first_room) // self._form.room

    def _start_of(self, number: int) -> int:
        """Return where a segment's content begins in the whole content."""
        return 0 if number == 0 else self._form.first_room + (number - 1) * self._form.room

    def _segment(self, number: int) -> bytes:
        if number != self._kept:
            (self._content,) = self._run(number, number)
            self._kept = number
        return self._content

    def _run(self, first: int, last: int) -> list[bytes]:
        """Return the content of some segments that follow each other, read together."""
        form = self._form
        begin = first * form.segment_bytes if first else form.header_bytes
        end = min((last + 1) * form.segment_bytes, self._sealed.size)
        data = memoryview(self._sealed.read_at(begin, end - begin))
        if len(data) != end - begin:
            raise self._broken()
        contents: list[bytes] = []
        for number in range(first, last + 1):
            at = max(number * form.segment_bytes, form.header_bytes) - begin
            segment = data[at : (number + 1) * form.segment_bytes - begin]
            try:
                contents.append(
                    self._cipher.open(number, segment, last=number == self._segments - 1)
                )
            except InvalidTag:
                raise self._broken() from None
        return contents

    def _broken(self) -> ContentDamagedError:
        return ContentDamagedError(name=self._sealed.name, reason=Reason(BROKEN))
