"""A desk with planted samples, and a server that answers for it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from annotate.desk import Desk, Neighbor, Sample, Suggestion
from annotate.server import Server
from contract.causes import Cause
from contract.names import Profile

INDICES = (17, 4, 256)


def planted(test_index: int) -> Sample:
    """A sample whose pictures are grey by its number, so that each can be told from the others."""
    grey = [np.full((28, 28), (test_index + step) % 256, np.uint8) for step in range(3)]
    return Sample(
        test_index=test_index,
        image=grey[0],
        true="Shirt",
        predicted="Coat",
        example=Neighbor(grey[1], "Shirt", 1.25),
        counterexample=Neighbor(grey[2], "Coat", 0.5),
        suggestions=(Suggestion(Cause.OVERFITTING, "it is nearer to its counterexample"),),
    )


@pytest.fixture
def new_desk(tmp_path: Path) -> Callable[[], Desk]:
    """Set up desks over one file, as two programs do."""
    file = tmp_path / "answers" / "fashion" / "causes.csv"
    return lambda: Desk("fashion", Profile.QUICK, [planted(index) for index in INDICES], file)


@pytest.fixture
def desk(new_desk: Callable[[], Desk]) -> Desk:
    """A desk on which nothing is judged yet."""
    return new_desk()


@contextmanager
def serving(desk: Desk) -> Iterator[Server]:
    """Serve a desk at any free port."""
    with Server(desk, 0) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def server(desk: Desk) -> Iterator[Server]:
    """A server for the desk."""
    with serving(desk) as found:
        yield found
