"""Exact nearest neighbours of many queries among many points, by blocked matrix products.

Float32 products give approximate distances quickly; the best few of each query are recomputed in
float64. The rounding error of the products is bounded, so we know for which queries a nearer point
may have been missed, and compare those with all points. The result is therefore exact, regardless
of blocks, threads and BLAS.

A query against 60,000 points gives 60,000 approximate distances; partitioning them would be the
slowest step. Finding the minimum of each group of 64 is much faster, and the best points are all in
the groups with the smallest minima.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

TILE, GROUP, CHUNK = 4096, 64, 256  # points per product, points per group, queries per product
SPARE = 6  # candidates beyond k: with fewer, more queries remain uncertain
MOST_THREADS = 8  # each holds a chunk's approximate distances: 63 MB for 60,000 points
EXACT_CHUNK = 4096  # points compared with one query at a time

Points = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Neighbors:
    """The nearest points of each query, nearest first; ties go to the lower index.

    Args:
        indices: (n_queries, k) indices into the points.
        distances: (n_queries, k) Euclidean distances, float64.
    """

    indices: NDArray[np.int64]
    distances: NDArray[np.float64]


def nearest(points: Points, queries: Points, k: int) -> Neighbors:
    """Find the k points nearest to each query.

    Args:
        points: (n, dimension) float32.
        queries: (n_queries, dimension) float32.
        k: number of neighbours, in [1, n].

    Raises:
        ValueError: a shape or dtype is wrong, a value is not finite, or k is out of range.

    >>> line = np.array([[0], [3], [4], [8]], dtype=np.float32)
    >>> nearest(line, np.array([[5]], dtype=np.float32), k=3).indices.tolist()
    [[2, 1, 3]]
    """
    _check(points, queries, k)
    blocks = _Blocks(points, min(k + SPARE, len(points)))
    indices = np.empty((len(queries), k), dtype=np.int64)
    squares = np.empty((len(queries), k))

    def search(start: int) -> None:
        chunk = queries[start : start + CHUNK]
        found = _nearest_of_candidates(points, chunk, k, blocks)
        indices[start : start + CHUNK], squares[start : start + CHUNK] = found

    starts = range(0, len(queries), CHUNK)
    # Each thread takes a chunk from product to neighbours: threads sharing a product would wait for
    # one another 600 times, and the steps after it would run on one core.
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(blocks.threads) as pool:
        list(pool.map(search, starts))
    return Neighbors(indices, np.sqrt(squares))


def _nearest_of_candidates(
    points: Points, queries: Points, k: int, blocks: "_Blocks"
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Find a chunk's nearest points: (n, k) indices and squared distances."""
    candidates, beyond = blocks.candidates(queries)
    measured = _squared_distances(points, candidates, queries)
    order = np.lexsort((candidates, measured), axis=1)[:, :k]
    found = np.take_along_axis(candidates, order, axis=1)
    exact = np.take_along_axis(measured, order, axis=1)
    for row in np.flatnonzero(exact[:, -1] >= beyond):
        found[row], exact[row] = _nearest_by_measuring(points, queries[row], k)
    return found, exact


class _Blocks:
    """The points, tiled for matrix products; gives approximate distances and error bounds."""

    def __init__(self, points: Points, keep: int) -> None:
        import joblib

        n, dimension = points.shape
        self.n, self.keep, self.tiles = n, keep, -(-n // TILE)
        self.centre = points.mean(axis=0, dtype=np.float64).astype(np.float32)
        # |a - b|^2 - |a|^2 = -2 a.b + |b|^2: one product, if |b|^2 is appended to b
        right = np.zeros((self.tiles * TILE, dimension + 1), dtype=np.float32)
        right[:n, :dimension] = points - self.centre
        right[:n, dimension] = np.square(right[:n, :dimension], dtype=np.float64).sum(axis=1)
        self.longest = float(np.sqrt(right[:n, dimension].max()))
        right[n:, dimension] = np.inf  # padding in the last tile is never near
        tiled = right.reshape(self.tiles, TILE, dimension + 1).transpose(0, 2, 1)
        self.right = np.ascontiguousarray(tiled)
        self.threads = min(MOST_THREADS, joblib.cpu_count())
        # Buffers for a chunk's approximate distances and group minima, reused by later chunks.
        self.scratch: SimpleQueue[tuple[Points, Points]] = SimpleQueue()
        for _ in range(self.threads):
            rough = np.empty((self.tiles, CHUNK, TILE), dtype=np.float32)
            least = np.empty((self.tiles, CHUNK, TILE // GROUP), dtype=np.float32)
            self.scratch.put((rough, least))

    def candidates(self, queries: Points) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Find approximately the `keep` points nearest to each query.

        Returns:
            (n_queries, keep) indices, and (n_queries,) lower bounds of the squared distance to any
            other point.
        """
        n, dimension = queries.shape
        left = np.ones((n, dimension + 1), dtype=np.float32)
        centred = queries - self.centre
        left[:, :dimension] = -2 * centred
        positions, values = self._rough_distances(left)
        last = min(self.keep, values.shape[1]) - 1
        best = np.argpartition(values, last, axis=1)[:, : self.keep]
        found = np.take_along_axis(positions, best, axis=1)
        squares = np.square(centred, dtype=np.float64).sum(axis=1)
        farthest = np.take_along_axis(values, best, axis=1).max(axis=1).astype(np.float64)
        # A sum of d + 1 rounded products is off by up to d + 1 unit roundoffs times the sum of
        # their magnitudes, doubled for rounding the centred coordinates and the squares.
        size = np.square(np.sqrt(squares) + self.longest)
        beyond = farthest + squares - 2 * (dimension + 8) * 2.0**-24 * size
        return found, np.full(n, np.inf) if self.keep == self.n else beyond

    def _rough_distances(self, left: Points) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return candidate points: indices, and approximate values of |b|^2 - 2 a.b."""
        scratch = self.scratch.get()
        try:
            rough, least = (array[:, : len(left)] for array in scratch)
            for tile in range(self.tiles):
                np.matmul(left, self.right[tile], out=rough[tile])
                rough[tile].reshape(len(left), GROUP, -1).min(axis=1, out=least[tile])
            return self._of_best_groups(rough, least)
        finally:
            self.scratch.put(scratch)

    def _of_best_groups(
        self, rough: Points, least: Points
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the points of the groups with the smallest minima: indices, values."""
        n, groups = rough.shape[1], TILE // GROUP
        least = least.transpose(1, 0, 2).reshape(n, -1)
        kept = min(self.keep, least.shape[1])
        best = np.argpartition(least, kept - 1, axis=1)[:, :kept]
        tile, group = best // groups, best % groups
        column = group[:, :, np.newaxis] + groups * np.arange(GROUP)
        row = np.arange(n)[:, np.newaxis, np.newaxis]
        values = rough[tile[:, :, np.newaxis], row, column]
        positions = tile[:, :, np.newaxis] * TILE + column
        return positions.reshape(n, -1), values.reshape(n, -1)


def _squared_distances(
    points: Points, candidates: NDArray[np.int64], queries: Points
) -> NDArray[np.float64]:
    """Compute (n_queries, n_candidates) squared distances in float64."""
    apart = np.subtract(points[candidates], queries[:, np.newaxis], dtype=np.float64)
    measured: NDArray[np.float64] = np.square(apart, out=apart).sum(axis=2)
    return measured


def _nearest_by_measuring(
    points: Points, query: Points, k: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Find a query's nearest points by computing all distances."""
    squares = np.concatenate(
        [
            _squared_distances(
                points, np.arange(start, min(start + EXACT_CHUNK, len(points)))[None], query[None]
            )[0]
            for start in range(0, len(points), EXACT_CHUNK)
        ]
    )
    order = np.argsort(squares, kind="stable")[:k]
    return order, squares[order]


def _check(points: Points, queries: Points, k: int) -> None:
    for name, array in (("points", points), ("queries", queries)):
        if array.ndim != 2 or array.dtype != np.float32 or array.shape[1:] != points.shape[1:]:
            raise ValueError(
                f"Expected {name} of shape (n, dimension), dtype float32, with equal dimensions. "
                f"Received: {name} of shape={array.shape}, dtype={array.dtype}"
            )
        if not np.isfinite(array).all():
            raise ValueError(f"Expected finite {name}. Received: {name} with NaN or infinity")
    if not 1 <= k <= len(points):
        raise ValueError(f"Expected k in [1, {len(points)}]. Received: {k=}")
