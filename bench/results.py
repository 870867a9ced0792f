"""Keep what was measured in a JSON file, and write the page of benchmarks from it."""

import importlib.metadata
import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from bench.measure import Figure, Table, shown

LIBRARIES = ("tensorflow", "keras", "keras-tuner", "mlflow", "numpy", "weasyprint")
HEAD = """# Benchmarks

Written by `tox run -e bench` from `benchmarks.json`. Where two ways are compared, they were
measured in turn on the same machine, and the ratio is the median of the pairs' ratios.
"""


def summary(module: ModuleType) -> str:
    """Return the first line of a module's docstring, without its full stop."""
    return (module.__doc__ or "").split("\n")[0].rstrip(".")


def keep(path: Path, name: str, title: str, found: Sequence[Figure | Table]) -> None:
    """Add measurements to a JSON file, replacing earlier ones of the same name."""
    held = _read(path)
    figures = [_plain(each) for each in found if isinstance(each, Figure)]
    tables = [vars(each) for each in found if isinstance(each, Table)]
    held[name] = {"title": title, "machine": machine(), "figures": figures, "tables": tables}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{json.dumps(held, indent=1)}\n", encoding="utf-8")


def write_page(path: Path, page: Path) -> None:
    """Write the page of all measurements that a JSON file holds."""
    parts = [HEAD]
    for found in _read(path).values():
        rows = [
            (
                each["name"],
                f"{shown(each['value'])} {each['unit']}".strip(),
                each["asked"],
                "met" if each["met"] else "missed",
                each["note"],
            )
            for each in found["figures"]
        ]
        figures = Table("", ("what", "measured", "goal", "", "how"), tuple(rows))
        tables = [
            Table(each["title"], tuple(each["columns"]), tuple(map(tuple, each["rows"])))
            for each in found["tables"]
        ]
        texts = [str(table).strip() for table in (figures, *tables)]
        parts.append("\n\n".join([f"## {found['title']}", found["machine"], *texts]) + "\n")
    page.write_text("\n".join(parts), encoding="utf-8")


def machine() -> str:
    """Name the processor, its cores and the libraries' versions."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES)
    cores = len(os.sched_getaffinity(0))
    return f"{_processor()}, {cores} cores, Python {platform.python_version()}, {versions}"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _plain(figure: Figure) -> dict[str, Any]:
    value = float(figure.value)
    return {**vars(figure), "value": value, "asked": figure.asked, "met": bool(figure.met)}


def _read(path: Path) -> dict[str, Any]:
    held: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return held
