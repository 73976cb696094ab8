#!/bin/sh
# Bring a machine to where the program runs (setup.sh run) or its checks do (setup.sh test):
# Debian packages, the environment .venv, the program in it. Says plainly what it cannot do.
set -eu
kind=${1:-run}
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

listed() { cat "$@" | sed -e 's/#.*//' -e '/^[[:space:]]*$/d'; }

missing_packages() {
    for package in $(listed "$@"); do
        case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true) in
            *"install ok installed"*) ;;
            *) printf '%s ' "$package" ;;
        esac
    done
}

lists=packaging/debian-run.txt
[ "$kind" = test ] && lists="$lists packaging/debian-test.txt"

if command -v dpkg-query >/dev/null 2>&1; then
    # shellcheck disable=SC2086
    missing=$(missing_packages $lists)
    if [ -n "$missing" ]; then
        as_root=
        if [ "$(id -u)" -ne 0 ]; then
            if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
                as_root="sudo -n"
            else
                say "These system packages are missing and can only be installed by root:"
                say "    apt-get install --no-install-recommends $missing"
                exit 1
            fi
        fi
        if ! command -v apt-get >/dev/null 2>&1; then
            say "These system packages are missing, and there is no apt-get to install them: $missing"
            exit 1
        fi
        say "Installing system packages: $missing"
        $as_root apt-get update -qq
        # shellcheck disable=SC2086
        $as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends $missing >/dev/null
    fi
else
    say "This is not Debian: make sure that these are installed under their names here:"
    # shellcheck disable=SC2086
    say "    $(listed $lists | tr '\n' ' ')"
fi

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    say "Python 3.11 or newer is needed; python3 is $(python3 --version 2>&1)."
    exit 1
fi

lock=requirements/run.lock
[ "$kind" = test ] && lock=requirements/dev.lock
if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c '' 2>/dev/null; then
    say "Making the environment .venv"
    python3 -m venv .venv
fi
say "Installing the Python packages of $lock"
.venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r "$lock"
.venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
# The first start is as quick as any, also where Python may not write byte code.
.venv/bin/python -m compileall -q reviewer
