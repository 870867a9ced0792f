"""The frozen `Split` that every data set loads as: name, images, labels, class names and hash."""

import dataclasses
import functools
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from contract.names import DataSource
from lib.data.files.hashes import add_array
from lib.data.stratified import hold_out, stratified_sample

PARTS = ("train", "val", "test")

Images = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int64]


# Arrays have no truth value and are too long to print: compare `sha256`, see `__repr__`.
@dataclass(frozen=True, eq=False, repr=False)
class Split:
    """A data set in three parts, its images as published; the arrays are read-only.

    Attributes:
        x_train, x_val, x_test: (n, height, width) or (n, height, width, channels) uint8.
        y_train, y_val, y_test: (n,) int64 in [0, n_classes). A part may be empty.
        class_names: one name per class.
        name: name of the data set.
        source: real, or generated as a stand-in.
        left_out: published samples that are in no part, by reason; not hashed.

    Raises:
        ValueError: if shapes, dtypes, lengths or labels are inconsistent.
    """

    x_train: Images
    y_train: Labels
    x_val: Images
    y_val: Labels
    x_test: Images
    y_test: Labels
    class_names: tuple[str, ...]
    name: str
    source: DataSource
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for part, images, labels in self.parts():
            _check_part(part, images, labels, self.x_train.shape[1:], len(self.class_names))
            for name, array in ((f"x_{part}", images), (f"y_{part}", labels)):
                view = array.view()
                view.flags.writeable = False  # otherwise `sha256` could be stale
                object.__setattr__(self, name, view)

    def __repr__(self) -> str:
        sizes = ", ".join(f"{part}={len(labels):,}" for part, _, labels in self.parts())
        return f"Split({self.name}, {sizes}, classes={len(self.class_names)}, source={self.source})"

    def parts(self) -> Iterator[tuple[str, Images, Labels]]:
        """Yield the parts in order: name, images, labels."""
        yield "train", self.x_train, self.y_train
        yield "val", self.x_val, self.y_val
        yield "test", self.x_test, self.y_test

    @functools.cached_property
    def sha256(self) -> str:
        """Hash of the content: arrays with their order, shapes and dtypes, and class names.

        Computed on first access: 0.03 s for 70,000 images of 28 x 28. Memory-mapped images are
        read in chunks.
        """
        digest = hashlib.sha256(json.dumps(self.class_names).encode())
        for part, images, labels in self.parts():
            for array in (images, labels):
                digest.update(f"{part} {array.dtype.str} {array.shape}".encode())
                add_array(digest, array)
        return digest.hexdigest()

    def without_test(self) -> "Split":
        """Withhold the test set, from all stages except exploration and final evaluation."""
        return dataclasses.replace(self, x_test=self.x_test[:0], y_test=self.y_test[:0])

    def with_complete_training(self) -> "Split":
        """Append the validation samples to the training samples, for the final training."""
        return dataclasses.replace(
            self,
            x_train=np.concatenate([self.x_train, self.x_val]),
            y_train=np.concatenate([self.y_train, self.y_val]),
            x_val=self.x_val[:0],
            y_val=self.y_val[:0],
        )

    def take(
        self,
        n_train: int | None = None,
        n_val: int | None = None,
        n_test: int | None = None,
        *,
        seed: int,
    ) -> "Split":
        """Draw a smaller split, stratified by class, each part independently.

        Args:
            n_train: training samples to keep; None keeps all.
            n_val: likewise for validation.
            n_test: likewise for the test set.
            seed: the same seed draws the same samples, whatever the sizes of the other parts.

        Raises:
            ValueError: if a part has fewer samples than asked for.
        """
        train = _drawn("train", self.x_train, self.y_train, n_train, (seed, 1))
        val = _drawn("val", self.x_val, self.y_val, n_val, (seed, 2))
        test = _drawn("test", self.x_test, self.y_test, n_test, (seed, 3))
        return dataclasses.replace(
            self,
            x_train=train[0],
            y_train=train[1],
            x_val=val[0],
            y_val=val[1],
            x_test=test[0],
            y_test=test[1],
        )


def published(
    train: tuple[Images, Labels],
    test: tuple[Images, Labels],
    *,
    n_val: int,
    seed: int,
    class_names: tuple[str, ...],
    name: str,
) -> Split:
    """Split a real data set published in two parts; validation is held out of the training part.

    Args:
        train: images (n, height, width[, channels]) uint8 and labels (n,) int64.
        test: likewise.
        n_val: samples to hold out for validation, stratified by class.
        seed: the same seed gives the same parts.
        class_names: see `Split`.
        name: see `Split`.

    Raises:
        ValueError: `n_val` is not in [0, n].
    """
    images, labels = train
    if not 0 <= n_val <= len(labels):
        raise ValueError(f"Expected validation in [0, {len(labels)}]. Received: validation={n_val}")
    held_out = hold_out(labels, n_val, seed)
    return Split(
        x_train=images[~held_out],
        y_train=labels[~held_out],
        x_val=images[held_out],
        y_val=labels[held_out],
        x_test=test[0],
        y_test=test[1],
        class_names=class_names,
        name=name,
        source=DataSource.REAL,
    )


def parted(
    images: Images,
    labels: Labels,
    *,
    n_val: int,
    n_test: int,
    seed: int,
    class_names: tuple[str, ...],
    name: str,
    left_out: Mapping[str, tuple[str, ...]] | None = None,
) -> Split:
    """Split a real data set that was published in one part, stratified by class.

    Args:
        images: (n, height, width[, channels]) uint8.
        labels: (n,) class numbers.
        n_val: samples to hold out for validation.
        n_test: samples to hold out as the test set.
        seed: the same seed gives the same parts; the test set does not depend on `n_val`.
        class_names: see `Split`.
        name: see `Split`.
        left_out: see `Split`.

    Raises:
        ValueError: there are too few samples.
    """
    test = hold_out(labels, n_test, (seed, 3))
    rest = np.flatnonzero(~test)
    val = hold_out(labels[rest], n_val, (seed, 2))
    parts = rest[~val], rest[val], np.flatnonzero(test)
    x_train, x_val, x_test = (images[part] for part in parts)
    y_train, y_val, y_test = (labels[part] for part in parts)
    return Split(
        x_train=x_train,
        y_train=y_train,
        x_val=x_val,
        y_val=y_val,
        x_test=x_test,
        y_test=y_test,
        class_names=class_names,
        name=name,
        source=DataSource.REAL,
        left_out=left_out or {},
    )


def _drawn(
    part: str, images: Images, labels: Labels, n: int | None, seed: tuple[int, int]
) -> tuple[Images, Labels]:
    if n is None:
        return images, labels
    if not 0 <= n <= len(labels):
        raise ValueError(f"Expected n_{part} in [0, {len(labels)}]. Received: n_{part}={n}")
    chosen = stratified_sample(labels, n, seed)
    return images[chosen], labels[chosen]


def _check_part(
    part: str, images: Images, labels: Labels, image_shape: tuple[int, ...], n_classes: int
) -> None:
    if images.dtype != np.uint8 or images.ndim not in (3, 4) or images.shape[1:] != image_shape:
        raise ValueError(
            f"Expected x_{part} of dtype uint8 and shape (n, height, width[, channels]), alike in "
            f"all parts (x_train: {image_shape}). "
            f"Received: x_{part} of dtype={images.dtype}, shape={images.shape}"
        )
    if labels.dtype != np.int64 or labels.shape != (len(images),):
        raise ValueError(
            f"Expected y_{part} of dtype int64 and shape ({len(images)},), like x_{part}. "
            f"Received: y_{part} of dtype={labels.dtype}, shape={labels.shape}"
        )
    if len(labels) and not 0 <= labels.min() <= labels.max() < n_classes:
        raise ValueError(
            f"Expected y_{part} in [0, {n_classes}), with one name per class. "
            f"Received: y_{part} in [{labels.min()}, {labels.max()}]"
        )
