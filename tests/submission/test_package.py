"""What goes into the zip, that it runs, and that its report verifies."""

import io
import zipfile
from pathlib import Path

from submission import package, trial
from tests.submission.conftest import HandIn


def test_the_zip_holds_the_study_and_what_it_imports(project: HandIn) -> None:
    names = set(package.files("fashion", project.root))
    assert {
        "answers/fashion/causes.csv",
        "contract/names.py",
        "experiments/__main__.py",
        "experiments/fashion/classification.ipynb",
        "experiments/fashion/classification.py",
        "handin.toml",
        "lib/data/sets/fashion_mnist.py",
        "lib/training/fitting.py",
        "locks/course.txt",
        "notebooks/fashion/classification.py",
        "report/studies/fashion/classification.py",
        "templates/base.html.j2",
        "templates/fashion/q1.md.j2",
    } <= names
    for name in names:
        parents = [folder.as_posix() for folder in Path(name).parents][:-1]
        inits = [f"{folder}/__init__.py" for folder in parents]
        present = [init for init in inits if (project.root / init).is_file()]
        if name.endswith(".py"):
            assert set(present) <= names, name


def test_it_holds_no_other_study_no_data_no_weights_and_no_store(project: HandIn) -> None:
    before = set(package.files("fashion", project.root))
    for name in (
        "answers/guess/q1.md.j2",
        "answers/fashion/.causes.csv.lock",
        "build/fashion.pdf",
        "experiments/fashion.full.autoencoder.weights.h5",
        "experiments/fashion/codes.npy",
        "experiments/guess/commonest.py",
        "lib/data/unused.py",
        "mlruns/mlflow.db",
        "templates/guess/q1.md.j2",
        "train-images-idx3-ubyte.gz",
    ):
        (project.root / name).parent.mkdir(parents=True, exist_ok=True)
        (project.root / name).write_text("x = 1\n")
    assert set(package.files("fashion", project.root)) == before


def test_what_a_module_imports_comes_along(project: HandIn) -> None:
    lib = project.root / "lib"
    (lib / "near.py").write_text("X = 1\n")
    (lib / "far").mkdir()
    (lib / "far" / "__init__.py").write_text("from . import deep\n")
    (lib / "far" / "deep.py").write_text("from ..near import X\n")
    (project.root / "experiments" / "fashion" / "more.py").write_text(
        "def late():\n    import lib.far\n"
    )
    assert {"lib/near.py", "lib/far/__init__.py", "lib/far/deep.py"} <= set(
        package.files("fashion", project.root)
    )


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    made = package.zipped({"b/c.py": b"x", "a.py": b"y"}, "Code")
    assert made == package.zipped({"a.py": b"y", "b/c.py": b"x"}, "Code")
    archive = zipfile.ZipFile(io.BytesIO(made))
    assert archive.namelist() == ["Code/a.py", "Code/b/c.py"]
    assert archive.read("Code/a.py") == b"y"


def test_a_zip_that_does_not_run_is_told_with_its_reason() -> None:
    broken = package.zipped({"experiments/__main__.py": b"raise SystemExit('no luck')"}, "Code")
    assert "run fashion --profile smoke fails in the unpacked zip: no luck" in trial.failure(
        broken, "fashion"
    )
