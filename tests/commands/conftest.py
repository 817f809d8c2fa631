"""A hotline with a carrier account, for commands that ask the carrier."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.simulator.rest_api.server import RestApi
from tests.files.good import texts

PUBLIC = "https://hotline.example.org"


@pytest.fixture
def live_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of a hotline, and settings that name it; no carrier account."""
    for path, text in texts().items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(text)
    monkeypatch.setenv("HOTLINE_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("HOTLINE_PUBLIC_URL", PUBLIC)
    monkeypatch.setenv("COLUMNS", "120")
    return tmp_path


@pytest.fixture
def api(live_line: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RestApi]:
    """The carrier account of that hotline."""
    with RestApi() as api:
        monkeypatch.setenv("TWILIO_ACCOUNT_SID", api.account)
        monkeypatch.setenv("TWILIO_AUTH_TOKEN", api.token)
        monkeypatch.setenv("TWILIO_API_BASE_URL", api.url)
        yield api
