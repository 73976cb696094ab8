"""What speed is measured with: scripts that print figures beside a peer or a limit."""

from __future__ import annotations
