"""The evidence for 1.4.1 to 1.4.3: designs, their ablations, losses and accuracies."""

from typing import Any

from report.evidence.declarations import Declared, Evidence
from report.evidence.stages import Stage, difference, threshold

WITHOUT: dict[str, Any] = {
    "outcomes": ("costs accuracy", "gains accuracy", "makes no measurable difference")
}
AGAINST: dict[str, Any] = {"outcomes": ("beats", "loses to", "is not measurably different from")}
RISEN = 0.01  # cross-entropy above its lowest value from which we say it rose

ablations, large = Stage("classifier.ablations"), Stage("classifier.final")
small_ablations, small = Stage("classifier.small_ablations"), Stage("classifier.final_small")


def part(stage: Stage, number: int, arm: str, whole: str = "whole") -> Declared:
    """Compare the whole design with the design without one part, over the same seeds."""
    return stage.compare_seeds(
        f"pair_{number}",
        "accuracy",
        seed="draw",
        baseline={"arm": arm},
        meaning=f"the {whole} design against {arm}",
        **WITHOUT,
    )


def mean(arm: str, meaning: str, column: str = "accuracy") -> Declared:
    """Read a small network's mean over the draws."""
    return small.cell("summary", column, meaning, where="arm", equals=arm)


class Designs(Evidence):
    """The networks, and what their parts contribute (1.4.1)."""

    layers = large.count(
        "layers", "layers of the large network, counted by the task’s kinds of layer"
    )
    parameters = large.count("parameters", "parameters of the large network")
    train_samples = large.count("train_samples", "images that the large network is trained on")
    epochs = large.setting("settings.epochs", "epochs of the large network")
    batch_size = large.setting("settings.batch_size", "batch size of the large network")
    rate = large.setting("settings.learning_rate", "first learning rate of the large network")
    decay = large.setting("settings.decay", "factor of the learning rate per epoch")
    compared_on = ablations.count("train_samples", "training images in the ablation")
    compared_by = ablations.count("val_samples", "validation images in the ablation")
    repetitions = ablations.count("repetitions", "seeds of each design")
    arms = ablations.table("summary", "validation accuracy of the full design and of each ablation")
    normalisation = part(ablations, 1, "no normalisation")
    squeeze = part(ablations, 2, "no squeeze")
    block = part(ablations, 3, "one block less")
    draws = small.count("draws", "draws of the small data set")
    draw_size = small.count("train_samples", "training images of a draw, and as many test images")
    small_epochs = small.setting("settings.epochs", "epochs of the small networks")
    small_batch = small.setting("settings.batch_size", "batch size of the small networks")
    small_rate = small.setting("settings.learning_rate", "first learning rate of small networks")
    small_decay = small.setting("settings.decay", "factor of the learning rate per epoch")
    lenet_parameters = mean("LeNet", "parameters of LeNet", "parameters")
    own_parameters = mean("own", "parameters of the small network of our own", "parameters")
    small_compared_by = small_ablations.count("val_samples", "validation images per draw")
    small_arms = small_ablations.table("summary", "validation accuracy of small designs")
    pooling = part(small_ablations, 1, "mean pooling")
    rectified = part(small_ablations, 2, "tanh")
    diagram = large.figure("architecture", "layers of the large network")
    lenet_diagram = small.figure("architecture_LeNet", "layers of LeNet")
    own_diagram = small.figure("architecture_own", "layers of the small network of our own")


class Losses(Evidence):
    """Loss by epoch (1.4.2)."""

    train_loss = large.metric("final_train_loss", "training loss in the last epoch")
    test_loss = large.metric("final_test_loss", "test loss after the last epoch")
    lowest = large.metric("lowest_test_loss", "lowest test loss of all epochs")
    lowest_epoch = large.count("lowest_test_loss_epoch", "epoch of the lowest test loss")
    epochs = large.setting("settings.epochs", "epochs of the large network")
    draws = small.count("draws", "draws that the curves of small networks are averaged over")
    above = difference("test_loss", "lowest", "last test loss above the lowest")
    end = threshold(
        "above",
        at_least=RISEN,
        outcomes=("had risen", "had not risen"),
        meaning="whether the test loss rose again",
    )
    curves = large.figure("loss", "loss of the large network by epoch")
    small_curves = small.figure("loss", "mean loss of the small networks by epoch")


class Accuracies(Evidence):
    """Accuracy by epoch, and at the end (1.4.3)."""

    test_samples = large.count("test_samples", "test images of the large network")
    test_accuracy = large.share(
        "final_test_accuracy", "test_samples", "test accuracy of the large network"
    )
    train_accuracy = large.metric("final_train_accuracy", "training accuracy in the last epoch")
    gap = difference("train_accuracy", "test_accuracy", "training minus test accuracy")
    draws = small.count("draws", "draws of the small data set")
    draw_size = small.count("test_samples", "test images of a draw")
    lenet = mean("LeNet", "mean test accuracy of LeNet")
    lenet_spread = mean("LeNet", "its standard deviation over the draws", "spread")
    own = mean("own", "mean test accuracy of the small network of our own")
    own_spread = mean("own", "its standard deviation over the draws", "spread")
    linear = mean("linear", "mean test accuracy of logistic regression on pixels")
    linear_spread = mean("linear", "its standard deviation over the draws", "spread")
    over_lenet = small.compare_seeds(
        "own_lenet",
        "accuracy",
        seed="draw",
        baseline={"arm": "LeNet"},
        meaning="our small network against LeNet",
        **AGAINST,
    )
    over_linear = small.compare_seeds(
        "own_linear",
        "accuracy",
        seed="draw",
        baseline={"arm": "linear"},
        meaning="our small network against logistic regression",
        **AGAINST,
    )
    classes = large.table("classes", "precision and recall of each class")
    curves = large.figure("accuracy", "accuracy of the large network by epoch")
    small_curves = small.figure("accuracy", "mean accuracy of the small networks by epoch")
