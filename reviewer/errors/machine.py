"""Errors of what the machine lacks."""

from __future__ import annotations

from reviewer.errors.base import N_, ReviewerError


class SoundEngineMissingError(ReviewerError):
    """libVLC is not installed or does not start."""

    code = "player.no_libvlc"
    template = N_(
        "Sound cannot be played: libVLC was not found ({reason}). Install VLC 3 "
        "(Debian: libvlc5 and vlc-plugin-base); everything else works without it."
    )


class SoundOutputError(ReviewerError):
    """libVLC could not play on."""

    code = "player.output"
    template = N_("The sound output stopped: {reason}")
    retryable = True


class NoSoundOutputError(ReviewerError):
    """Something is to be heard where nothing can be."""

    code = "player.no_output"
    template = N_(
        "This machine has no sound output, so nothing would be heard. Connect one, or name an "
        "output of libVLC, such as {example}."
    )
    exit_code = 4


class NoDisplayError(ReviewerError):
    """A window was asked for where no screen is."""

    code = "window.no_display"
    template = N_(
        "There is no screen to open a window on ({reason}). Set DISPLAY or WAYLAND_DISPLAY, or "
        "use the commands that need no window: reviewer --help"
    )
    exit_code = 4


class ResourceMissingError(ReviewerError):
    """A file that belongs to the program itself is not there."""

    code = "program.resource_missing"
    template = N_("A file of the program is missing: {name}. Install Reviewer again.")
    is_bug = True
