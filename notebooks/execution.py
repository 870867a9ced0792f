"""Execute a notebook's script from top to bottom, and keep its output."""

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

import jupytext
import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from lib.environment import settled
from notebooks.scripts import Script

FORMAT = "py:percent"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "file_extension": ".py"},
}
SECONDS_A_CELL = 3 * 3600  # more than the longest stage of the full profile takes


class NotebookError(Exception):
    """A notebook could not be executed to the end; the message says where and why."""


def executed(
    script: Script,
    environment: Mapping[str, str],
    on_cell: Callable[[int, int], None] = lambda _done, _cells: None,
) -> NotebookNode:
    """Execute a script in its notebook's folder.

    Args:
        script: the script.
        environment: additional environment variables for its kernel.
        on_cell: called before each cell with the number of finished cells and of all cells.

    Returns:
        The notebook with its output, without times or machine names.

    Raises:
        NotebookError: a cell raised an error, or wrote to standard error.
    """
    notebook = jupytext.reads(script.path.read_text(encoding="utf-8"), fmt=FORMAT)
    notebook.metadata = nbformat.from_dict(METADATA)
    client = NotebookClient(
        notebook,
        timeout=SECONDS_A_CELL,
        record_timing=False,
        extra_arguments=["--IPKernelApp.capture_fd_output=False"],  # see `_log`
        resources={"metadata": {"path": str(script.target.parent)}},
    )
    with tempfile.TemporaryDirectory(prefix="vouch-notebook-") as folder, _log(folder) as log:
        client.km = _kernel(folder)
        own = {"IPYTHONDIR": folder, "JUPYTER_RUNTIME_DIR": folder, "JUPYTER_CONFIG_DIR": folder}
        try:
            with client.setup_kernel(
                env={**settled(os.environ), **own, **environment},
                stderr=log,
            ):
                for number, cell in enumerate(notebook.cells):
                    on_cell(number, len(notebook.cells))
                    client.execute_cell(cell, number)
                    _require_silence(script, number, cell)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise NotebookError(f"{script.path}, cell {number + 1}: {error}") from error
    _make_plain(notebook)
    return notebook


def _log(folder: str) -> IO[bytes]:
    """Open a log for native libraries, whose output does not belong in a notebook."""
    return Path(folder, "kernel.log").open("wb")


def _kernel(folder: str) -> AsyncKernelManager:
    """Connect to the kernel through files in a temporary folder, not through ports."""
    connection = str(Path(folder, "kernel.json"))
    return AsyncKernelManager(
        kernel_name="python3", transport="ipc", connection_file=connection, ip=f"{folder}/ipc"
    )


def _require_silence(script: Script, number: int, cell: NotebookNode) -> None:
    """Treat warnings as errors: a notebook that is handed in should show none."""
    written = "".join(
        output.text
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stderr"
    )
    if written:
        raise NotebookError(
            f"{script.path}, cell {number + 1}: Expected nothing on standard error. "
            f"Received: {written.strip()}"
        )


def _make_plain(notebook: NotebookNode) -> None:
    """Replace random cell ids with numbers, and remove what nbclient adds."""
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number}"
        cell.metadata = NotebookNode()
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat_minor = 5  # the first version with cell ids
    nbformat.validate(notebook)
