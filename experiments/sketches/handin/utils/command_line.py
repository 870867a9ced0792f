"""The command line that all three programs share: train a network, or predict with it."""

import argparse
import contextlib
import math
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .accuracies import predict_logits
from .backend import start
from .datasets import load_dev, load_test, load_train
from .model_file import MAX_BYTES, model_bytes, read_model_file
from .output import dated_paths, whole_file
from .training import Distort, Evaluation, train
from .weights import load_state_dict, state_dict

if TYPE_CHECKING:
    import keras

MOST = 2**31 - 1  # largest whole number on the command line
REQUIRED = {"train": ("LR", "bs", "epochs"), "predict": ("weights", "predictionsFile")}


@dataclass(frozen=True)
class Program:
    """What one of the programs trains.

    Args:
        name: used to name its files, e.g. `densenet`.
        build: builds the network.
        cosine: see `train`.
        distort: see `train`.
    """

    name: str
    build: Callable[[], "keras.Model"]
    cosine: bool = False
    distort: Distort | None = None


def run(program: Program, argv: Sequence[str] | None = None) -> None:
    """Do what the command line asks for.

    Raises:
        SystemExit: the command line is wrong (2), or the work failed (1, with one sentence).
    """
    arguments = parse(program, argv)
    # On SIGTERM, exit normally so that no partial file is left behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        if arguments.mode == "train":
            train_mode(program, arguments)
        else:
            predict_mode(program, arguments)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        sys.exit(f"{where}{error.strerror or error}")
    except (ValueError, FloatingPointError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


def parse(program: Program, argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Parse the command line; exit with code 2 if it is wrong."""
    parser = argparse.ArgumentParser(description=f"Train {program.name}, or predict with it.")
    add = parser.add_argument
    add("--mode", required=True, choices=REQUIRED, help="what to do")
    add("--LR", type=_rate, help="learning rate (train)")
    add("--bs", type=_count, help="images a step (train)")
    add("--epochs", type=_count, help="optimization steps (train)")
    add("--weights", type=Path, help="model file, .pt (predict)")
    add("--predictionsFile", type=Path, help="where to write the predicted labels (predict)")
    add("--dataDir", type=Path, default=Path("datasets"), help="folder of the .npy files")
    add("--logDir", type=Path, default=Path("log_files"), help="folder for the log (train)")
    add(
        "--modelSaveDir",
        type=Path,
        default=Path("model_files"),
        help="folder for the model (train)",
    )
    add("--seed", type=_seed, default=1, help="of the first weights and the order of the images")
    arguments = parser.parse_args(argv)
    missing = [f"--{name}" for name in REQUIRED[arguments.mode] if getattr(arguments, name) is None]
    if missing:
        parser.error(
            f"the following arguments are required for --mode {arguments.mode}: "
            f"{', '.join(missing)}"
        )
    return arguments


def train_mode(program: Program, arguments: argparse.Namespace) -> None:
    """Train, and write the log and the model file, named after the current time."""
    data, dev = load_train(arguments.dataDir), load_dev(arguments.dataDir)
    log_path, model_path = dated_paths(
        program.name, arguments.logDir, arguments.modelSaveDir, datetime.now().astimezone()
    )
    with whole_file(model_path) as model_file, whole_file(log_path) as log:
        start(arguments.seed)
        model = program.build()
        log.write((",".join(Evaluation._fields) + "\n").encode())

        def note(evaluation: Evaluation) -> None:
            log.write((",".join(map(str, evaluation)) + "\n").encode())
            log.flush()
            say(
                f"step {evaluation.step}: train loss {evaluation.train_loss:.4f}, "
                f"train accuracy {evaluation.train_acc:.4f}, dev loss {evaluation.dev_loss:.4f}, "
                f"dev accuracy {evaluation.dev_acc:.4f}"
            )

        started = time.perf_counter()
        train(
            model,
            data,
            dev,
            learning_rate=arguments.LR,
            batch_size=arguments.bs,
            steps=arguments.epochs,
            seed=arguments.seed,
            cosine=program.cosine,
            distort=program.distort,
            on_evaluation=note,
        )
        seconds = time.perf_counter() - started
        model_file.write(model_bytes(state_dict(model)))
        check_size(model_file.tell())
    say(f"{seconds:.0f} s; model in {model_path}, log in {log_path}")


def predict_mode(program: Program, arguments: argparse.Namespace) -> None:
    """Predict the test images' labels, and write them one per line."""
    state = read_model_file(arguments.weights)
    images = load_test(arguments.dataDir)
    with whole_file(arguments.predictionsFile) as file:
        start(arguments.seed)
        model = program.build()
        try:
            load_state_dict(model, state)
        except ValueError as error:
            raise ValueError(f"{error} (in {arguments.weights})") from error
        labels = predict_logits(model, images).argmax(axis=1)
        file.write("".join(f"{label}\n" for label in labels).encode())
    say(f"{len(labels)} predictions in {arguments.predictionsFile}")


def check_size(size: int, max_bytes: int = MAX_BYTES) -> None:
    """Refuse a model file that is too large to be handed in.

    Raises:
        ValueError: the file is larger than allowed.
    """
    if size > max_bytes:
        raise ValueError(
            f"Expected a model file of at most {max_bytes:,} bytes. Received: {size:,} bytes"
        )


def say(line: str) -> None:
    """Print a line and flush it, also into a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _rate(text: str) -> float:
    with contextlib.suppress(ValueError):
        value = float(text)
        if math.isfinite(value) and value > 0:
            return value
    raise argparse.ArgumentTypeError(f"expected a rate above 0, received {text}")


def _count(text: str) -> int:
    return _whole(text, 1, MOST)


def _seed(text: str) -> int:
    return _whole(text, 0, MOST)


def _whole(text: str, least: int, most: int) -> int:
    with contextlib.suppress(ValueError):
        if least <= int(text) <= most:
            return int(text)
    raise argparse.ArgumentTypeError(
        f"expected a whole number from {least} to {most}, received {text}"
    )
