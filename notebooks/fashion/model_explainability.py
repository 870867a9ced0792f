# %% [markdown]
# # Task 3: Explaining the classifier
#
# The autoencoder of the second task shows which images are similar: those with similar codes. Each
# mistake of the first task's classifier is compared with the most similar training images, and its
# likely causes are recorded.
#
# Each step is a stage of `explainability.py`, beside this notebook. A stage that has run before is
# read back from the store, so this notebook shows the same runs as the report.

# %%
import sys
from pathlib import Path

HERE = Path.cwd()
PROJECT = next(folder for folder in (HERE, *HERE.parents) if (folder / "experiments").is_dir())
sys.path.insert(0, str(PROJECT))

import numpy as np
import pandas as pd
from IPython.display import display

from experiments.fashion import classification, compression, encoding, explainability, explained
from experiments.fashion.data import load
from lib import training
from lib.data import normalize
from lib.models import autoencoder
from notebooks.showing import picture, save_table
from notebooks.steps import Steps, open_study

# "quick" takes minutes on a part of the data, "full" is the real thing.
study = open_study("fashion", profile="quick")

# %% [markdown]
# ## 1. Pre-processing and encoding
#
# The same seed, images and grey levels as before; the training data include the validation images.

# %%
training.set_seed(study.seed)
data = load(study.profile, study.seed).sample
whole = data.with_complete_training()
x_train = normalize(whole.x_train)
print(f"seed {study.seed}; {x_train.shape} {x_train.dtype}, {x_train.min()} to {x_train.max()}")

# %% [markdown]
# The encoder is the first half of the final autoencoder, rebuilt from its files.

# %%
trained = Steps(study, encoding.run).through("final")
encoder = autoencoder.encoder(compression.FILES.rebuild(trained))
encoder.summary(line_length=80)

# %% [markdown]
# The codes of the whole training set, as a variable. The first few are recomputed here as a check.

# %%
classifier = Steps(study, classification.run).through("final")
steps = Steps(study, explainability.run, classifier=classifier, autoencoder=trained)
encoded = steps.through("encode")
train_codes = encoded.arrays["train_codes"]
again = compression.encode(trained, whole.x_train[:500])
print(f"{train_codes.shape[0]:,} codes of {train_codes.shape[1]} numbers")
print(f"largest difference to those computed now: {np.abs(again - train_codes[:500]).max():.1g}")

# %% [markdown]
# Quantiles of the distance from a training image to the nearest other one of its class: what
# "close" means for that class.

# %%
display(encoded.tables["yardsticks"].round(2))

# %% [markdown]
# ## 2. The nearest neighbours
#
# scikit-learn's `NearestNeighbors` finds the ten training images whose codes are closest to that
# of a random test image. Below each image are its label and its distance.

# %%
near = steps.through("neighbors")
print(f"test image {near.metrics['test_index']:.0f}, labelled {near.params['class']}")
display(near.tables["neighbors"].round(3))
display(picture(explained.nearest(near)["neighbors"]))

# %% [markdown]
# ## 3. Diagnosing the classifier
#
# The final classifier, rebuilt from its files, on all test images and on the training images.

# %%
mistaken = steps.through("mistakes")
found = mistaken.metrics
print(f"accuracy {found['test_accuracy']:.4f} on {found['test_samples']:,.0f} test images")
print(f"accuracy {found['train_accuracy']:.4f} on {found['train_samples']:,.0f} training images")
print(f"{found['test_errors']:,.0f} misclassified, {found['mistakes']:.0f} of them drawn at random")

# %% [markdown]
# Each of those, framed, beside its **local example**, the nearest training image with its label,
# and its **local counterexample**, the nearest one with another label.

# %%
shown = ["test_index", "true", "predicted", "example_distance", "other", "counterexample_distance"]
display(mistaken.tables["mistakes"][shown].round(2))
display(picture(explained.mistakes(mistaken)["mistakes"]))

# %% [markdown]
# Likely causes, one or more per sample, as CSV. Rules suggest them (`suggestions.py`); a person's
# judgement (`tox run -e annotate -- fashion`) replaces the suggestion, and `by` says which it is.

# %%
caused = steps.through("causes")
written = save_table(study, caused, "causes")
causes = pd.read_csv(PROJECT / written, keep_default_na=False)
print(written)
display(causes)

# %% [markdown]
# The distribution of the causes; a sample counts once for each of its causes.

# %%
display(causes["causes"].str.split(";").explode().value_counts().rename("samples").to_frame())
display(picture(explained.causes(caused)["distribution"]))

# %% [markdown]
# Cases with different causes, chosen by a rule; the report discusses them.

# %%
for number, case in enumerate(caused.tables["cases"].itertuples(), start=1):
    print(f"test image {case.test_index}: {case.causes} ({case.by})")
    display(picture(explained.causes(caused)[f"case_{number}"]))
