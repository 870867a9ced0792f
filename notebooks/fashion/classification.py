# %% [markdown]
# # Task 1: Building the classifier
#
# We explore Fashion-MNIST, train a first network, search two of its hyperparameters, and try
# dropout. The final network is tested once and then rebuilt from its files.
#
# Each step is a stage of `classification.py`, beside this notebook. A stage that has run before
# is read back from the store, so this notebook shows the same runs as the report.

# %%
import sys
from pathlib import Path

HERE = Path.cwd()
PROJECT = next(folder for folder in (HERE, *HERE.parents) if (folder / "experiments").is_dir())
sys.path.insert(0, str(PROJECT))

import keras
import numpy as np
import pandas as pd
from IPython.display import display

from experiments.fashion import classification, drawing
from experiments.fashion.data import load
from experiments.fashion.network import build, steps_per_epoch
from lib import training
from lib.data import normalize
from notebooks.showing import picture, save_file, save_table
from notebooks.steps import Steps, open_study

# "quick" takes minutes on a part of the data, "full" is the real thing.
study = open_study("fashion", profile="quick")
config = classification.PROFILES[study.profile]
steps = Steps(study, classification.run)

# %% [markdown]
# ## 1. Data exploration
#
# The number of images, their shape, and their distribution over the classes.

# %%
data = load(study.profile, study.seed)
explored = steps.through("explore")
figures = drawing.exploration(explored)
print(f"{explored.metrics['images']:,.0f} images of shape {data.whole.x_train.shape[1:]}")
display(explored.tables["sizes"])
display(explored.tables["class_counts"])
display(picture(figures["class_counts"]))

# %% [markdown]
# Some samples of each class, as published.

# %%
display(picture(figures["samples"]))

# %% [markdown]
# The nearest neighbour of an image, by pixel distance, often has another label. These are the pairs
# of classes for which that happens most often, and the duplicate images.

# %%
display(explored.tables["most_alike"].head(5))
display(picture(figures["alike"]))
display(explored.tables["near_duplicates"])

# %% [markdown]
# **The metric is accuracy**: the classes are equally frequent, so neglecting any class lowers it,
# and a mistake costs the same in every class. Macro F1, the mean F1 over the classes, serves as a
# check.

# %%
share = explored.metrics["smallest_class_share"], explored.metrics["largest_class_share"]
print(f"A class holds {share[0]:.1%} to {share[1]:.1%} of the training images.")

# %% [markdown]
# ## 2. Pre-processing
#
# One seed for Python, NumPy and Keras. The test set is the published one; the validation set is a
# stratified part of the published training set. The following stages train on the part of the data
# that the profile uses.

# %%
training.set_seed(study.seed)
sample = data.sample
for part, images, labels in sample.parts():
    print(f"{part:<6}{len(images):>7,} images, {len(np.unique(labels))} classes")

# %% [markdown]
# Grey levels from 0 to 255 are scaled to [0, 1], and each image gets the channel axis that Keras
# expects.

# %%
x_train = normalize(sample.x_train)
print(f"published:  {sample.x_train.shape} {sample.x_train.dtype}, 0 to {sample.x_train.max()}")
print(f"normalized: {x_train.shape} {x_train.dtype}, {x_train.min()} to {x_train.max()}")

# %% [markdown]
# ## 3. The initial model
#
# Two convolutional blocks, each followed by pooling, and one hidden layer, without regularization.

# %%
model = build(
    dense_units=config.initial_units,
    dropout=0.0,
    learning_rate=1e-3,
    steps_per_epoch=steps_per_epoch(sample.y_train, config.batch_size),
)
model.summary(line_length=80)

# %% [markdown]
# The loss is the cross-entropy between the true class and the predicted probabilities, the usual
# choice when each image has exactly one label. Adam uses its default learning rate.

# %%
initial = steps.through("initial")
settings = ("optimizer", "loss", "learning_rate", "batch_size", "dense_units", "epochs")
display(pd.DataFrame({"value": {name: initial.params[name] for name in settings}}))

# %% [markdown]
# ## 4. Training it
#
# Ten epochs, or fewer in the smaller profiles.

# %%
display(pd.DataFrame({name: list(curve) for name, curve in initial.curves.items()}).round(4))
display(picture(drawing.first_network(initial)["curves"]))

# %% [markdown]
# If the largest change from one epoch to the next is negative, the training loss falls throughout.

# %%
print(f"largest step of the training loss: {np.diff(initial.curves['train_loss']).max():+.4f}")
print(f"epoch with the lowest validation loss: {np.argmin(initial.curves['val_loss']) + 1}")

# %% [markdown]
# ## 5. Hyperparameter tuning
#
# A grid search tries every combination of the learning rates and hidden-layer widths listed below.
# Keras' `EarlyStopping` ends a training when the validation accuracy has not improved for some
# epochs, and restores the weights of the best epoch.

# %%
early = keras.callbacks.EarlyStopping("val_accuracy", patience=config.patience)
print(f"{type(early).__name__}: {early.monitor}, patience {early.patience}")
print(f"learning rates {config.learning_rates}, hidden units {config.dense_units}")

# %%
tuned = steps.through("tuning")
display(picture(drawing.grid(tuned)["trials"]))

# %% [markdown]
# Every run with its settings and its accuracy, as a DataFrame and as CSV.

# %%
display(tuned.tables["trials"])
print(save_table(study, tuned, "trials"))

# %% [markdown]
# **Regularization.** Dropout is tried with the best combination, over several seeds, each with and
# without it, so that its effect can be distinguished from the variation between seeds.

# %%
regularized = steps.through("regularization")
display(regularized.tables["pairs"])
print(save_table(study, regularized, "pairs"))
display(picture(drawing.repetitions(regularized)["pairs"]))
found = regularized.metrics
print(
    f"accuracy with dropout minus without: {found['val_accuracy_difference']:+.4f}, 95% interval "
    f"{found['val_accuracy_difference_low']:+.4f} to {found['val_accuracy_difference_high']:+.4f}"
)

# %% [markdown]
# ## 6. The final model
#
# Trained on the complete training data, including the validation set, for the number of epochs
# chosen by EarlyStopping, then tested once. The run stores its weights.

# %%
final = steps.through("final")
found = final.metrics
print(f"{found['train_samples']:,.0f} training images, {final.params['epochs']} epochs")
print(
    f"test accuracy {found['test_accuracy']:.4f}, 95% interval "
    f"{found['test_accuracy_low']:.4f} to {found['test_accuracy_high']:.4f}"
)
figures = drawing.conclusion(final)
display(final.tables["classes"].round(3))
display(picture(figures["confusion"]))

# %% [markdown]
# A YAML file contains everything needed to train it again; only the beginning of the long
# architecture is shown here.

# %%
print(save_file(study, final, "final.yaml"))
print(final.files["final.yaml"].decode()[:1600], "…")

# %% [markdown]
# ## 7. Load the configuration and rebuild the model
#
# A model is built from the YAML file and loads the weights; it must predict the same
# labels as before.

# %%
reloaded = steps.through("reload")
found = reloaded.metrics
print(f"{found['reproduced_labels']:,.0f} of {found['test_samples']:,.0f} labels as before")
print(f"test accuracy {found['test_accuracy']:.4f}")

# %% [markdown]
# Ten random test samples with true and predicted labels; mistakes are framed.

# %%
display(picture(drawing.rebuilt(reloaded)["samples"]))
