"""`osler demo` on a port that is taken."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from osler.core.errors import Unavailable
from osler.interfaces.cli.main import app


def test_a_port_that_is_taken_is_said_before_anything_is_made_or_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("osler.core.log.configure", lambda _level: None)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        words = ["demo", "--host", "127.0.0.1", "--port", str(port), "--data-dir", str(tmp_path / "demo")]
        result = CliRunner().invoke(app, words)
    assert isinstance(result.exception, Unavailable)
    assert f"Port {port}" in result.exception.message
    assert result.output == ""
    assert not (tmp_path / "demo").exists()
