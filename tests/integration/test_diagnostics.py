"""The file to send along when asking for help: it says enough, and holds no secret and no text of anybody."""

import zipfile
from pathlib import Path

import orjson

from api.diagnostics import settings_shown, write_diagnostics
from knowledge.bootstrap import build
from knowledge.clock import SystemClock
from knowledge.faq.csv_rows import rows_of
from knowledge.settings import Settings
from tests.fakes import small_city

SECRET = "kakure-himitsu"


def settings(folder: Path, **more: object) -> Settings:
    return Settings.model_validate(
        {
            "data_dir": folder,
            "index": {"api_key": SECRET, "url": f"https://me:{SECRET}@qdrant.example.jp:6333"},
            "security": {"secret_key": SECRET, "oidc_client_secret": SECRET},
            "llm": {"api_key": SECRET, "api_base": f"https://me:{SECRET}@model.example.jp/v1"},
            "voice": {"twilio": {"auth_token": SECRET}},
            **more,
        }
    )


def test_it_says_the_state_and_keeps_secrets_and_texts(tmp_path: Path) -> None:
    folder, target = tmp_path / "data", tmp_path / "help.zip"
    plain = Settings.model_validate({"data_dir": folder})
    services = build(plain, SystemClock())
    services.faqs.import_rows(rows_of(small_city.entries()[:3]), True, "chief")
    question = services.faqs.published()[0].question
    services.close()
    (folder / "voice" / "recordings").mkdir(parents=True)
    (folder / "voice" / "recordings" / "call-1.wav").write_bytes(b"12345")
    names = write_diagnostics(settings(folder), target)
    assert target.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(target) as archive:
        assert archive.namelist() == names
        parts = {name: archive.read(name).decode() for name in names}
    everything = "".join(parts.values())
    assert SECRET not in everything
    assert question not in everything
    assert orjson.loads(parts["rows.json"])["faq"] == 3
    assert orjson.loads(parts["files.json"])["voice/recordings/*"] == 5
    assert "call-1" not in everything
    assert "fastapi" in orjson.loads(parts["versions.json"])
    assert {one["name"] for one in orjson.loads(parts["state.json"])} >= {"データベース", "自動の控え"}


def test_passwords_in_addresses_are_hidden(tmp_path: Path) -> None:
    shown = settings_shown(settings(tmp_path, store={"url": f"postgresql://me:{SECRET}@db.example.jp/madoguchi"}))
    assert shown["store"]["url"] == "postgresql://me:***@db.example.jp/madoguchi"
    assert SECRET not in repr(shown)
