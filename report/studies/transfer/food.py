"""The evidence for Questions 2.1-2.4: features from ImageNet, heads, fine-tuning, and amounts."""

from typing import Any

from report.evidence.declarations import Evidence
from report.evidence.stages import Stage, difference, share

explore, features = Stage("food.explore"), Stage("food.features")
tuning, rates, final = Stage("food.tuning"), Stage("food.rates"), Stage("food.final")
# Differences in accuracy below `smallest` do not count.
AGAINST: dict[str, Any] = {
    "outcomes": ("beats", "loses to", "is not measurably different from"),
    "smallest": 0.005,
}


class Features(Evidence):
    """How photographs become features (Question 2.1)."""

    train_samples = explore.count("train_samples", "training photographs")
    val_samples = explore.count("val_samples", "validation photographs")
    test_samples = explore.count("test_samples", "test photographs")
    classes = explore.count("classes", "dishes")
    side = explore.count("side", "pixels per side of a photograph")
    undecodable = explore.count("undecodable", "files that are not images and were left out")
    removed = explore.count("removed_duplicates", "photographs removed as copies of another")
    straddling = explore.count("straddling", "copies in more than one split")
    samples = explore.figure("samples", "a few photographs of each dish")
    size = features.setting("size", "pixels per side that photographs are enlarged to")
    networks = features.table("networks", "the networks whose features were computed")
    images = features.count("images", "photographs whose features were computed")
    speed = features.metric(
        "images_per_second", "photographs per second, all networks together", unit="photographs/s"
    )
    memory = features.metric("peak_memory_gib", "peak memory of a process", unit="GiB")


class Heads(Evidence):
    """Which network and which head (Question 2.2)."""

    trial_count = tuning.count("trials", "heads of the search")
    seconds = tuning.seconds("median_head_seconds", "median training time of a head")
    best_network = tuning.text(
        "best_network", "network of the head with the highest validation accuracy"
    )
    best_layers = tuning.setting("best_layers", "its hidden layers")
    best_val_accuracy = tuning.share("best_val_accuracy", "val_samples", "its validation accuracy")
    units = tuning.setting("units", "units of a hidden layer")
    heads = tuning.figure("heads", "validation accuracy over the hidden layers of the head")
    all_heads = final.table(
        "heads",
        "every head on all photographs",
        known_to={"test_accuracy": "test_accuracy", "val_accuracy": "best_val_accuracy"},
    )
    test_accuracy = share(
        final.metric("test_frozen_all_accuracy"),
        of=final.count("test_samples"),
        meaning="test accuracy of the chosen head, mean over seeds",
    )
    chosen = final.text("chosen", "the chosen head")
    other = final.text("other", "the other network’s head with the highest validation accuracy")
    networks_compared = final.compare(
        "y_pred_frozen_all",
        "y_pred_other",
        meaning="the chosen head against the other, first seeds",
        **AGAINST,
    )
    layers_compared = final.compare(
        "y_pred_hidden_layer",
        "y_pred_no_layer",
        meaning="a head with a hidden layer against none, same network, first seeds",
        **AGAINST,
    )


class FineTuning(Evidence):
    """What fine-tuning adds (Question 2.3)."""

    blocks = rates.setting("best_blocks", "last blocks that are trained, as chosen")
    rate = rates.setting("best_learning_rate", "learning rate of fine-tuning, as chosen")
    trials = rates.table(
        "trials", "the settings compared", known_to={"best_val_accuracy": "best_val_accuracy"}
    )
    best_val_accuracy = rates.share(
        "best_val_accuracy", "val_samples", "validation accuracy with the chosen settings"
    )
    frozen_val_accuracy = rates.share(
        "frozen_val_accuracy", "val_samples", "validation accuracy of the head before fine-tuning"
    )
    seeds = final.count("seeds", "seeds of each method")
    epochs = final.setting("schedule.max_epochs", "epochs of training on all photographs")
    train_samples = final.count("train_samples", "training photographs")
    frozen = final.metric("test_frozen_all_accuracy", "test accuracy, frozen, mean over seeds")
    fine_tuned = final.metric("test_fine_tuned_all_accuracy", "test accuracy, fine-tuned, mean")
    fine_tuned_spread = final.metric("fine_tuned_all_spread", "its standard deviation over seeds")
    random = final.metric("test_random_all_accuracy", "test accuracy, random weights, mean")
    random_spread = final.metric("random_all_spread", "its standard deviation over seeds")
    gain = difference("fine_tuned", "random", "fine-tuned minus random weights")
    frozen_gain = difference("frozen", "random", "frozen minus random weights")
    frozen_seconds = final.seconds("frozen_all_seconds", "seconds of a frozen training")
    fine_tuned_seconds = final.seconds("fine_tuned_all_seconds", "seconds of fine-tuning")
    random_seconds = final.seconds("random_all_seconds", "seconds from random weights")
    tuning_helps = final.compare(
        "y_pred_fine_tuned_all",
        "y_pred_frozen_all",
        meaning="fine-tuned against frozen, all photographs, first seeds",
        **AGAINST,
    )
    borrowing = final.compare(
        "y_pred_frozen_all",
        "y_pred_random_all",
        meaning="frozen against random weights, all photographs, first seeds",
        **AGAINST,
    )


class Amounts(Evidence):
    """What the number of photographs changes (Question 2.4)."""

    least = final.count("least_samples", "training photographs, fewest")
    head_times = final.count("most_times_head", "most epochs of a head, over those on all")
    network_times = final.count("most_times_network", "most epochs of a network, over those on all")
    train_samples = final.count("train_samples", "training photographs, all")
    seeds = final.count("seeds", "seeds of each point")
    frozen_least = final.metric("test_frozen_least_accuracy", "frozen, fewest photographs")
    frozen_all = final.metric("test_frozen_all_accuracy", "frozen, all photographs")
    fine_tuned_least = final.metric("test_fine_tuned_least_accuracy", "fine-tuned, fewest")
    fine_tuned_all = final.metric("test_fine_tuned_all_accuracy", "fine-tuned, all")
    random_least = final.metric("test_random_least_accuracy", "random weights, fewest")
    random_all = final.metric("test_random_all_accuracy", "random weights, all photographs")
    curve = final.figure("amounts", "test accuracy over the number of photographs")
    all_amounts = final.table("amounts", "every method and amount")
    tuning_least = final.compare(
        "y_pred_fine_tuned_least",
        "y_pred_frozen_least",
        meaning="fine-tuned against frozen, fewest photographs, first seeds",
        **AGAINST,
    )
    tuning_all = final.compare(
        "y_pred_fine_tuned_all",
        "y_pred_frozen_all",
        meaning="fine-tuned against frozen, all photographs, first seeds",
        **AGAINST,
    )
    borrowing_least = final.compare(
        "y_pred_frozen_least",
        "y_pred_random_least",
        meaning="frozen against random weights, fewest photographs, first seeds",
        **AGAINST,
    )
