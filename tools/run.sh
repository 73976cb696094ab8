#!/bin/sh
# Start the program on its demo store; where there is no screen, take the tour instead.
set -u
cd "$(dirname "$0")/.."
.venv/bin/reviewer demo
code=$?
[ "$code" -eq 4 ] || exit "$code"
exec .venv/bin/reviewer demo --tour tour
