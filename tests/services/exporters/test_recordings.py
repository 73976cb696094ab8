"""What recorded bytes are called, by what they are."""

from __future__ import annotations

import pytest

from reviewer.errors import MediaEmptyError, UsageError
from reviewer.models.naming import check_template
from reviewer.models.recording import PartyRole, RecordingKind
from reviewer.services.exporters.base import Draft, exporter_of, kinds, table_kinds, table_writer_of
from reviewer.services.exporters.planning import NAME
from reviewer.services.exporters.recordings import extension_of
from tests.helpers.stores import make_interaction, make_recording


@pytest.mark.parametrize(
    ("media_type", "extension"),
    [
        ("audio/wav", ".wav"),
        ("audio/x-gsm", ".gsm"),
        ("audio/x-sln;rate=8000", ".sln"),
        ("audio/x-sln; rate=16000", ".sln16"),
        ("audio/x-sln;rate=44100", ".sln44"),
        ("audio/x-sln;rate=../../x", ".sln"),
        ("audio/basic", ".ulaw"),
        ("Audio/MPEG", ".mp3"),
        ("message/rfc822", ".eml"),
        ("application/x-unheard-of", ".bin"),
        ("", ".bin"),
    ],
)
def test_extensions_tell_what_the_bytes_are(media_type, extension):
    assert extension_of(media_type) == extension


def test_drafts_are_one_a_recording_of_the_kind():
    recordings = (
        make_recording(object_id="1" * 32),
        make_recording(
            kind=RecordingKind.VOICE_CHANNEL, party=PartyRole.CUSTOMER, object_id="2" * 32
        ),
        make_recording(kind=RecordingKind.VOICEMAIL, segment_number=None, object_id="3" * 32),
        make_recording(kind=RecordingKind.SCREEN, object_id="4" * 32),
        make_recording(seconds=0, source_name="empty.wav"),
    )
    drafts = list(exporter_of("voice").drafts(make_interaction(1, recordings=recordings)))
    endings = [draft.ending for draft in drafts if isinstance(draft, Draft)]
    assert endings == ["_s1.wav", "_s1_customer.wav", "_voicemail.wav"]
    (error,) = [draft for draft in drafts if not isinstance(draft, Draft)]
    assert isinstance(error, MediaEmptyError)
    assert "empty.wav" in str(error)


def test_the_registries_know_what_there_is():
    assert kinds() == ("voice", "cpa", "text", "email")
    assert table_kinds() == ("csv", "xlsx")
    assert all(exporter_of(kind).title() for kind in kinds())
    for find in (exporter_of, table_writer_of):
        with pytest.raises(UsageError) as caught:
            find("screen")
        assert "screen" in str(caught.value)


def test_the_template_of_names_is_good():
    assert check_template(NAME) == NAME
