"""What is typed wrongly is answered in a line that says what to do, with an exit code and without a traceback."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest


def osler(folder: Path, *words: str) -> tuple[int, str]:
    """Exit code and standard error of the command as a shell runs it; standard output has to be empty."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "OSLER_DATA_DIR": str(folder / "none")}
    command = [sys.executable, "-m", "osler.interfaces.cli.main", *words]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL
    )
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert not (folder / "none").exists(), "nothing was begun"
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "Commands:"),
        (("token",), 2, "Commands:"),
        (("nonsense",), 2, "No such command 'nonsense'"),
        (("serve", "--prot", "1"), 2, "--port"),
        (("serve", "--port", "abc"), 2, "--port"),
        (("serve", "--port", "99999"), 2, "--port: "),
        (("serve", "--host", "nowhere.invalid"), 75, "not an address of this machine"),
        (("import",), 2, "Missing argument"),
        (("import", "missing.json"), 66, "There is no file or folder missing.json"),
        (("import", "/dev/null"), 65, "holds no .json"),
        (("user", "create", "ada"), 65, "--role"),
        (("user", "create", "ada", "--role", "nurse"), 65, "standard input"),
        (("token", "create", "--name", "n"), 2, "--scope"),
        (("token", "create", "--name", "n", "--scope", "all"), 65, "system/*.cruds"),
        (("token", "create", "--name", "n", "--scope", "system/Foo.rs"), 65, "names no R4 resource type"),
        (("token", "create", "--name", "n", "--scope", "user/*.rs"), 65, "--user"),
        (("token", "create", "--name", "n", "--scope", "patient/*.rs"), 65, "--patient"),
    ],
)
def test_a_slip_is_said_before_anything_is_begun(tmp_path: Path, words: tuple[str, ...], code: int, said: str):
    found, told = osler(tmp_path, *words)
    assert (found, said in told) == (code, True), told


def test_a_port_that_is_taken_is_said_before_anything_is_begun(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, told = osler(tmp_path, "serve", "--host", "127.0.0.1", "--port", port)
    assert code == 75
    assert f"Port {port}" in told
    assert "--port" in told


def test_a_setting_of_the_environment_is_named_as_it_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    command = [sys.executable, "-m", "osler.interfaces.cli.main", "serve"]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "OSLER_WORKERS": "0"}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    assert done.returncode == 2
    assert "OSLER_WORKERS: " in done.stderr
