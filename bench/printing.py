"""A report as a PDF against notebooks printed by nbconvert and Chromium, where installed."""

import importlib.util
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

from bench.measure import Figure, median_ratio, paired, run_plain, run_process

ROUNDS = 3
NOTEBOOKS = sorted(Path("experiments/fashion").glob("*.ipynb"))  # the report's content, in cells


def figures() -> list[Figure]:
    """Build the report of the quick study in the store, and print its notebooks, in turn.

    Raises:
        RuntimeError: a command failed, e.g. because the quick study was not run.
    """
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None or importlib.util.find_spec("nbconvert") is None:
        return []  # there is nothing to compare with
    browser: str = chromium
    with tempfile.TemporaryDirectory() as folder:

        def ours() -> float:
            started = time.perf_counter()
            run_process("-m", "report", "build", "fashion", "--output", f"{folder}/fashion.pdf")
            return time.perf_counter() - started

        def plain() -> float:
            started = time.perf_counter()
            for notebook in NOTEBOOKS:
                page = Path(folder, notebook.stem + ".html")
                options = ("--to", "html", "--output-dir", folder)
                run_plain("-m", "nbconvert", *options, str(notebook))
                printed = f"--print-to-pdf={page.with_suffix('.pdf')}"
                subprocess.run(
                    [browser, "--headless", "--no-sandbox", printed, page.as_uri()],
                    check=True,
                    capture_output=True,
                )
            return time.perf_counter() - started

        theirs, mine = paired(plain, ours, ROUNDS)
    note = f"medians of {ROUNDS}: {median(theirs):.1f} s against {median(mine):.1f} s"
    ratio = median_ratio(theirs, mine)
    return [Figure("nbconvert and Chromium over report build", ratio, 1.0, "", note, at_least=True)]
