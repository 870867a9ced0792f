# %% [markdown]
# # Task 2: Encoding the data set
#
# An autoencoder learns to reconstruct an image from a short code. It is trained and tuned with the
# longest code; then the code is shortened step by step until the error rises too much.
#
# Each step is a stage of `encoding.py`, beside this notebook. A stage that has run before is read
# back from the store, so this notebook shows the same runs as the report.

# %%
import sys
from pathlib import Path

HERE = Path.cwd()
PROJECT = next(folder for folder in (HERE, *HERE.parents) if (folder / "experiments").is_dir())
sys.path.insert(0, str(PROJECT))

import pandas as pd
from IPython.display import display

from experiments.fashion import drawing, encoding
from experiments.fashion.compression import build
from experiments.fashion.data import load
from lib import training
from lib.data import normalize
from notebooks.showing import picture, save_file, save_table
from notebooks.steps import Steps, open_study

# "quick" takes minutes on a part of the data, "full" is the real thing.
study = open_study("fashion", profile="quick")
config = encoding.PROFILES[study.profile]
steps = Steps(study, encoding.run)

# %% [markdown]
# ## 1. Pre-processing and the metric
#
# The same seed and the same images as in the first task, grey levels between 0 and 1.

# %%
training.set_seed(study.seed)
data = load(study.profile, study.seed).sample
x_train = normalize(data.x_train)
print(f"seed {study.seed}; {len(data.y_train):,} training, {len(data.y_val):,} validation images")
print(f"{x_train.shape} {x_train.dtype}, {x_train.min()} to {x_train.max()}")

# %% [markdown]
# **The metric is the mean squared error** between the pixels of an image and of its
# reconstruction; it is also the loss. An error of 0.01 is a tenth of the grey scale at a typical
# pixel.

# %% [markdown]
# ## 2. The initial model
#
# The encoder ends in 4 x 4 positions with some features each; the decoder is its mirror image.

# %%
features = config.latent_features[0]
model = build(
    latent_features=features,
    width=config.initial_width,
    learning_rate=config.initial_learning_rate,
    steps=1,
)
model.summary(line_length=80)
print(f"code: 4 x 4 x {features} = {4 * 4 * features} numbers for {data.x_train[0].size} pixels")

# %%
initial = steps.through("initial")
display(pd.DataFrame({name: list(curve) for name, curve in initial.curves.items()}).round(5))
display(picture(drawing.first_autoencoder(initial)["curves"]))

# %% [markdown]
# ## 3. Tuning it
#
# Two hyperparameters: the number of filters in the first layer (later layers follow from it) and
# the learning rate. Each round tries one step in every direction from the best pair so far, until a
# round brings only a marginal gain.

# %%
tuned = steps.through("tuning")
display(tuned.tables["trials"])
print(save_table(study, tuned, "trials", "encoding_trials"))
display(picture(drawing.climb(tuned)["trials"]))
print(
    f"validation error {tuned.metrics['initial_val_reconstruction_error']:.5f} before, "
    f"{tuned.metrics['val_reconstruction_error']:.5f} after {tuned.metrics['rounds']:.0f} rounds; "
    f"the last one gained {tuned.metrics['last_gain']:.1%} of the first error, "
    f"where less than {tuned.params['marginal']:.0%} is marginal"
)

# %% [markdown]
# ## 4. Shortening the code
#
# Each size is trained for the same number of epochs with the settings found above, and tuned again
# only if its error rises too much over that of the previous size. Principal component analysis
# (PCA) with codes of the same length is the baseline without a network.

# %%
shrunk = steps.through("shrink")
figures = drawing.sizes(shrunk)
display(shrunk.tables["sizes"].round(5))
print(save_table(study, shrunk, "sizes"))
display(picture(figures["errors"]))

# %% [markdown]
# The rule: a size costs too much when its error rises significantly by more than a stated share
# over that of the previous size, in a paired comparison over all validation images.

# %%
print(f"stated share: {shrunk.params['drop']:.0%}")
kept, degraded = (shrunk.params[f"{name}_latent_features"] for name in ("best", "degraded"))
if shrunk.metrics["degraded"]:
    print(f"4 x 4 x {degraded} is the first size that costs too much: 4 x 4 x {kept} is kept")
else:
    print(f"no size costs too much: 4 x 4 x {kept}, the smallest, is kept")

# %% [markdown]
# The same validation samples at each size, denormalized; on the right, PCA's reconstructions with
# the shortest code.

# %%
display(picture(figures["reconstructions"]))

# %% [markdown]
# ## 5. Final training
#
# The chosen size, trained on the complete training data. This runs the experiment to its end, which
# saves the weights in the parent of this package's folder, except in the smoke profile.

# %%
final = encoding.run(study)
for weights in sorted(encoding.EXPERIMENTS.glob(f"fashion.{study.profile}.*.weights.h5")):
    print(f"{weights.parent.name}/{weights.name}: {weights.stat().st_size / 1000:,.0f} kB")
print(f"{final.metrics['train_samples']:,.0f} training images, {final.params['epochs']} epochs")
print(f"loss after the last epoch: {final.metrics['final_train_loss']:.5f}")
print(save_file(study, final, "autoencoder.yaml"))
display(picture(drawing.reconstructions(final)["curves"]))

# %% [markdown]
# ## 6. Testing the autoencoder

# %%
print(
    f"test error {final.metrics['test_reconstruction_error']:.5f}, 95% interval "
    f"{final.metrics['test_reconstruction_error_low']:.5f} to "
    f"{final.metrics['test_reconstruction_error_high']:.5f}; "
    f"PCA with the same code length: {final.metrics['test_pca_reconstruction_error']:.5f}"
)
display(final.tables["classes"].round(5))

# %% [markdown]
# Random test samples and their reconstructions, denormalized.

# %%
display(picture(drawing.reconstructions(final)["reconstructions"]))
display(final.tables["samples"].round(5))
