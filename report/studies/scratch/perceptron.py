"""The evidence for Questions 2-4 and 6: gradients, losses, the specified network, and choosing."""

from report.evidence.declarations import Evidence
from report.evidence.stages import Stage, difference, share, smallest, threshold
from report.studies.scratch.neighbors import AGAINST

DIGITS = 6  # digits to which gradients and numerical differences must agree
MOST_SATURATED = (
    0.5  # smallest share of saturated hidden activations at which we call a layer saturated
)
STILL = 0.05  # relative change of weights below which they hardly moved

checked, initial = Stage("perceptron.gradients"), Stage("perceptron.initial")
starts, lossy = Stage("perceptron.initialization"), Stage("perceptron.losses")
folded, neighbors = Stage("neighbors.folds"), Stage("neighbors.final")
tuning, final = Stage("selection.tuning"), Stage("selection.final")


class Gradients(Evidence):
    """How the back-propagated gradients were checked (Question 2)."""

    weights = checked.count("weights_compared", "derivatives compared with numerical differences")
    digits = checked.count("agreeing_digits", "digits in which all of them agree")
    agreement = threshold(
        "digits", at_least=DIGITS, outcomes=("agree", "disagree"), meaning="whether they agree"
    )
    steps = checked.count("steps", "steps of gradient descent on the specification’s example")
    first_loss = checked.metric("first_loss", "mean squared error before the first step")
    last_loss = checked.metric("last_loss", "mean squared error before the last step")


class Losses(Evidence):
    """What the cross-entropy changes (Question 3)."""

    epochs = lossy.setting("epochs", "epochs that both networks were trained for")
    learning_rate = lossy.setting("learning_rate", "their learning rate")
    train_samples = lossy.count("train_samples", "images they were trained on")
    val_samples = lossy.count("val_samples", "images they were validated on")
    ratio = lossy.metric(
        "first_step_ratio", "length of the first gradient, cross-entropy over squared error"
    )
    mse = lossy.share("val_mse_accuracy", "val_samples", "validation accuracy, squared error")
    cross_entropy = lossy.share(
        "val_cross_entropy_accuracy", "val_samples", "validation accuracy, cross-entropy"
    )
    loss = lossy.compare(
        "y_pred_cross_entropy",
        "y_pred_mse",
        meaning="cross-entropy against squared error",
        **AGAINST,
    )
    curves = lossy.figure("curves", "training accuracy with both losses")


class Perceptron(Evidence):
    """How the specified network learned, and what held it back (Question 4)."""

    hidden = initial.setting("hidden", "hidden units")
    learning_rate = initial.setting("learning_rate", "learning rate")
    epochs = initial.setting("epochs", "epochs, each one step on all training images")
    train_samples = initial.count("train_samples", "training images")
    train_accuracy = initial.share(
        "final_train_accuracy", "train_samples", "training accuracy after the last epoch"
    )
    test_accuracy = final.share("test_specified_accuracy", "test_samples", "held-out accuracy")
    saturated_share = initial.metric(
        "saturated_share_before", "share of hidden activations saturated before training"
    )
    saturation = threshold(
        "saturated_share",
        at_least=MOST_SATURATED,
        outcomes=("saturated", "not saturated"),
        meaning="whether most hidden activations are saturated",
    )
    moved = initial.metric(
        "change_of_w1", "change of the first layer’s weights, relative to their length"
    )
    movement = threshold(
        "moved",
        at_least=STILL,
        outcomes=("learns", "stands still"),
        meaning="whether the first layer learned",
    )
    ways = starts.table(
        "ways",
        "ways to initialise, and their results",
        known_to={"val_accuracy": "scaled_accuracy", "train_accuracy": "scaled_accuracy"},
    )
    all_ways = starts.figure("curves", "training accuracy for each way to initialise")
    compared_on = starts.count("train_samples", "images that the ways were trained on")
    scaling = threshold(
        smallest(
            starts.cell("ways", "saturated_before", row=1),
            starts.cell("ways", "saturated_before", row=2),
            meaning="smallest saturated share with scaled inputs alone",
        ),
        at_least=MOST_SATURATED,
        outcomes=("does not cure that", "cures that"),
        meaning="whether scaling the inputs alone cures the saturation",
    )
    scaled_saturated = starts.cell(
        "ways",
        "saturated_before",
        "saturated share, inputs and weights scaled",
        row=-1,
    )
    scaled_accuracy = share(
        starts.cell("ways", "val_accuracy", row=-1),
        starts.count("val_samples"),
        "validation accuracy, inputs standardised and weights scaled",
    )
    plain_accuracy = share(
        starts.cell("ways", "val_accuracy", row=0),
        starts.count("val_samples"),
        "validation accuracy of the specified way, on as many images",
    )
    rescaling = starts.compare(
        "y_pred_scaled",
        "y_pred_specified",
        meaning="scaled inputs and weights against the specified way",
        **AGAINST,
    )
    summed_accuracy = initial.share(
        "summed_train_accuracy", "train_samples", "training accuracy with summed gradients"
    )
    summed_steps = initial.count("summed_steps", "steps with summed gradients")
    curve = initial.figure("curve", "training accuracy over the epochs")


class CrossValidation(Evidence):
    """What cross-validation chooses, and what the held-out images said (Question 6)."""

    folds = folded.setting("folds", "folds for the number of neighbours")
    samples = folded.count("val_samples", "training images split into those folds")
    k = folded.setting("best_k", "number of neighbours chosen for pixels")
    val_accuracy = folded.share(
        "best_val_accuracy", "val_samples", "cross-validated accuracy with that number"
    )
    spread = folded.cell(
        "neighbors",
        "val_accuracy_spread",
        "standard deviation of that accuracy over the folds",
        where="k",
        equals=folded.setting("best_k"),
    )
    test_accuracy = neighbors.share("test_accuracy", "test_samples", "its held-out accuracy")
    gap = difference("test_accuracy", "val_accuracy", "held-out minus cross-validated accuracy")
    held_out_k = neighbors.count("highest_test_k", "number that the held-out images would favour")
    mlp_folds = tuning.setting("folds", "folds for width and learning rate")
    mlp_samples = tuning.count("val_samples", "training images split into those folds")
    trial_count = tuning.count("trials", "combinations of representation, width and learning rate")
    trials = tuning.table(
        "trials",
        "all of them",
        known_to={"val_accuracy": "mlp_val_accuracy", "val_accuracy_spread": "mlp_val_accuracy"},
    )
    pixels_hidden = tuning.setting("best_pixels_hidden", "hidden units chosen for pixels")
    pixels_rate = tuning.setting("best_pixels_learning_rate", "learning rate chosen for pixels")
    hog_hidden = tuning.setting("best_hog_hidden", "hidden units chosen for HOG")
    hog_rate = tuning.setting("best_hog_learning_rate", "learning rate chosen for HOG")
    mlp_val_accuracy = tuning.share(
        "best_val_pixels_accuracy", "val_samples", "cross-validated accuracy of that for pixels"
    )
    mlp_test_accuracy = final.share(
        "test_pixels_accuracy", "test_samples", "held-out accuracy of the network for pixels"
    )
    specified_accuracy = final.share(
        "test_specified_accuracy", "test_samples", "held-out accuracy of the specified network"
    )
    tuned = final.compare(
        "y_pred_pixels",
        "y_pred_specified",
        meaning="the network chosen for pixels against the specified one",
        **AGAINST,
    )
    curve = folded.figure("neighbors", "cross-validated accuracy over the number of neighbours")
