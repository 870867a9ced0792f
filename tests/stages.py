"""The stages of each study, in the order in which its experiments call them."""

from collections.abc import Mapping, Sequence

FASHION = {
    "classification": ("explore", "initial", "tuning", "regularization", "final", "reload"),
    "encoding": ("initial", "tuning", "baseline", "shrink", "final"),
    "explainability": ("encode", "neighbors", "mistakes", "causes"),
}
SCRATCH = {
    "neighbors": ("explore", "folds", "final"),
    "description": ("tuning", "extract", "folds", "final"),
    "perceptron": ("gradients", "initial", "initialization", "losses"),
    "selection": ("tuning", "final"),
}
FEATURES = {
    "classifier": ("ablations", "final", "small_ablations", "final_small"),
    "projection": ("layers",),
    "faces": ("weighting", "final_small", "final", "judge", "interpolation"),
    "attribution": ("own", "mobilenet", "efficientnet"),
}
TRANSFER = {
    "paths": ("explore", "diagrams", "tuning", "final", "reload"),
    "food": ("explore", "features", "tuning", "rates", "final"),
    "codes": ("explore", "lengths", "autoencoder", "selection", "final"),
    "denoising": ("network", "tuning", "final"),
}
SKETCHES = {
    "exploration": ("explore",),
    "densenet": ("tuning", "final"),
    "convnet": ("tuning", "final"),
    "bestmodel": ("designs", "final"),
    "failures": ("examples", "mistakes", "robustness"),
    "flips": ("cure",),
}


def named(stages: Mapping[str, Sequence[str]]) -> list[str]:
    """Name each stage of a study as the store does.

    >>> named({"paths": ("explore", "final")})
    ['paths.explore', 'paths.final']
    """
    return [f"{experiment}.{stage}" for experiment, own in stages.items() for stage in own]
