"""The content that comes with interactions: opened, and its digests taken."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from reviewer.errors import ContentError, reason_of
from reviewer.storage.vault.folder import digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reviewer.models.bytesource import ByteSource
    from reviewer.models.ids import ObjectId
    from reviewer.models.interaction import Interaction
    from reviewer.models.recording import Recording


def opened(opener: Callable[[], ByteSource], name: str) -> ByteSource:
    """Open a content to be brought in.

    Raises:
        ContentError: It cannot be opened.
    """
    try:
        return opener()
    except OSError as error:
        raise ContentError(name=name, reason=reason_of(error)) from error


def digested_all(
    told: Interaction, openers: Mapping[ObjectId, Callable[[], ByteSource]]
) -> Interaction:
    """Return the interaction with size and digest of its content, which is read but not kept."""
    recordings: list[Recording] = []
    for recording in told.recordings:
        opener = openers.get(recording.object_id) if recording.object_id else None
        if opener is None:
            recordings.append(recording)
            continue
        with closing(opened(opener, recording.source_name)) as source:
            sha256, size = digest_of(source)
        recordings.append(replace(recording, bytes=size, sha256=sha256))
    return replace(told, recordings=tuple(recordings))


def with_digests(told: Interaction, written: Mapping[ObjectId, Recording]) -> Interaction:
    """Return the interaction with size and digest of what was written of its content."""

    def digested(recording: Recording) -> Recording:
        kept = written.get(recording.object_id) if recording.object_id else None
        if kept is None:
            return recording
        return replace(recording, bytes=kept.bytes, sha256=kept.sha256)

    return replace(told, recordings=tuple(digested(r) for r in told.recordings))
