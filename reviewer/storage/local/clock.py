"""What time it is."""

from __future__ import annotations

import time


def now_us() -> int:
    """Return the present instant, microseconds UTC."""
    return time.time_ns() // 1000
