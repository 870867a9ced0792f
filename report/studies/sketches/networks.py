"""The evidence on the sketches themselves and on the three networks (1.3.2 to 1.7.4)."""

from typing import Any

from report.evidence.declarations import Evidence
from report.evidence.stages import Stage, difference, share, threshold

# Differences in accuracy below `smallest` do not count.
AGAINST: dict[str, Any] = {
    "outcomes": ("beats", "loses to", "is not measurably different from"),
    "smallest": 0.005,
}
KNOWS_BY_HEART = 0.02  # training minus validation accuracy from which we say a network overfits

explore = Stage("exploration.explore")
rates, dense = Stage("densenet.tuning"), Stage("densenet.final")
pairs, convolutional = Stage("convnet.tuning"), Stage("convnet.final")
compared, best = Stage("bestmodel.designs"), Stage("bestmodel.final")


class Look(Evidence):
    """The sketches, as images and as vectors (1.3.2)."""

    train_samples = explore.count("train_samples", "images to train on")
    val_samples = explore.count("val_samples", "images for validation")
    test_samples = explore.count("test_samples", "test images with labels")
    classes = explore.count("classes", "classes")
    pixels = explore.count("pixels", "pixels of an image")
    blank_share = explore.metric("blank_share", "share of training pixels without ink")
    class_0 = explore.text("class_0", "class of label 0")
    class_1 = explore.text("class_1", "class of label 1")
    class_2 = explore.text("class_2", "class of label 2")
    class_3 = explore.text("class_3", "class of label 3")
    class_4 = explore.text("class_4", "class of label 4")
    class_5 = explore.text("class_5", "class of label 5")
    first_of_class = explore.figure("first_of_class", "the first training image of each class")
    flattened = explore.figure("flattened", "the first training images as vectors")


class Baselines(Evidence):
    """Baselines that need no learning (1.5.8a, 1.5.8b)."""

    classes = explore.count("classes", "classes")
    random_accuracy = explore.metric("random_accuracy", "expected accuracy of random labels")
    majority_accuracy = explore.share(
        "majority_val_accuracy",
        "val_samples",
        "validation accuracy of the most common training class",
    )
    majority_class = explore.text("majority_class", "the most common training class")
    counts = explore.table("class_counts", "images of each class in each part")


class DenseWeights(Evidence):
    """What the dense network consists of (1.5.9a, 1.5.9b)."""

    weights = dense.count("weights", "weights of the dense network")
    biases = dense.count("biases", "biases of the dense network")
    pixels = explore.count("pixels", "pixels of an image")
    classes = explore.count("classes", "classes")


class Rate(Evidence):
    """The search for the dense network's learning rate (1.5.10)."""

    learning_rate = rates.setting("best_learning_rate", "learning rate chosen")
    trial_count = rates.count("trials", "learning rates compared")
    batch_size = rates.setting("recipe.batch_size", "batch size")
    steps = rates.setting("recipe.steps", "optimisation steps of each training")
    val_accuracy = rates.share(
        "best_val_accuracy", "val_samples", "highest validation accuracy of the search"
    )
    trials = rates.table(
        "trials",
        "the learning rates compared",
        known_to={"final_val_accuracy": "val_accuracy"},
    )


class DenseCurve(Evidence):
    """The dense network's training (1.5.11)."""

    train_accuracy = dense.metric(
        "final_train_accuracy", "accuracy on training images after the last step"
    )
    val_accuracy = dense.share(
        "final_val_accuracy", "val_samples", "validation accuracy after the last step"
    )
    gap = difference("train_accuracy", "val_accuracy", "training minus validation accuracy")
    memory = threshold(
        "gap",
        at_least=KNOWS_BY_HEART,
        outcomes=("overfits", "does not overfit"),
        meaning="whether the network overfits",
    )
    best_step = dense.count("best_step", "step with the highest validation accuracy")
    steps = dense.setting("recipe.steps", "optimisation steps")
    curve = dense.figure("curve", "training and validation accuracy over the steps")


class Sharing(Evidence):
    """What the convolutional network shares (1.6.2)."""

    weights = convolutional.count("weights", "weights of the convolutional network")
    dense_weights = dense.count("weights", "weights of the dense network")


class ConvolutionCurve(Evidence):
    """The convolutional network's training (1.6.5)."""

    train_accuracy = convolutional.metric(
        "final_train_accuracy", "accuracy on training images after the last step"
    )
    val_accuracy = convolutional.share(
        "final_val_accuracy", "val_samples", "validation accuracy after the last step"
    )
    gap = difference("train_accuracy", "val_accuracy", "training minus validation accuracy")
    memory = threshold(
        "gap",
        at_least=KNOWS_BY_HEART,
        outcomes=("overfits", "does not overfit"),
        meaning="whether the network overfits",
    )
    curve = convolutional.figure("curve", "training and validation accuracy over the steps")


class Chosen(Evidence):
    """The search for the convolutional network's settings, and training with them (1.6.6)."""

    batch_size = pairs.setting("best_batch_size", "batch size, as chosen")
    learning_rate = pairs.setting("best_learning_rate", "learning rate chosen")
    steps = pairs.setting("best_steps", "optimisation steps chosen")
    most_steps = pairs.setting("recipe.steps", "maximum number of steps tried")
    evaluate_every = pairs.setting("recipe.evaluate_every", "steps between two evaluations")
    trial_count = pairs.count("trials", "pairs of batch size and learning rate compared")
    seconds = convolutional.seconds("training_seconds", "duration of the final training")
    lowest = pairs.share("lowest_val_accuracy", "val_samples", "lowest accuracy of the search")
    highest = pairs.share("best_val_accuracy", "val_samples", "highest accuracy of the search")
    grid = pairs.figure("pairs", "validation accuracy of each pair")


class ConvolutionSearch(Evidence):
    """The convolutional network's accuracy (1.6.7)."""

    searched = pairs.share(
        "best_val_accuracy", "val_samples", "validation accuracy of the search’s best trial"
    )
    val_accuracy = convolutional.share(
        "final_val_accuracy", "val_samples", "validation accuracy of the final network"
    )
    dense_accuracy = dense.share(
        "final_val_accuracy", "val_samples", "validation accuracy of the dense network"
    )


class Designs(Evidence):
    """The designs compared for the best network (1.7.3)."""

    design_count = compared.count("designs", "designs compared")
    trial_count = compared.count("trials", "trainings of the comparison")
    steps = compared.setting("recipe.steps", "optimisation steps of each training")
    handed_in = compared.share(
        "handed_in_val_accuracy", "val_samples", "validation accuracy of the design handed in"
    )
    rival = compared.text("rival", "the most accurate other design")
    rival_accuracy = compared.share(
        "rival_val_accuracy", "val_samples", "validation accuracy of the most accurate other design"
    )
    choice = compared.compare(
        "y_pred_handed_in",
        "y_pred_rival",
        meaning="the design handed in against the most accurate other one",
        **AGAINST,
    )
    designs = compared.table(
        "designs",
        "each design at its best learning rate",
        known_to={"final_val_accuracy": "handed_in", "final_train_accuracy": "handed_in"},
    )
    learning_rate = compared.setting("handed_in_learning_rate", "learning rate chosen")
    final_steps = best.setting("recipe.steps", "optimisation steps of the final training")
    batch_size = best.setting("recipe.batch_size", "batch size")
    model_bytes = best.count("model_bytes", "size of the model file in bytes")
    max_bytes = best.count("max_bytes", "maximum size in bytes")


class Tests(Evidence):
    """Test accuracy of all three networks (1.7.4)."""

    test_samples = best.count("test_samples", "test images")
    best_accuracy = best.share("test_accuracy", "test_samples", "test accuracy of the best network")
    best_val_accuracy = best.share("final_val_accuracy", "val_samples", "its validation accuracy")
    dense_accuracy = dense.share("test_accuracy", "test_samples", "test accuracy, dense network")
    convolutional_accuracy = convolutional.share(
        "test_accuracy", "test_samples", "test accuracy, convolutional network"
    )
    seed_count = best.count("seeds", "seeds that the best network was trained from")
    mean_accuracy = best.metric("mean_test_accuracy", "mean test accuracy over these seeds")
    lowest_accuracy = best.share(
        "lowest_test_accuracy", "test_samples", "lowest test accuracy over these seeds"
    )
    against_dense = best.compare(
        "y_pred",
        dense.array("y_pred"),
        meaning="the best network against the dense one, test images",
        **AGAINST,
    )
    against_convolutional = best.compare(
        "y_pred",
        convolutional.array("y_pred"),
        meaning="the best network against the convolutional one, test images",
        **AGAINST,
    )
    dense_against_convolutional = best.compare(
        dense.array("y_pred"),
        convolutional.array("y_pred"),
        meaning="the dense network against the convolutional one, test images",
        **AGAINST,
    )
    seeds = best.table(
        "seeds",
        "each seed of the best network",
        known_to={"final_val_accuracy": "best_accuracy", "test_accuracy": "best_accuracy"},
    )
    curve = best.figure("curve", "training and validation accuracy of the best network")


def accuracy_in(stage: Stage, table: str, column: str, where: str, equals: str, what: str) -> Any:
    """Read a validation accuracy from a table, with its interval."""
    return share(
        stage.cell(table, column, where=where, equals=equals), stage.count("val_samples"), what
    )
