#!/bin/sh
# Run the checks that are tests. Their stores lie in memory where there is room for them: else each
# of the many times that something is brought to the disk for good is waited for.
set -eu
cd "$(dirname "$0")/.."
memory=/dev/shm
needed_kib=2000000
probe() {
    # Some systems let no program be started from there.
    printf '#!/bin/sh\n' >"$1/probe" && chmod +x "$1/probe" && "$1/probe" && rm "$1/probe"
}
free_kib=$(df -Pk "$memory" 2>/dev/null | awk 'NR == 2 { print $4 }')
if [ -z "${TMPDIR:-}" ] && [ "${free_kib:-0}" -ge "$needed_kib" ]; then
    # Short: the path of a socket has at most 107 bytes.
    scratch=$(mktemp -d "$memory/rv.XXXX")
    trap 'rm -rf "$scratch"' EXIT
    trap 'exit 130' INT TERM
    # The database server is another user where the tests are run by root.
    chmod 711 "$scratch"
    if probe "$scratch" 2>/dev/null; then
        export TMPDIR="$scratch"
    fi
fi
.venv/bin/python -m pytest -q -n 2 --dist worksteal "$@"
