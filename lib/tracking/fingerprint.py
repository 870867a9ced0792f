"""Hash everything that determines a stage's result, so that a finished run can be reused."""

import dataclasses
import hashlib
import json
import platform
from collections.abc import Callable, Iterator, Mapping, Sized
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from contract.names import DataSource
from lib import environment
from lib.tracking.code import Code, code_of
from lib.tracking.results import Results, Scalar
from lib.training.mode import computing
from lib.training.precision import dtype_policy


@runtime_checkable
class Dataset(Protocol):
    """Interface of a data set: its hash for the fingerprint, the rest for people to read."""

    @property
    def name(self) -> str:
        """Name of the data set."""
        ...

    @property
    def sha256(self) -> str:
        """Hash of the content."""
        ...

    @property
    def source(self) -> DataSource:
        """Whether it is real or stand-in data."""
        ...

    def parts(self) -> Iterator[tuple[str, Any, Sized]]:
        """Yield the name, samples and labels of each part."""
        ...


class OutsideFingerprint:
    """Base class of inputs that cannot change a result, such as the number of workers."""


@dataclass(frozen=True)
class Fingerprint:
    """What determines a stage's result, part by part.

    Args:
        run: name of the stage's run.
        profile: amount of work.
        parameters: plain values that the stage is called with.
        data: content hash of each data set that it is called with.
        inputs: computation hash of each earlier stage whose results it is called with.
        code: definitions and libraries that the stage uses.
        drawing: definitions and libraries that only its figures use.
        python: major and minor version of Python.
        environment: what in the environment influences results, see `lib.environment`.
    """

    run: str
    profile: str
    parameters: Mapping[str, Any]
    data: Mapping[str, str]
    inputs: Mapping[str, str]
    code: Code
    drawing: Code
    python: str = dataclasses.field(
        default_factory=lambda: ".".join(platform.python_version_tuple()[:2])
    )
    environment: Mapping[str, str | int] = dataclasses.field(default_factory=environment.deciding)

    @property
    def computation(self) -> str:
        """Hash of everything that determines the numbers."""
        return sha256_of({key: part for key, part in self.parts().items() if key != "drawing"})

    @property
    def sha256(self) -> str:
        """Hash of everything that determines the numbers and the figures."""
        return sha256_of(self.parts())

    @property
    def code_sha256(self) -> str:
        """Hash of only the definitions, including those for drawing."""
        return sha256_of([self.code.definitions, self.drawing.definitions])

    @property
    def data_sha256(self) -> str:
        """Hash of the data sets' content; for a single data set, its own hash."""
        hashes = sorted(set(self.data.values()))
        return hashes[0] if len(hashes) == 1 else sha256_of(hashes)

    @property
    def settings(self) -> dict[str, Scalar]:
        """The parameters, flattened into MLflow's params."""
        return _flat(self.parameters)

    def parts(self) -> dict[str, Any]:
        """Return the plain form that is stored beside the results."""
        return {
            "run": self.run,
            "profile": self.profile,
            "parameters": dict(self.parameters),
            "data": dict(self.data),
            "inputs": dict(self.inputs),
            "code": self.code.definitions,
            "libraries": self.code.libraries,
            "drawing": {"code": self.drawing.definitions, "libraries": self.drawing.libraries},
            "python": self.python,
            "environment": dict(self.environment),
        }


def fingerprint_of(
    run: str,
    profile: str,
    function: Callable[..., Results],
    draw: Callable[..., Any] | None,
    inputs: Mapping[str, Any],
) -> Fingerprint:
    """Compute the fingerprint of a stage that is about to be called.

    Args:
        run: name of the stage's run.
        profile: amount of work.
        function: the stage.
        draw: the function that draws its figures, if it has any.
        inputs: the keyword arguments it is called with.

    Raises:
        TypeError: an input is neither a plain value nor data nor an earlier stage's results.
    """
    data, results, parameters = {}, {}, {}
    for name, value in inputs.items():
        if isinstance(value, OutsideFingerprint):
            continue
        if isinstance(value, Results):
            results[name] = value.computation
        elif isinstance(value, Dataset):
            data[name] = value.sha256
        else:
            parameters[name] = plain(name, value)
    code = code_of(function, environment.settle)
    if "keras" in code.libraries:  # then the modes in which networks compute decide, too
        code = code_of(function, environment.settle, computing, dtype_policy)
    drawing = code_of(draw) if draw is not None else Code({}, {})
    return Fingerprint(
        run=run,
        profile=profile,
        parameters=parameters,
        data=data,
        inputs=results,
        code=code,
        drawing=Code(
            {key: sha for key, sha in drawing.definitions.items() if key not in code.definitions},
            {key: no for key, no in drawing.libraries.items() if key not in code.libraries},
        ),
    )


def plain(name: str, value: Any) -> Any:
    """Convert a stage's parameter to JSON types; dataclasses keep their class name.

    >>> plain("shape", (3, 3))
    [3, 3]

    Raises:
        TypeError: the value has no plain form.
    """
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        values = {
            part.name: plain(f"{name}.{part.name}", getattr(value, part.name))
            for part in dataclasses.fields(value)
        }
        return {"class": type(value).__name__, **values}
    if isinstance(value, Mapping):
        return {str(key): plain(f"{name}.{key}", item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(name, item) for item in value]
    raise TypeError(
        "Expected a plain value, data or an earlier stage's results as a stage's input. "
        f"Received: {name}={type(value).__name__}"
    )


def sha256_of(value: Any) -> str:
    """Hash a value's canonical JSON text."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _flat(parameters: Mapping[str, Any], prefix: str = "") -> dict[str, Scalar]:
    """Flatten nested parameters.

    >>> _flat({"epochs": 10, "space": {"units": [64, 128]}})
    {'epochs': 10, 'space.units': '[64, 128]'}
    """
    flat: dict[str, Scalar] = {}
    for name, value in parameters.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = value if isinstance(value, Scalar) else str(value)
    return flat
