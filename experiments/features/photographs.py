"""Images for explaining pretrained networks: photographs shipped with packages, and dishes."""

import numpy as np

from contract.names import DataSource, Profile
from lib.data import Split
from lib.data.enlarging import enlarge
from lib.data.sets import food101, standin_scenes
from lib.data.split import Images
from lib.data.weights import SIZE

SHIPPED = ("china", "flower", "astronaut", "cat", "coffee", "rocket")
STAND_IN_SIDE = 32


def load(profile: Profile, dishes: int, seed: int) -> Split:
    """Load the shipped photographs and some Food-101 images as a test set of two classes.

    Dishes smaller than the networks' 224 pixels are enlarged.

    Args:
        profile: the smoke profile uses generated dishes.
        dishes: number of Food-101 images.
        seed: seeds their choice.

    Raises:
        DataNotFoundError: Food-101 was not found.
        DataCorruptError: it is damaged.
    """
    if profile is Profile.SMOKE:
        drawn = standin_scenes.food(
            n_train=6, n_val=0, n_test=len(SHIPPED) + dishes, size=STAND_IN_SIDE, seed=seed
        )
        images, name, source = drawn.x_test, "generated dishes", DataSource.STAND_IN
    else:
        food = food101.load(seed=seed)
        chosen = np.random.default_rng(seed).choice(len(food.x_test), dishes, replace=False)
        images = np.concatenate([shipped(), enlarge(food.x_test[np.sort(chosen)], SIZE)])
        name, source = "photographs of scikit-learn, scikit-image and Food-101", DataSource.REAL
    labels = np.repeat([0, 1], [len(SHIPPED), len(images) - len(SHIPPED)]).astype(np.int64)
    return Split(
        x_train=images[:0],
        y_train=labels[:0],
        x_val=images[:0],
        y_val=labels[:0],
        x_test=images,
        y_test=labels,
        class_names=("photograph", "dish"),
        name=name,
        source=source,
    )


def shipped() -> Images:
    """Load the photographs, centre-cropped and scaled: (6, 224, 224, 3) uint8, as in `SHIPPED`."""
    import skimage.data
    from PIL import Image, ImageOps
    from sklearn.datasets import load_sample_images

    found = [
        *load_sample_images().images,
        skimage.data.astronaut(),
        skimage.data.chelsea(),
        skimage.data.coffee(),
        skimage.data.rocket(),
    ]
    fitted = [
        ImageOps.fit(Image.fromarray(image), (SIZE, SIZE), Image.Resampling.BICUBIC)
        for image in found
    ]
    return np.stack([np.asarray(image) for image in fitted])
