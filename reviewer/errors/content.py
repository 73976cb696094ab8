"""Errors of recordings and other content."""

from __future__ import annotations

from reviewer.errors.base import N_, ReviewerError


class ContentError(ReviewerError):
    """Parent of what can be wrong with one recorded object."""

    code = "content.error"
    template = N_("The recording {name} cannot be used: {reason}")
    exit_code = 5


class ContentMissingError(ContentError):
    """The catalogue knows the object, the vault does not have it."""

    code = "content.missing"
    template = N_("The file of the recording {name} is missing from the store.")
    http_status = 410


class ContentGoneError(ContentError):
    """The content was deleted or its retention ended."""

    code = "content.gone"
    template = N_("The recording {name} was deleted or its retention ended.")
    http_status = 410


class ContentDamagedError(ContentError):
    """The bytes are not those that were stored."""

    code = "content.damaged"
    template = N_("The file of the recording {name} is damaged: {reason}")


class ContentKeyGoneError(ContentError):
    """The key of a sealed object is not there: it was destroyed, or this is an older copy."""

    code = "content.key_gone"
    template = N_("The recording {name} cannot be read: its key was destroyed.")
    http_status = 410


class ContentKeyUnknownError(ContentError):
    """The key ring is an older copy, made before the key that the content is under."""

    code = "content.key_unknown"
    template = N_(
        "The recording {name} cannot be read: the key ring is an older copy, without the key that "
        "it is under. Put the newest copy of the ring in its place."
    )
    http_status = 409


class MediaUnreadableError(ContentError):
    """Sound or pictures cannot be read out of the bytes."""

    code = "media.unreadable"
    template = N_("{name} cannot be played: {reason}")
    http_status = 422


class MediaEmptyError(MediaUnreadableError):
    """The file is well formed, or simply empty, and no sound was captured."""

    code = "media.empty"
    template = N_("{name}: no sound was captured.")
