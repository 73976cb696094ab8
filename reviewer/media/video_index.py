"""When the pictures of a video are shown, and from which of them decoding can begin.

Live WebM has neither a duration nor cues, and its pictures come at no fixed rate: all that can be
relied on is the packets themselves, so they are gone through once, without decoding (some 10 ms
for each 10 minutes at 5 pictures a second). Used by `reviewer.media.video`.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right, insort
from typing import TYPE_CHECKING, Final

import av

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import InputContainer
    from av.video.stream import VideoStream

# Of hostile files: a day at 25 pictures a second has two million.
_MOST: Final = 4_000_000
# The last picture is shown at least so long, and as long as the longest before it.
_LAST_LEAST_US: Final = 10_000_000
_FARTHEST_US: Final = 400 * 24 * 3600 * 1_000_000


class VideoIndex:
    """The times of pictures in a container, found as far as they are asked for.

    Args:
        container: Gone through from its beginning; for the index alone.
        stream: The pictures' one.

    Thread: one at a time.
    """

    def __init__(self, container: InputContainer, stream: VideoStream) -> None:
        self._origin_us = container.start_time or 0
        self._stream = stream
        self._packets: Iterator[av.Packet[VideoStream]] | None = container.demux(stream)
        # Sorted; pictures that are coded out of order are put in their place.
        self._times = array("q")
        self._keys = array("q")

    @property
    def is_whole(self) -> bool:
        """Whether the end of the file was reached."""
        return self._packets is None

    def picture_at(self, position_us: int) -> int | None:
        """Return when the picture shown at a position begins, None before the first.

        Positions are microseconds since the beginning of the file.
        """
        self._reach(position_us)
        number = bisect_right(self._times, position_us)
        return self._times[number - 1] if number else None

    def end_of(self, picture_us: int) -> int:
        """Return when the picture that begins at `picture_us` gives way to the next."""
        following = self.after(picture_us)
        return following if following is not None else self.end_us()

    def after(self, position_us: int) -> int | None:
        """Return when the next picture begins after a position, None at the last."""
        self._reach(position_us)
        number = bisect_right(self._times, position_us)
        return self._times[number] if number < len(self._times) else None

    def before(self, position_us: int) -> int | None:
        """Return when the last picture begins that begins before a position, None at the first."""
        self._reach(position_us)
        number = bisect_left(self._times, position_us)
        return self._times[number - 1] if number else None

    def key_at(self, picture_us: int) -> int | None:
        """Return when the last picture begins, up to this one, that needs no other."""
        self._reach(picture_us)
        number = bisect_right(self._keys, picture_us)
        return self._keys[number - 1] if number else None

    def same(self, picture_us: int) -> int:
        """Return how many pictures claim to begin at once; only the last is seen."""
        return bisect_right(self._times, picture_us) - bisect_left(self._times, picture_us)

    def end_us(self) -> int:
        """Return when the last picture is over, as far as can be said; goes to the end."""
        self._reach(_FARTHEST_US)
        if not self._times:
            return 0
        longest = max(
            (self._times[i + 1] - self._times[i] for i in range(len(self._times) - 1)), default=0
        )
        return self._times[-1] + max(_LAST_LEAST_US, longest)

    def _reach(self, position_us: int) -> None:
        """Go on until a picture after a position is known, and those coded out of order too."""
        while self._packets is not None and self._is_short_of(position_us):
            try:
                packet = next(self._packets)
            except (StopIteration, av.FFmpegError):
                # A file cut short ends where it was cut.
                self._packets = None
                return
            if packet.pts is not None and packet.size:
                self._note(float(packet.pts * packet.time_base), is_key=packet.is_keyframe)
            if len(self._times) >= _MOST:
                self._packets = None

    def _is_short_of(self, position_us: int) -> bool:
        if len(self._times) < 2 or self._times[-1] <= position_us:
            return True
        # Pictures coded out of order come within a group, so the next key closes it.
        reorders = bool(self._stream.codec_context.has_b_frames)
        return reorders and (not self._keys or self._keys[-1] <= position_us)

    def _note(self, time_s: float, *, is_key: bool) -> None:
        time_us = round(time_s * 1_000_000) - self._origin_us
        if not -_FARTHEST_US < time_us < _FARTHEST_US:
            return
        time_us = max(0, time_us)
        _put(self._times, time_us)
        if is_key:
            _put(self._keys, time_us)


def _put(times: array[int], time_us: int) -> None:
    if not times or time_us >= times[-1]:
        times.append(time_us)
    else:
        insort(times, time_us)
