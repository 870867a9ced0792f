"""The study's data: Fashion-MNIST, a subset of it, or generated stand-ins."""

from dataclasses import dataclass

from contract.names import Profile
from lib.data import Split
from lib.data.cache import once
from lib.data.sets import fashion_mnist, standin

QUICK_TRAIN, QUICK_VAL = 5_000, 2_000  # of 50,000 and 10,000; the test set stays whole


@dataclass(frozen=True)
class Data:
    """The study's data.

    Args:
        whole: all images, for exploration.
        sample: images for training and testing models.
    """

    whole: Split
    sample: Split


@once
def load(profile: Profile, seed: int) -> Data:
    """Load the data that a profile uses.

    Raises:
        DataNotFoundError: Fashion-MNIST was not found.
        DataCorruptError: a file differs from the published one.
    """
    if profile is Profile.SMOKE:
        drawn = standin.images(n_train=250, n_val=100, n_test=150, seed=seed)
        return Data(whole=drawn, sample=drawn)
    whole = fashion_mnist.load(seed=seed)
    if profile is Profile.QUICK:
        return Data(whole, whole.take(QUICK_TRAIN, QUICK_VAL, seed=seed))
    return Data(whole, whole)
