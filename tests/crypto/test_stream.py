"""Sealed streams: what was sealed comes back from any position, and nothing else ever does."""

from __future__ import annotations

import io
import os
import random
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.crypto.secret import Secret
from reviewer.crypto.stream import STANDARD, Format, SealedSource, SealingWriter
from reviewer.errors import ContentDamagedError, ContentError
from reviewer.models.bytesource import ByteSource, MemorySource

SMALL = Format(segment_bytes=96)
"""Segments so small that everything about them can be tried."""
KEY = Secret(bytes(range(32)))
PURPOSE = b"0123456789abcdef0123456789abcdefcontent"
NAME = "call-7.wav"


def seal(content: bytes, form: Format = STANDARD, key: Secret = KEY, aad: bytes = PURPOSE) -> bytes:
    file = io.BytesIO()
    writer = SealingWriter(file, key, aad, form)
    writer.write(content)
    writer.finish()
    return file.getvalue()


def opened(
    sealed: bytes, form: Format = STANDARD, key: Secret = KEY, aad: bytes = PURPOSE
) -> SealedSource:
    return SealedSource(MemorySource(sealed, NAME), key, aad, form)


def given_out(sealed: bytes, form: Format, step: int) -> dict[int, bytes]:
    """Return what a reader gives out of a stream, read in steps, by position.

    Whatever it refuses, it names the object.
    """
    found: dict[int, bytes] = {}
    refusals: list[ContentDamagedError] = []
    try:
        source = opened(sealed, form)
        offsets = range(0, source.size, step)
    except ContentDamagedError as error:
        refusals.append(error)
        offsets = range(0)
    for offset in offsets:
        try:
            found[offset] = source.read_at(offset, step)
        except ContentDamagedError as error:
            refusals.append(error)
    assert all(NAME in str(error) for error in refusals)
    return found


def edges(form: Format) -> list[int]:
    first, room = form.first_room, form.room
    # A writer of many segments takes more of them together, in two steps.
    many = (4, 8, 256, 260, 272, 288) if form is SMALL else ()
    around = [first + n * room for n in (0, 1, 2, 5, *many)]
    return [0, 1, 2, *(n + d for n in around for d in (-1, 0, 1))]


@pytest.mark.parametrize("form", [STANDARD, SMALL, Format(4096, 16)], ids=str)
def test_what_is_sealed_comes_back(form: Format) -> None:
    chance = random.Random(1)  # noqa: S311 (places to read at)
    for size in edges(form):
        content = os.urandom(size)
        sealed = seal(content, form)
        assert len(sealed) == form.sealed_bytes(size)
        source = opened(sealed, form)
        assert isinstance(source, ByteSource)
        assert (source.name, source.size) == (NAME, size)
        assert source.read_at(0, size + 10) == content
        for _ in range(30):
            offset, length = chance.randrange(size + 5), chance.randrange(3 * form.segment_bytes)
            assert source.read_at(offset, length) == content[offset : offset + length]


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_however_it_is_written_it_is_the_same_stream(data: st.DataObject) -> None:
    pieces = data.draw(st.lists(st.binary(max_size=300), max_size=8))
    file = io.BytesIO()
    writer = SealingWriter(file, KEY, PURPOSE, SMALL)
    for piece in pieces:
        writer.write(piece)
    writer.finish()
    content = b"".join(pieces)
    assert len(file.getvalue()) == SMALL.sealed_bytes(len(content))
    assert opened(file.getvalue(), SMALL).read_at(0, 9999) == content


def test_a_full_segment_goes_out_only_when_the_next_byte_comes() -> None:
    """Otherwise the last one could not be marked as such."""
    for extra, segments in ((0, 1), (1, 2)):
        content = b"x" * (SMALL.first_room + extra)
        sealed = seal(content, SMALL)
        assert SMALL.measure(len(sealed)) == (len(content), segments)


def test_no_content_is_visible() -> None:
    content = "Иванова +7 495 ".encode() * 9000
    sealed = seal(content)
    assert all(content[at : at + 8] not in sealed for at in range(200))


def test_each_stream_has_a_salt_and_a_nonce_prefix_of_its_own() -> None:
    headers = [seal(b"the same", SMALL)[: SMALL.header_bytes] for _ in range(3000)]
    assert {header[0] for header in headers} == {SMALL.header_bytes}
    assert len({header[1:33] for header in headers}) == len(headers)
    assert len({header[33:] for header in headers}) == len(headers)


def test_equal_content_never_gives_equal_segments() -> None:
    sealed = seal(bytes(SMALL.first_room + 50 * SMALL.room), SMALL)
    segments = [sealed[at : at + 96] for at in range(96, len(sealed), 96)]
    assert len(set(segments)) == len(segments)


# --- what is not what was sealed -------------------------------------------------------------


def check_flip(sealed: bytes, content: bytes, form: Format, bit: int) -> None:
    """Assert that of a stream with a bit flipped only sound segments are given out."""
    changed = bytearray(sealed)
    changed[bit // 8] ^= 1 << bit % 8
    found = given_out(bytes(changed), form, form.room)
    bad = bit // 8 // form.segment_bytes
    for offset, piece in found.items():
        assert piece == content[offset : offset + form.room]
        first = max(0, offset - form.first_room + form.room) // form.room
        last = max(0, offset + len(piece) - 1 - form.first_room + form.room) // form.room
        assert not first <= bad <= last
    if bit // 8 < form.header_bytes:
        assert not found


def test_every_flipped_bit_is_refused_and_named() -> None:
    content = os.urandom(SMALL.first_room + 2 * SMALL.room + 17)
    sealed = seal(content, SMALL)
    for bit in range(8 * len(sealed)):
        check_flip(sealed, content, SMALL, bit)


def test_flipped_bits_of_the_format_that_is_written() -> None:
    content = os.urandom(STANDARD.first_room + STANDARD.room + 1000)
    sealed = seal(content)
    chance = random.Random(2)  # noqa: S311 (bits to flip)
    edge = 8 * STANDARD.segment_bytes
    near = [
        *range(8 * 60),
        *range(edge - 128, edge + 64),
        *range(8 * (len(sealed) - 17), 8 * len(sealed)),
    ]
    for bit in [*near, *(chance.randrange(8 * len(sealed)) for _ in range(500))]:
        check_flip(sealed, content, STANDARD, bit)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_every_flipped_bit_of_the_format_that_is_written() -> None:
    content = os.urandom(STANDARD.first_room + 3000)
    sealed = seal(content)
    for bit in range(8 * len(sealed)):
        check_flip(sealed, content, STANDARD, bit)


@pytest.mark.parametrize("segments", [1, 2, 3])
def test_a_cut_at_any_byte_is_refused_at_opening(segments: int) -> None:
    """Also at a segment's edge, where everything that is left is sound."""
    for over in (0, 1, 40):
        content = os.urandom(SMALL.first_room + (segments - 1) * SMALL.room - over)
        sealed = seal(content, SMALL)
        for length in range(len(sealed)):
            with pytest.raises(ContentDamagedError) as caught:
                opened(sealed[:length], SMALL)
            assert NAME in str(caught.value)


@pytest.mark.parametrize("length", [1, 15, 16, 17, 96, 100, 9000])
def test_bytes_added_are_refused_at_opening(length: int) -> None:
    sealed = seal(os.urandom(200), SMALL)
    for more in (bytes(length), sealed[:length], sealed[-length:]):
        with pytest.raises(ContentDamagedError):
            opened(sealed + more, SMALL)


def test_two_segments_in_each_others_place() -> None:
    content = os.urandom(SMALL.first_room + 4 * SMALL.room)
    sealed = seal(content, SMALL)
    parts = [sealed[at : at + 96] for at in range(0, len(sealed), 96)]
    for one in range(len(parts)):
        for other in range(one + 1, len(parts)):
            swapped = parts.copy()
            swapped[one], swapped[other] = swapped[other], swapped[one]
            found = given_out(b"".join(swapped), SMALL, SMALL.room)
            for offset, piece in found.items():
                assert piece == content[offset : offset + SMALL.room]
    # A segment taken out of the middle: the end is sound, what follows the gap is not.
    cut = b"".join([*parts[:2], *parts[3:]])
    with pytest.raises(ContentDamagedError):
        opened(cut, SMALL)


def test_segments_of_two_streams_of_one_key() -> None:
    one, other = (seal(os.urandom(400), SMALL) for _ in range(2))
    mixed = one[:192] + other[192:288] + one[288:]
    assert len(given_out(mixed, SMALL, 10)) < len(given_out(one, SMALL, 10))


def test_another_objects_stream_another_key() -> None:
    sealed = seal(b"content")
    for key, aad in (
        (Secret(bytes(32)), PURPOSE),
        (KEY, b"f" + PURPOSE[1:]),
        (KEY, PURPOSE.replace(b"content", b"derived")),
        (KEY, b""),
    ):
        with pytest.raises(ContentDamagedError) as caught:
            opened(sealed, key=key, aad=aad)
        assert NAME in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"\x28", b"RIFF" * 99, b"\x28" + bytes(54)])
def test_what_is_no_stream(content: bytes) -> None:
    with pytest.raises(ContentDamagedError):
        opened(content)


def test_a_stream_that_was_not_finished_is_refused() -> None:
    for size in (0, 10, SMALL.first_room, 500, 5000):
        file = io.BytesIO()
        writer = SealingWriter(file, KEY, PURPOSE, SMALL)
        writer.write(bytes(size))
        with pytest.raises(ContentDamagedError):
            opened(file.getvalue(), SMALL)


def test_a_file_that_is_cut_while_it_is_read() -> None:
    class Shrinking(MemorySource):
        short = False

        def read_at(self, offset: int, length: int) -> bytes:
            return super().read_at(offset, length)[: length - 1 if self.short else length]

    inner = Shrinking(seal(bytes(500), SMALL), NAME)
    source = SealedSource(inner, KEY, PURPOSE, SMALL)
    inner.short = True
    with pytest.raises(ContentDamagedError):
        source.read_at(0, 300)


def test_closing_closes_what_is_below() -> None:
    class Closing(MemorySource):
        closed = False

        def close(self) -> None:
            self.closed = True

        def read_at(self, offset: int, length: int) -> bytes:
            if self.closed:
                raise ContentError(name=self.name, reason="it is closed")
            return super().read_at(offset, length)

    inner = Closing(seal(bytes(500), SMALL), NAME)
    source = SealedSource(inner, KEY, PURPOSE, SMALL)
    source.close()
    source.close()
    assert inner.closed
    with pytest.raises(ContentError, match="closed"):
        source.read_at(499, 1)


@settings(max_examples=300, deadline=None)
@given(junk=st.binary(max_size=400), form=st.sampled_from([SMALL, STANDARD, Format(4096, 16)]))
def test_junk_never_gives_anything_but_its_error(junk: bytes, form: Format) -> None:
    with suppress(ContentDamagedError):
        opened(bytes([form.header_bytes]) + junk, form)
        pytest.fail("junk was opened")


@given(sealed=st.integers(0, 1 << 40))
def test_sizes_agree_in_both_directions(sealed: int) -> None:
    for form in (SMALL, STANDARD):
        measured = form.measure(sealed)
        if measured is not None:
            assert form.sealed_bytes(measured[0]) == sealed
