"""Asterisk and FreePBX: call records, event logs, queue logs, recordings and voicemail.

`source` finds the files, `cdr`, `cel`, `queue_log`, `file_names` and `voicemail` read them into
rows, `conversations` joins the rows, `events` and `records` tell from them who spoke with whom,
`segments` makes the parts of an interaction, `placing` puts the recordings in time, `importer`
does it all. Everything but `source`, `sounds` and `importer` is pure. Imported by the registry.
"""

from __future__ import annotations
