"""What the report on `scratch` asks, and the evidence that each answer may use.

The specification does not number its questions; the numbers here follow its order.
"""

from report.delivery import COLLABORATION, GENERATIVE_AI
from report.evidence.declarations import Evidence
from report.evidence.stages import Stage, difference, smallest, threshold
from report.study import Question, Study, ungrouped

BEATS = ("beats", "loses to", "is not measurably different from"), 0.01  # ignores smaller gains
DIGITS = 6  # in which gradients and numerical differences must agree
MOST = 0.5  # share of saturated hidden activations from which we call a layer saturated
STILL = 0.05  # relative change of weights below which they hardly moved

explored, searched = Stage("neighbors.explore"), Stage("neighbors.final", "test_samples")
folded, tuned = Stage("neighbors.folds", "val_samples"), Stage("description.tuning", "val_samples")
extracted, described = Stage("description.extract"), Stage("description.final", "test_samples")
checked, initial = Stage("perceptron.gradients"), Stage("perceptron.initial", "train_samples")
starts = Stage("perceptron.initialization", "val_samples")
lossy = Stage("perceptron.losses", "val_samples")
tuning, final = Stage("selection.tuning", "val_samples"), Stage("selection.final", "test_samples")
two = searched.row("neighbors", where="k", equals=2)
chosen = folded.row("neighbors", where="k", equals=folded.setting("best_k"))
specified, scaled = starts.row("ways", 0), starts.row("ways", -1)


class Neighbors(Evidence):
    """How accurate nearest neighbours are on pixels (Question 1)."""

    train_samples = searched.count("train_samples", "training images searched for neighbours")
    test_samples = searched.count("test_samples", "held-out images")
    features = explored.count("features", "pixel values per image")
    classes = explored.count("classes", "classes")
    most = searched.setting("most_neighbors", "the largest number of neighbours tried")
    k = searched.setting("k", "number of neighbours chosen by cross-validation")
    accuracy = searched.rate("test_accuracy", "held-out accuracy, neighbours on pixels")
    first = searched.rate("first_test_accuracy", "held-out accuracy with one neighbour")
    second = two.rate("test_accuracy", "held-out accuracy with two neighbours")
    highest = searched.rate("highest_test_accuracy", "highest accuracy of the curve")
    highest_k = searched.count("highest_test_k", "number of neighbours with the highest accuracy")
    lowest = searched.rate("lowest_test_accuracy", "lowest accuracy of the curve")
    lowest_k = searched.count("lowest_test_k", "number of neighbours with the lowest accuracy")
    vote = searched.setting("vote", "number of neighbours above one chosen by cross-validation")
    vote_accuracy = searched.rate("vote_test_accuracy", "held-out accuracy with that vote")
    voting = searched.compare(
        "y_pred_vote", "y_pred_single", *BEATS, "that vote against a single neighbour"
    )
    curve = searched.figure("neighbors", "held-out accuracy over the number of neighbours")
    samples = explored.figure("samples", "a few images of each class, as published")


class Gradients(Evidence):
    """How the back-propagated gradients were checked (Question 2)."""

    weights = checked.count("weights_compared", "derivatives compared with numerical differences")
    digits = checked.count(
        "agreeing_digits", "digits of the largest derivative in which all of them agree"
    )
    agreement = threshold("digits", DIGITS, ("agree", "disagree"), "whether they agree")
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
        "first_step_ratio", "norm of the first gradient, cross-entropy over squared error"
    )
    mse = lossy.rate("val_mse_accuracy", "validation accuracy, squared error")
    cross_entropy = lossy.rate("val_cross_entropy_accuracy", "validation accuracy, cross-entropy")
    loss = lossy.compare(
        "y_pred_cross_entropy", "y_pred_mse", *BEATS, "cross-entropy against squared error"
    )
    curves = lossy.figure("curves", "training accuracy with both losses")


class Perceptron(Evidence):
    """How the specified network learned, and what held it back (Question 4)."""

    hidden = initial.setting("hidden", "hidden units")
    learning_rate = initial.setting("learning_rate", "learning rate")
    epochs = initial.setting("epochs", "epochs, each one step on all training images")
    train_samples = initial.count("train_samples", "training images")
    train_accuracy = initial.rate("final_train_accuracy", "training accuracy at the end")
    test_accuracy = final.rate("test_specified_accuracy", "held-out accuracy as specified")
    saturated_share = initial.metric("saturated_share_before", "share of saturated hidden units")
    saturation = threshold(
        "saturated_share", MOST, ("saturated", "not saturated"), "whether most are saturated"
    )
    moved = initial.metric("change_of_w1", "relative change of the first layer’s weights")
    movement = threshold("moved", STILL, ("learns", "stands still"), "whether that layer learned")
    ways = starts.table(
        "ways",
        "initialisations and their results",
        {"val_accuracy": "scaled_accuracy", "train_accuracy": "scaled_accuracy"},
    )
    all_ways = starts.figure("curves", "training accuracy for each initialisation")
    compared_on = starts.count("train_samples", "training images for comparing initialisations")
    least = smallest(
        *(starts.cell("ways", "saturated_before", row=row) for row in (1, 2)),
        meaning="smallest saturated share with scaled inputs alone",
    )
    scaling = threshold(
        "least", MOST, ("does not cure that", "cures that"), "whether scaling inputs alone helps"
    )
    scaled_saturated = scaled.cell("saturated_before", "saturated share, inputs and weights scaled")
    scaled_accuracy = scaled.rate("val_accuracy", "validation accuracy, both scaled")
    plain_accuracy = specified.rate("val_accuracy", "validation accuracy, as specified")
    rescaling = starts.compare(
        "y_pred_scaled", "y_pred_specified", *BEATS, "both scaled against as specified"
    )
    summed_accuracy = initial.rate("summed_train_accuracy", "accuracy with summed gradients")
    summed_steps = initial.count("summed_steps", "steps with summed gradients")
    curve = initial.figure("curve", "training accuracy over the epochs")


class Descriptors(Evidence):
    """How descriptors compare with pixels (Question 5)."""

    hog_length = extracted.count("hog_length", "values in an image’s HOG descriptor")
    lbp_length = extracted.count("lbp_length", "values in an image’s LBP descriptor")
    cell = extracted.setting("cell", "width of HOG’s cells in pixels, as chosen")
    block = extracted.setting("block", "width of HOG’s blocks in cells, as chosen")
    gradients = tuned.text("best_gradients", "channel that HOG’s gradients come from, as chosen")
    candidates = tuned.table(
        "candidates", "settings of HOG", {"val_accuracy": tuned.rate("best_val_accuracy")}
    )
    candidate_count = tuned.count("candidates", "settings of HOG that were compared")
    pixels = Neighbors.accuracy
    hog = described.rate("test_hog_accuracy", "held-out accuracy, neighbours on HOG")
    lbp = described.rate("test_lbp_accuracy", "held-out accuracy, neighbours on LBP")
    hog_k = described.setting("hog_k", "neighbours chosen for HOG")
    lbp_k = described.setting("lbp_k", "neighbours chosen for LBP")
    hog_for_neighbors = described.compare(
        "y_pred_hog", "y_pred_pixels", *BEATS, "neighbours on HOG against pixels"
    )
    lbp_for_neighbors = described.compare(
        "y_pred_lbp", "y_pred_pixels", *BEATS, "neighbours on LBP against pixels"
    )
    mlp_pixels = final.rate("test_pixels_accuracy", "held-out accuracy, network on pixels")
    mlp_hog = final.rate("test_hog_accuracy", "held-out accuracy, network on HOG")
    mlp_lbp = final.rate("test_lbp_accuracy", "held-out accuracy, network on LBP")
    hog_for_perceptron = final.compare(
        "y_pred_hog", "y_pred_pixels", *BEATS, "perceptron on HOG against pixels"
    )
    lbp_for_perceptron = final.compare(
        "y_pred_lbp", "y_pred_pixels", *BEATS, "perceptron on LBP against pixels"
    )
    curves = described.figure("neighbors", "held-out accuracy over the number of neighbours")
    training = final.figure("curves", "training accuracy of all perceptrons")


class CrossValidation(Evidence):
    """What cross-validation chooses, and the result on the held-out images (Question 6)."""

    folds = folded.setting("folds", "folds for the number of neighbours")
    samples = folded.count("val_samples", "training images split into those folds")
    k = Neighbors.k
    val_accuracy = folded.rate("best_val_accuracy", "cross-validated accuracy with that number")
    spread = chosen.cell("val_accuracy_spread", "its standard deviation over the folds")
    test_accuracy = Neighbors.accuracy
    gap = difference("test_accuracy", "val_accuracy", "held-out minus cross-validated accuracy")
    held_out_k = Neighbors.highest_k
    mlp_folds = tuning.setting("folds", "folds for width and learning rate")
    mlp_samples = tuning.count("val_samples", "training images split into those folds")
    trial_count = tuning.count("trials", "combinations of representation, width and learning rate")
    trials = tuning.table(
        "trials",
        "all combinations",
        {"val_accuracy": "mlp_val_accuracy", "val_accuracy_spread": "mlp_val_accuracy"},
    )
    pixels_hidden = tuning.setting("best_pixels_hidden", "hidden units chosen for pixels")
    pixels_rate = tuning.setting("best_pixels_learning_rate", "learning rate chosen for pixels")
    hog_hidden = tuning.setting("best_hog_hidden", "hidden units chosen for HOG")
    hog_rate = tuning.setting("best_hog_learning_rate", "learning rate chosen for HOG")
    mlp_val_accuracy = tuning.rate("best_val_pixels_accuracy", "cross-validated, for pixels")
    mlp_test_accuracy = Descriptors.mlp_pixels
    specified_accuracy = Perceptron.test_accuracy
    tuned = final.compare(
        "y_pred_pixels", "y_pred_specified", *BEATS, "tuned for pixels against as specified"
    )
    curve = folded.figure("neighbors", "cross-validated accuracy over the number of neighbours")


STUDY = Study(
    "scratch",
    "Nearest neighbours and a perceptron on CIFAR-10, in plain NumPy",
    ungrouped(
        Question("1", "How accuracy varies with k", Neighbors, (2, 5)),
        Question("2", "The gradients, by the chain rule", Gradients, (3, 10)),
        Question("3", "What one-hot labels and the cross-entropy change", Losses, (2, 6)),
        Question("4", "Why the perceptron stops learning", Perceptron, (3, 8)),
        Question("5", "How descriptors compare with pixels", Descriptors, (2, 6)),
        Question("6", "What cross-validation chooses", CrossValidation, (2, 6)),
    ),
    statements=(GENERATIVE_AI, COLLABORATION),
)
