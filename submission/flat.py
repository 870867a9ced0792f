"""Make and test a zip without folders that contains exactly the files that a study names."""

import subprocess
import sys
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path

from report.delivery import Attempt, Flat, Written
from report.errors import ReportError
from report.store.runs import Runs
from submission.inlining import inlined
from submission.package import archived

SECONDS = 600


def files(flat: Flat, runs: Runs, root: Path) -> dict[str, bytes]:
    """Collect the files, by their names in the zip.

    Args:
        flat: contents of the zip.
        runs: the study's runs.
        root: the project's folder.

    Raises:
        ReportError: a file is missing, or larger than allowed.
    """
    folder = root / flat.folder
    contents = {name: inlined(folder / name, flat.package, flat.modules) for name in flat.programs}
    for name in flat.modules:
        contents[f"{name}.py"] = (folder / flat.package / f"{name}.py").read_bytes()
    readme = [(folder / flat.readme).read_bytes(), *(_content(runs, part) for part in flat.tried)]
    contents[flat.readme] = b"\n".join(readme)
    for file in flat.files:
        contents[file.written] = _content(runs, file)
    return contents


def zipped(contents: dict[str, bytes]) -> bytes:
    """Pack files into a zip without folders, byte-identical for the same files."""
    return archived({Path(name).name: content for name, content in contents.items()})


def failure(flat: Flat, runs: Runs, packed: bytes) -> str:
    """Unpack the zip elsewhere and run its programs there; say what fails, empty if nothing."""
    with tempfile.TemporaryDirectory(prefix="vouch-submission-") as name:
        folder = Path(name)
        with zipfile.ZipFile(BytesIO(packed)) as archive:
            archive.extractall(folder)
        for attempt in flat.attempts:
            for given in attempt.inputs:
                place = folder / given.written
                place.parent.mkdir(exist_ok=True)
                place.write_bytes(_content(runs, given))
            said = _tried(attempt, folder)
            if said:
                return said
    return ""


def _tried(attempt: Attempt, folder: Path) -> str:
    """Run a program on a few images; its output must be the beginning of the file handed in."""
    output = folder / "written by the attempt"
    line = [part.format(output=output) for part in attempt.arguments]
    done = subprocess.run(
        [sys.executable, *line],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    if done.returncode:
        return f"python {' '.join(line)} fails in the unpacked zip: {done.stderr.strip()[-2000:]}"
    written, expected = output.read_bytes(), (folder / attempt.output).read_bytes()
    if not written or not expected.startswith(written):
        return f"python {' '.join(line)} does not write what {attempt.output} begins with"
    return ""


def _content(runs: Runs, file: Written) -> bytes:
    """Read a file of a run."""
    stage = runs.stage(file.run)
    content = stage.store.artifact(stage.run, f"files/{file.name}")
    if content is None:
        raise ReportError(
            f"Expected {file.name} in run {file.run} ({stage.run.run_id}). Received: none",
            runs.remedy,
        )
    if file.max_bytes is not None and len(content) > file.max_bytes:
        raise ReportError(
            f"Expected {file.written} of at most {file.max_bytes:,} bytes. "
            f"Received: {len(content):,} bytes, from run {file.run} ({stage.run.run_id})"
        )
    return content
