"""Which pixels support a prediction? Grad-CAM, integrated gradients and Shapley values.

Two networks pretrained on ImageNet, and the study's own classifier of clothes, are explained for
the class that each predicts. The measures: whether maps add up, how much probability the class
loses as pixels are deleted in a map's order, whether methods agree, whether a map changes when the
weights are shuffled, and whether it finds a planted patch. Maps that do not depend on the network
are the controls.

    python -m experiments run features.attribution --profile full
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contract.names import Profile
from experiments.features import classifier, drawn_maps, fitted, photographs
from experiments.features.data import clothes
from experiments.features.explaining import Effort, Explained, explain
from lib import training
from lib.data import Split, normalize, weights
from lib.data.stratified import sample_each_class
from lib.tracking import Results, Study, uses

if TYPE_CHECKING:
    import keras


EFFORT = Effort()


@dataclass(frozen=True)
class Config:
    """Settings of the published run; the profiles below say what they change."""

    dishes: int = 44  # in addition to the six photographs
    clothes_per_class: int = 6
    effort: Effort = EFFORT
    shown: int = 6


PROFILES = {
    Profile.SMOKE: Config(
        dishes=1,
        clothes_per_class=1,
        effort=Effort(steps=4, rows=2, columns=2, curve_steps=4, planted=2),
    ),
    Profile.QUICK: Config(
        dishes=1,
        clothes_per_class=2,
        effort=Effort(rows=2, columns=3, curve_steps=10, planted=2),
    ),
    Profile.FULL: Config(),
}
STAND_IN_CLASSES = 4


def mobilenet(data: Split, *, seed: int, effort: Effort, shown: int, stand_in: bool) -> Results:
    """Explain MobileNet's predictions for photographs; the hash of its weights file is checked."""
    if stand_in:
        network = _stand_in("stand-in for MobileNet", 1, data)
    else:
        network = _pretrained(weights.mobilenet(), "conv_pw_13_relu")
    return explain(network, data.x_test, seed=seed, effort=effort, shown=shown)


def efficientnet(data: Split, *, seed: int, effort: Effort, shown: int, stand_in: bool) -> Results:
    """Explain EfficientNet-Lite0's predictions for the same photographs; its hash is checked."""
    if stand_in:
        network = _stand_in("stand-in for EfficientNet", 2, data)
    else:
        network = _pretrained(weights.efficientnet_lite0(), "head_relu")
    return explain(network, data.x_test, seed=seed, effort=effort, shown=shown)


def own(
    data: Split,
    *,
    trained: Results,
    seed: int,
    effort: Effort,
    shown: int,
    widths: tuple[int, ...],
    dense_units: int,
    per_class: int,
) -> Results:
    """Explain the study's own classifier on test images of each class."""
    model = fitted.whole_wedge(widths, dense_units)
    training.load_weights(model, trained.files[fitted.WEIGHTS])
    network = Explained(
        name="own",
        model=model,
        prepare=normalize,
        image_range=(0.0, 1.0),
        layer=f"squeeze_{len(widths)}_relu",
        class_names=data.class_names,
    )
    chosen = sample_each_class(data.y_test, len(data.class_names), per_class, seed)
    images = data.x_test[chosen.T.ravel()]
    return explain(network, images, seed=seed, effort=effort, shown=shown)


@uses(trained=classifier.run)
def run(study: Study, *, trained: Mapping[str, Results]) -> None:
    """Explain the study's own network, then the pretrained ones.

    Args:
        study: the study.
        trained: `large`, results of `classifier.final`.
    """
    run_own(study, trained=trained)
    run_pretrained(study)


def run_own(study: Study, *, trained: Mapping[str, Results]) -> None:
    """Explain the study's own network; arguments as for `run`."""
    config, design = PROFILES[study.profile], classifier.PROFILES[study.profile]
    study.stage(
        own,
        config,
        draw=drawn_maps.clothes,
        data=clothes(study.profile, study.seed),
        trained=trained["large"],
        widths=design.widths,
        dense_units=design.dense_units,
        per_class=config.clothes_per_class,
    )


def run_pretrained(study: Study) -> None:
    """Explain the pretrained networks, which depend on no other results of the study.

    Raises:
        DataNotFoundError: the photographs or the weights were not found.
    """
    stand_in = study.profile is Profile.SMOKE
    if not stand_in:
        weights.require(weights.MOBILENET, weights.EFFICIENTNET_LITE0, weights.CLASS_INDEX)
    config = PROFILES[study.profile]
    given: dict[str, Any] = {
        "data": photographs.load(study.profile, config.dishes, study.seed),
        "stand_in": stand_in,
        "draw": drawn_maps.photographs,
    }

    def first(study: Study) -> None:
        study.stage(mobilenet, config, **given)

    def second(study: Study) -> None:
        study.stage(efficientnet, config, **given)

    study.side_by_side(first, second)


def _pretrained(network: weights.Network, layer: str) -> Explained:
    return Explained(
        name=network.name,
        model=network.model,
        prepare=network.prepare,
        image_range=(network.low, network.high),
        layer=layer,
        class_names=weights.class_names(),
    )


def _stand_in(name: str, width: int, data: Split) -> Explained:
    """Build a small network with random weights in place of a pretrained one."""
    model = _random_network(4 * width, data.x_test.shape[1])
    return Explained(
        name=name,
        model=model,
        prepare=normalize,
        image_range=(0.0, 1.0),
        layer="features",
        class_names=tuple(f"class {number}" for number in range(STAND_IN_CLASSES)),
    )


def _random_network(filters: int, side: int) -> "keras.Model":
    import keras
    from keras import layers

    training.set_seed(filters)
    return keras.Sequential(
        [
            keras.Input((side, side, 3)),
            layers.Conv2D(filters, 5, 2, "same", activation="relu", name="features"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(STAND_IN_CLASSES, activation="softmax"),
        ],
        name="stand_in",
    )
