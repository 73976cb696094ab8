from __future__ import annotations

import pytest

from reviewer.player.outputs import has_sound_output

CARD = " 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n"


def linux(root, **environment):
    return has_sound_output(environment, platform="linux", root=root)


def test_a_machine_without_cards_and_servers_is_silent(tmp_path):
    assert not linux(tmp_path, HOME=str(tmp_path / "home"), XDG_RUNTIME_DIR=str(tmp_path / "run"))


@pytest.mark.parametrize(("text", "there"), [(CARD, True), ("--- no soundcards ---\n", False)])
def test_cards_are_found_in_the_kernel_s_list(tmp_path, text, there):
    listing = tmp_path / "proc" / "asound" / "cards"
    listing.parent.mkdir(parents=True)
    listing.write_text(text)
    assert linux(tmp_path) is there


@pytest.mark.parametrize("place", ["pulse/native", "pipewire-0"])
def test_a_sound_server_of_the_session_counts(tmp_path, place):
    socket = tmp_path / "runtime" / place
    socket.parent.mkdir(parents=True)
    socket.touch()
    assert linux(tmp_path, XDG_RUNTIME_DIR=str(tmp_path / "runtime"))


def test_a_server_elsewhere_or_a_configuration_counts(tmp_path):
    assert linux(tmp_path, PULSE_SERVER="tcp:sound.example")
    (tmp_path / ".asoundrc").touch()
    assert linux(tmp_path, HOME=str(tmp_path))


def test_other_systems_are_not_looked_at(tmp_path):
    assert has_sound_output({}, platform="win32", root=tmp_path)
