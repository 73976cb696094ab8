"""What registers the scheme of links with the system names the scheme that the program makes."""

from __future__ import annotations

import configparser
from pathlib import Path

from reviewer.models.links import SCHEME

ROOT = Path(__file__).resolve().parents[1]


def test_the_desktop_entry_takes_links() -> None:
    entry = configparser.ConfigParser(interpolation=None, strict=True)
    entry.optionxform = str  # type: ignore[assignment,method-assign]
    entry.read(ROOT / "packaging" / "reviewer.desktop", encoding="utf-8")
    told = dict(entry["Desktop Entry"])
    assert told["MimeType"].split(";")[:-1] == [f"x-scheme-handler/{SCHEME}"]
    assert told["Exec"].split() == ["reviewer", "open", "%u"]
    assert told["Name[ru]" if "Name[ru]" in told else "Name"] == "Reviewer"


def test_the_script_for_windows_and_the_bundle_for_macos_name_the_scheme() -> None:
    script = (ROOT / "packaging" / "register-links.cmd").read_bytes()
    assert script.count(b"\r\n") == script.count(b"\n")
    assert f"Software\\Classes\\{SCHEME}\\shell\\open\\command".encode() in script
    assert b'open \\"%%1\\"' in script
    spec = (ROOT / "build.spec").read_text(encoding="utf-8")
    assert f'"CFBundleURLSchemes": ["{SCHEME}"]' in spec
    compile(spec, "build.spec", "exec")
