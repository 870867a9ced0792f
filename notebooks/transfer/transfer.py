# %% [markdown]
# # Non-sequential networks, transfer learning and autoencoders
#
# Exercise 1 compares networks whose layers are not a chain on CIFAR-10, exercise 2 classifies
# dishes with networks pretrained on ImageNet, and exercise 3 encodes and denoises letters of
# notMNIST.
#
# Each step is a stage of a module beside this notebook. A stage that has run before is read back
# from the store, so this notebook shows the same runs as the report.

# %%
import sys
from pathlib import Path

HERE = Path.cwd()
PROJECT = next(folder for folder in (HERE, *HERE.parents) if (folder / "experiments").is_dir())
sys.path.insert(0, str(PROJECT))

import keras
import pandas as pd
from IPython.display import display

from experiments.transfer import (
    architectures,
    borrowed,
    codes,
    denoising,
    dense,
    drawing,
    food,
    lettering,
    paths,
)
from experiments.transfer.data import cifar, dishes, letters
from lib import training
from notebooks.showing import picture, save_table
from notebooks.steps import Steps, open_study

# "quick" takes minutes on a part of the data, "full" is the real thing.
study = open_study("transfer", profile="quick")
training.set_seed(study.seed)
pd.set_option("display.max_colwidth", None)  # shows descriptions in full

# %% [markdown]
# # Exercise 1: Non-sequential architectures
#
# A part of CIFAR-10's published training set is held out for validation.

# %%
paths_config = paths.PROFILES[study.profile]
steps = Steps(study, paths.run)
for part, images, _ in cifar(study.profile, study.seed).parts():
    print(f"{part:<6}{len(images):>7,} images of shape {images.shape[1:]}")
display(picture(drawing.photographs(steps.through("explore"))["samples"]))

# %% [markdown]
# ## The networks
#
# All are built from the same block, a convolution with batch normalisation and ReLU. They differ in
# how the blocks are connected, which the functional API describes by calling a layer on the output
# of any other.

# %%
drawn = drawing.networks(steps.through("diagrams"))
display(picture(drawn["networks"]))

# %% [markdown]
# The last of them as Keras' `plot_model` draws it, with Graphviz, and its summary.

# %%
last = paths_config.networks[-1]
display(picture(drawn[f"keras_{last}"]))
model = architectures.build(last, filters=paths_config.filters, dropout=paths_config.dropout)
model.summary(line_length=100)

# %% [markdown]
# ## The learning rate
#
# Each network is trained briefly on a part of the images with each learning rate.

# %%
tuned = steps.through("tuning")
display(picture(drawing.learning_rates(tuned)["trials"]))
print(save_table(study, tuned, "trials", "paths_trials"))

# %% [markdown]
# ## The callback
#
# Keras' `EarlyStopping` watches the validation accuracy after each epoch and restores the best
# epoch's weights at the end. The assignment watches the test set instead. What that would have
# reported is a column of its own, because an accuracy that has chosen the epoch is too high.

# %%
early = keras.callbacks.EarlyStopping(
    "val_accuracy", patience=paths_config.patience, restore_best_weights=True
)
print(f"{type(early).__name__}: {early.monitor}, patience {early.patience}")

# %%
trained = steps.through("final")
display(trained.tables["networks"].round(4))
print(save_table(study, trained, "networks"))
figures = drawing.callbacks(trained)
display(picture(figures["pairs"]))

# %% [markdown]
# The network with the highest mean validation accuracy, and its accuracies after each epoch.

# %%
print(f"best network: {trained.params['best_network']}")
display(picture(figures["curves"]))

# %% [markdown]
# The weights that the callback kept, loaded into a new copy of the network, must predict the same
# labels as before.

# %%
print(f"test accuracy {steps.through('reload').metrics['test_accuracy']:.4f}")

# %% [markdown]
# # Exercise 2: Transfer learning
#
# The first 20 classes of Food-101.

# %%
food_config = food.PROFILES[study.profile]
steps = Steps(study, food.run)
for part, images, _ in dishes(study.profile, study.seed).parts():
    print(f"{part:<6}{len(images):>7,} photographs of shape {images.shape[1:]}")
display(picture(drawing.photographs(steps.through("explore"))["samples"]))

# %% [markdown]
# ## Preprocessing
#
# Scaling to the range that the network was trained on, and enlarging, are layers of the model, so
# that they happen once and the same way in training and test.

# %%
side = dishes(study.profile, study.seed).x_train.shape[1]
network = borrowed.borrow(food_config.networks[0], food_config.size)
borrowed.features(network, side).summary(line_length=100)

# %% [markdown]
# ## Features
#
# Each frozen network turns every photograph into the means of its last feature map, once; all heads
# reuse them.

# %%
display(steps.through("features").tables["networks"].round(4))

# %% [markdown]
# ## Heads
#
# Keras Tuner searches the network, the number of hidden layers, the dropout and the learning rate.

# %%
tuned = steps.through("tuning")
display(picture(drawing.heads(tuned)["heads"]))
display(tuned.tables["heads"])
print(save_table(study, tuned, "trials", "food_trials"))

# %% [markdown]
# ## Fine-tuning
#
# The last blocks are made trainable, all but their batch normalisation, and the model is compiled
# again.

# %%
display(steps.through("rates").tables["trials"])

# %% [markdown]
# ## Results
#
# Every head on all training photographs; then, with the best head, frozen features, fine-tuning and
# the same network from random weights, on growing numbers of photographs.

# %%
trained = steps.through("final")
display(trained.tables["heads"].round(4))
display(trained.tables["amounts"].round(4))
display(picture(drawing.amounts(trained)["amounts"]))
print(save_table(study, trained, "heads"))
print(save_table(study, trained, "amounts"))

# %% [markdown]
# # Exercise 3: Autoencoders
#
# notMNIST, without the images that repeat another one exactly.

# %%
codes_config = codes.PROFILES[study.profile]
steps = Steps(study, codes.run)
for part, images, _ in letters(study.profile, study.seed).parts():
    print(f"{part:<6}{len(images):>7,} images of shape {images.shape[1:]}")
display(picture(lettering.samples(steps.through("explore"))["samples"]))

# %% [markdown]
# ## a) The length of the code

# %%
lengths = steps.through("lengths")
display(picture(lettering.lengths(lengths)["lengths"]))
display(lengths.tables["lengths"].round(4))

# %% [markdown]
# ## b, c) The layers and the models
#
# `encoder`, `decoder` and `autoencoder` share their layers.

# %%
pixels = letters(study.profile, study.seed).x_train[0].size
models = dense.build(pixels, codes_config.length, codes_config.learning_rate)
for each in (models.encoder, models.decoder, models.autoencoder):
    each.summary(line_length=80)

# %% [markdown]
# ## d) Training

# %%
trained = steps.through("autoencoder")
display(picture(lettering.curves(trained)["curves"]))

# %% [markdown]
# ## e) Images, codes and reconstructions

# %%
tested = steps.through("final")
display(picture(lettering.reconstructions(tested)["reconstructions"]))

# %% [markdown]
# ## f) What compression costs and gains

# %%
found = tested.metrics
print(f"test error {found['test_reconstruction_error']:.4f}, PCA {found['test_pca_error']:.4f}")
sizes = ("image_bytes", "code_bytes", "zlib_bytes", "weights_bytes")
display(pd.DataFrame({"bytes": {name: found[name] for name in sizes}}).round(0))

# %% [markdown]
# ## g) A support vector machine on codes and on pixels

# %%
display(tested.tables["machines"].round(4))
print(save_table(study, tested, "machines"))

# %% [markdown]
# # The denoising autoencoder
#
# ## a) Its layers

# %%
denoising_config = denoising.PROFILES[study.profile]
steps = Steps(study, denoising.run)
denoising.build(denoising_config.filters).summary(line_length=80)

# %% [markdown]
# ## b) The size of its code

# %%
found = steps.through("network").metrics
print(f"{found['code_numbers']:,.0f} numbers for {found['pixels']:,.0f} pixels")

# %% [markdown]
# ## c, d, e) Noise, training and test
#
# One network per level of noise, trained with the mean squared error; a median filter is the
# baseline.

# %%
denoised = steps.through("final")
figures = lettering.denoised(denoised)
display(picture(figures["denoised"]))
display(picture(figures["psnr"]))
display(denoised.tables["levels"].round(4))
print(save_table(study, denoised, "levels"))
