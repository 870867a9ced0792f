"""The evidence for 3.3: maps of two pretrained networks and of our own, and their measures."""

from report.evidence.declarations import Declared, Evidence
from report.evidence.stages import Stage, threshold

mobilenet, efficientnet = Stage("attribution.mobilenet"), Stage("attribution.efficientnet")
own = Stage("attribution.own")
COMPLETE = 0.01  # gap in completeness, as a share of the difference to attribute


def score(stage: Stage, name: str, meaning: str) -> Declared:
    """Read a mean score with its bootstrap interval."""
    key = f"mean_{name}"
    return stage.metric(key, meaning, low=f"{key}_low", high=f"{key}_high")


def gain(stage: Stage, first: str, second: str, meaning: str) -> Declared:
    """Compare two kinds of map by their gains: insertion minus deletion AUC."""
    return stage.compare_samples(
        f"gain_{first}",
        f"gain_{second}",
        outcomes=("beats", "loses to", "is not measurably different from"),
        meaning=meaning,
    )


class Maps(Evidence):
    """The maps (3.3.1)."""

    first = mobilenet.text("network", "the first pretrained network")
    second = efficientnet.text("network", "the second pretrained network")
    first_layer = mobilenet.text("layer", "the layer that Grad-CAM uses in the first network")
    second_layer = efficientnet.text("layer", "the layer that Grad-CAM uses in the second")
    own_layer = own.text("layer", "the layer that Grad-CAM uses in our own network")
    regions = mobilenet.count("regions", "regions of an image, in a grid")
    steps = mobilenet.setting("effort.steps", "gradients on each path")
    first_maps = mobilenet.figure("maps", "maps of the first network")
    second_maps = efficientnet.figure("maps", "maps of the second network")
    own_maps = own.figure("maps", "maps of our own network")
    first_shown = mobilenet.table("shown", "what the first network predicts")
    second_shown = efficientnet.table("shown", "what the second network predicts")


class Comparison(Evidence):
    """The measures (3.3.2)."""

    first = mobilenet.text("network", "the first pretrained network")
    second = efficientnet.text("network", "the second pretrained network")
    images = mobilenet.count("images", "photographs used to evaluate the pretrained networks")
    own_images = own.count("images", "test images used to evaluate our own network")
    zero_maps = mobilenet.count("zero_maps", "maps of the first network that are zero everywhere")
    second_zero_maps = efficientnet.count(
        "zero_maps", "maps of the second network that are zero everywhere"
    )
    own_zero_maps = own.count("zero_maps", "maps of our own network that are zero everywhere")
    planted = mobilenet.count("planted", "photographs with a planted patch")
    steps = mobilenet.setting("effort.steps", "gradients on each path")
    gap = mobilenet.metric("median_gap", "median gap, first network")
    largest_gap = mobilenet.metric("largest_gap", "largest gap, first network")
    second_gap = efficientnet.metric("median_gap", "median gap, second network")
    second_largest = efficientnet.metric("largest_gap", "largest gap, second network")
    exceeded = threshold(
        "gap",
        at_least=COMPLETE,
        outcomes=("above", "below"),
        meaning="whether the first network’s median gap exceeds the limit",
    )
    second_exceeded = threshold(
        "second_gap",
        at_least=COMPLETE,
        outcomes=("above", "below"),
        meaning="whether the second network’s median gap exceeds the limit",
    )
    cam_gain = score(mobilenet, "gain_grad_cam", "gain of Grad-CAM, first network")
    shapley_gain = score(mobilenet, "gain_shapley", "gain of Shapley values, first network")
    integrated_gain = score(
        mobilenet, "gain_integrated_gradients", "gain of integrated gradients, first network"
    )
    cam_random = gain(mobilenet, "grad_cam", "random", "Grad-CAM against random, first network")
    shapley_random = gain(
        mobilenet, "shapley", "random", "Shapley values against random, first network"
    )
    integrated_random = gain(
        mobilenet,
        "integrated_gradients",
        "random",
        "integrated gradients against random, first network",
    )
    second_cam_edges = gain(
        efficientnet, "grad_cam", "edges", "Grad-CAM against edges, second network"
    )
    second_shapley_edges = gain(
        efficientnet, "shapley", "edges", "Shapley values against edges, second network"
    )
    second_integrated_edges = gain(
        efficientnet,
        "integrated_gradients",
        "edges",
        "integrated gradients against edges, second network",
    )
    cam_shapley = score(
        mobilenet, "agreement_grad_cam_shapley", "agreement of Grad-CAM and Shapley values"
    )
    cam_integrated = score(
        mobilenet,
        "agreement_grad_cam_integrated_gradients",
        "agreement of Grad-CAM and integrated gradients",
    )
    integrated_shapley = score(
        mobilenet,
        "agreement_integrated_gradients_shapley",
        "agreement of integrated gradients and Shapley values",
    )
    cam_shuffled = score(
        mobilenet, "shuffled_grad_cam", "agreement of Grad-CAM with shuffled weights"
    )
    integrated_shuffled = score(
        mobilenet,
        "shuffled_integrated_gradients",
        "agreement of integrated gradients with shuffled weights",
    )
    cam_planted = score(mobilenet, "planted_grad_cam", "patches found by Grad-CAM")
    integrated_planted = score(
        mobilenet, "planted_integrated_gradients", "patches found by integrated gradients"
    )
    shapley_planted = score(mobilenet, "planted_shapley", "patches found by Shapley values")
    scores = mobilenet.table("scores", "scores of the first network’s maps")
    second_scores = efficientnet.table("scores", "scores of the second network’s maps")
    own_scores = own.table("scores", "scores of our own network’s maps")
    deletion = mobilenet.figure("deletion", "probability as pixels are deleted")
    insertion = mobilenet.figure("insertion", "probability as pixels are inserted")


class Formulas(Evidence):
    """The numbers beside the formulas (3.3.3)."""

    regions = mobilenet.count("regions", "regions of an image")
    steps = mobilenet.setting("effort.steps", "gradients on each path")
