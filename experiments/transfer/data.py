"""The study's three data sets: CIFAR-10, Food-101's first 20 classes and notMNIST, or stand-ins."""

from contract.names import Profile
from lib.data import Split
from lib.data.cache import once
from lib.data.sets import cifar10, food101, notmnist, standin_colour, standin_scenes

QUICK_CIFAR = {"n_train": 4_000, "n_val": 1_000, "n_test": 2_000}  # of 45,000, 5,000 and 10,000
FOOD_VAL, FOOD_TEST = 30, 150  # photographs of each dish; Food-101 has 700 or 1,000 of each
QUICK_FOOD = {"n_train": 50, "n_val": 15, "n_test": 50}  # photographs of each dish
QUICK_LETTERS = {"n_train": 3_000, "n_val": 500, "n_test": 1_000}  # of 6,804, 1,000 and 2,000
DISH_SIDE = 32  # pixels of a generated dish


@once
def cifar(profile: Profile, seed: int) -> Split:
    """Load CIFAR-10, with 5,000 training images held out for validation.

    Raises:
        DataNotFoundError: CIFAR-10 was not found.
        DataCorruptError: one of its files is not the published one.
    """
    if profile is Profile.SMOKE:
        return standin_colour.images(n_train=100, n_val=40, n_test=40, seed=seed)
    whole = cifar10.load(seed=seed)
    return whole.take(**QUICK_CIFAR, seed=seed) if profile is Profile.QUICK else whole


@once
def dishes(profile: Profile, seed: int) -> Split:
    """Load the first 20 classes of Food-101, 64 x 64 pixels.

    Raises:
        DataNotFoundError: Food-101 was not found.
        DataCorruptError: a class has too few images, or too many cannot be decoded.
    """
    if profile is Profile.SMOKE:
        return standin_scenes.food(n_train=48, n_val=24, n_test=36, size=DISH_SIDE, seed=seed)
    whole = food101.load(n_val=FOOD_VAL, n_test=FOOD_TEST, seed=seed)
    if profile is Profile.FULL:
        return whole
    classes = len(whole.class_names)
    return whole.take(**{part: n * classes for part, n in QUICK_FOOD.items()}, seed=seed)


@once
def letters(profile: Profile, seed: int) -> Split:
    """Load notMNIST without its duplicates.

    Raises:
        DataNotFoundError: notMNIST was not found.
        DataCorruptError: one of its files is not the published one.
    """
    if profile is Profile.SMOKE:
        return standin_scenes.letters(n_train=150, n_val=50, n_test=60, seed=seed)
    whole = notmnist.load(seed=seed)
    return whole.take(**QUICK_LETTERS, seed=seed) if profile is Profile.QUICK else whole
