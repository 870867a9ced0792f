"""MLflow's page over the store: to this machine alone, and gone when its process is."""

import errno
import json
import re
import shutil
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from contract.names import Profile
from experiments.__main__ import main
from lib.tracking import Results, Study
from tests.lifetimes import Program, needs_proc, running

UI = ["-m", "experiments", "ui", "--port", "0"]
SECONDS = 60  # that MLflow may take to start on a busy machine


def measure() -> Results:
    """Measure something."""
    return Results(metrics={"val_accuracy": 0.5}, files={"weights.bin": b"heavy"})


@pytest.fixture
def store(tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Address of a store that is ready."""
    shutil.copy(migrated, tmp_path / "mlflow.db")
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    return uri


def address(program: Program) -> str:
    """Where a page is shown that has just been started."""
    assert program.process.stdout is not None
    found = re.search(r"http://\S+", program.process.stdout.readline())
    assert found
    return found[0]


def end(program: Program, ending: signal.Signals) -> int:
    """End a program and all that it started; its exit code."""
    program.process.send_signal(ending)
    code = program.process.wait(timeout=SECONDS)
    assert program.left() == {}
    return code


def ask(url: str, **headers: str) -> bytes:
    request = urllib.request.Request(url, headers=headers)  # noqa: S310  # the page's own
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
        content: bytes = answer.read()
    return content


@needs_proc
@pytest.mark.usefixtures("store")
def test_the_page_shows_the_store_to_this_machine_from_one_process() -> None:
    run_id = Study("fashion", profile=Profile.SMOKE).stage(measure).run_id
    with running(UI, stdout=subprocess.PIPE) as program:
        page = address(program)
        assert page.startswith("http://127.0.0.1:")
        assert b"<title>MLflow</title>" in ask(page)
        found = json.loads(
            ask(f"{page}/api/2.0/mlflow/experiments/get-by-name?experiment_name=fashion")
        )
        assert found["experiment"]["name"] == "fashion"
        assert ask(f"{page}/get-artifact?path=files/weights.bin&run_uuid={run_id}") == b"heavy"
        with pytest.raises(urllib.error.HTTPError, match="403"):  # a name that leads here (DNS)
            ask(f"{page}/api/2.0/mlflow/experiments/search?max_results=1", Host="elsewhere.example")
        assert list(program.alive()) == [program.process.pid]
        assert end(program, signal.SIGTERM) == -signal.SIGTERM


@needs_proc
@pytest.mark.usefixtures("store")
def test_ctrl_c_ends_the_page_without_a_word() -> None:
    with running(UI, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        ask(f"{address(program)}/health")
        assert end(program, signal.SIGINT) == 0
        assert [stream.strip() for stream in program.process.communicate()] == ["", ""]


@needs_proc
@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("ending", [signal.SIGHUP, signal.SIGKILL])
def test_what_ends_it_while_it_starts_leaves_nothing_behind(ending: signal.Signals) -> None:
    with running(UI, stdout=subprocess.PIPE) as program:
        address(program)
        assert end(program, ending) == -ending


@pytest.mark.usefixtures("store")
def test_a_taken_port_is_said_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(main, ["ui", "--port", port])
    assert result.exit_code == 1
    assert result.output == (
        f"Error: Expected a free port. Received: {port} (Address already in use); "
        "--port 0 takes any\n"
    )


@pytest.mark.usefixtures("store")
def test_a_port_that_only_the_system_may_take_is_said_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket, "create_server", refuse)
    result = CliRunner().invoke(main, ["ui", "--port", "80"])
    assert result.exit_code == 1
    assert "Received: 80 (Permission denied)" in result.output


@pytest.mark.parametrize("port", ["65536", "-1", "http"])
def test_what_is_no_port_is_a_wrong_command_line(port: str) -> None:
    result = CliRunner().invoke(main, ["ui", "--port", port])
    assert result.exit_code == 2
    assert "--port" in result.output
