"""Whether this machine can be heard at all."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# A sound server on another machine, or one named by hand.
_NAMED = ("PULSE_SERVER", "PIPEWIRE_REMOTE", "JACK_DEFAULT_SERVER", "AUDIODEV")
_PLACES = (
    "dev/dsp",
    "etc/asound.conf",
    "run/pulse/native",
    "var/run/pulse/native",
    "run/pipewire/pipewire-0",
)


def has_sound_output(
    environment: Mapping[str, str], *, platform: str = sys.platform, root: Path = Path("/")
) -> bool:
    """Return whether there is a sound card or a sound server.

    libVLC tries to open an output for every block of sound, and ALSA complains of each in many
    lines; and whoever hears nothing should be told why. In doubt there is one.

    Args:
        environment: The process's environment.
        platform: As `sys.platform`; only Linux is looked at.
        root: Of the file system.

    Thread: any; looks at a handful of files.
    """
    if not platform.startswith("linux") or any(environment.get(name) for name in _NAMED):
        return True
    places = [root / place for place in _PLACES]
    runtime, home = environment.get("XDG_RUNTIME_DIR"), environment.get("HOME")
    if runtime:
        places += [Path(runtime, "pulse", "native"), Path(runtime, "pipewire-0")]
    if home:
        places += [Path(home, ".asoundrc"), Path(home, ".config", "alsa", "asoundrc")]
    try:
        return _has_card(root / "proc" / "asound" / "cards") or any(p.exists() for p in places)
    except OSError:
        return True


def _has_card(listing: Path) -> bool:
    try:
        text = listing.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return False
    return "[" in text
