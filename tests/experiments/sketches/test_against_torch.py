"""PyTorch opens our model files, we open PyTorch's, and both predict the same."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from contract.definitions import ROOT
from experiments.sketches.handin.main_bestmodel import best_model
from experiments.sketches.handin.main_convnet import too_simple_conv_net
from experiments.sketches.handin.main_densenet import two_layer_dense_net
from experiments.sketches.handin.utils.accuracies import predict_logits
from experiments.sketches.handin.utils.model_file import model_bytes, read_model_file
from experiments.sketches.handin.utils.weights import load_state_dict, state_dict
from lib.training import set_seed

torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed")

NETWORKS = {
    "TwoLayerDenseNet": two_layer_dense_net,
    "TooSimpleConvNN": too_simple_conv_net,
    "BestModel": best_model,
}


@pytest.fixture(scope="module")
def modules() -> dict[str, Any]:
    """What the README's code defines."""
    readme = (ROOT / "experiments/sketches/handin/README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", readme, flags=re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own README
    return names


def images() -> Any:
    return np.random.default_rng(0).integers(0, 256, (7, 28, 28), dtype=np.uint8)


def scored(module: Any) -> Any:
    with torch.no_grad():
        return module.eval()(torch.from_numpy(images())).numpy()


@pytest.mark.parametrize("name", NETWORKS)
def test_pytorch_predicts_the_same_with_our_file(
    name: str, modules: dict[str, Any], tmp_path: Path
) -> None:
    set_seed(3)
    model = NETWORKS[name]()
    generator = np.random.default_rng(1)
    for variable in model.weights:  # also what batch normalization starts with 0 and 1
        noise = generator.uniform(0.5, 1.5, variable.shape)
        variable.assign(variable.numpy() * noise + 0.1 * noise)
    path = tmp_path / "model.pt"
    path.write_bytes(model_bytes(state_dict(model)))

    module = modules[name]()
    module.load_state_dict(torch.load(path, weights_only=True))

    ours = predict_logits(model, images())
    assert np.ptp(ours, axis=0).min() > 1e-3  # they depend on the image
    np.testing.assert_allclose(scored(module), ours, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", NETWORKS)
def test_we_predict_the_same_with_a_file_of_pytorch(
    name: str, modules: dict[str, Any], tmp_path: Path
) -> None:
    torch.manual_seed(1)
    module = modules[name]()
    module.train()(torch.from_numpy(images()))  # moves the running means
    path = tmp_path / "model.pt"
    torch.save(module.state_dict(), path)

    model = NETWORKS[name]()
    load_state_dict(model, read_model_file(path))

    np.testing.assert_allclose(
        predict_logits(model, images()), scored(module), rtol=1e-4, atol=1e-4
    )


@pytest.mark.parametrize(
    "save",
    [
        torch.save,
        lambda module, path: torch.save([module.state_dict()], path),
        lambda module, path: torch.save({"model": module.state_dict()}, path),
        lambda module, path: torch.save(
            module.state_dict(), path, _use_new_zipfile_serialization=False
        ),
    ],
    ids=["a whole module", "a list", "a checkpoint", "the format before 1.6"],
)
def test_whatever_else_pytorch_saves_is_refused(
    save: Callable[[Any, Path], None], tmp_path: Path
) -> None:
    save(torch.nn.Linear(3, 2), tmp_path / "model.pt")
    with pytest.raises(ValueError, match="Expected a PyTorch state dict"):
        read_model_file(tmp_path / "model.pt")
