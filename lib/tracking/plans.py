"""Record the code that last called a study's stages, in tags that a report reads."""

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from contract import names
from contract.names import Profile

if TYPE_CHECKING:
    from lib.tracking.store.client import Client


def noted(client: "Client", experiment_id: str, profile: Profile) -> dict[str, str]:
    """Read what is recorded for a profile: the hash of each definition, under `module:name`."""
    return {
        f"{module}:{name}": sha256
        for module, text in _texts(client, experiment_id, profile).items()
        for name, sha256 in _hashes(text).items()
    }


def note(
    client: "Client", experiment_id: str, profile: Profile, definitions: Mapping[str, str]
) -> None:
    """Record definitions, replacing everything recorded for a profile.

    The tags of modules without any of these definitions are deleted: nothing would update them
    again, and a report would always find a difference from the project.

    Args:
        client: the open store.
        experiment_id: the study's MLflow experiment.
        profile: profile that the stages were called with.
        definitions: hash of each, under `module:name`.
    """
    plan: dict[str, dict[str, str]] = defaultdict(dict)
    for definition, sha256 in definitions.items():
        module, _, name = definition.partition(":")
        plan[module][name] = sha256
    texts = {module: json.dumps(hashes, sort_keys=True) for module, hashes in plan.items()}
    before = _texts(client, experiment_id, profile)
    for module, text in texts.items():
        if before.get(module) != text:
            client.set_experiment_tag(experiment_id, names.plan(profile, module), text)
    for module in before.keys() - texts.keys():
        client.delete_experiment_tag(experiment_id, names.plan(profile, module))


def _hashes(text: str) -> dict[str, str]:
    """Parse a tag; one that somebody has made invalid counts as empty, and is rewritten."""
    try:
        hashes = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return {name: str(sha256) for name, sha256 in hashes.items()} if type(hashes) is dict else {}


def _texts(client: "Client", experiment_id: str, profile: Profile) -> dict[str, str]:
    """Read the tags, by module."""
    prefix = names.plan(profile, "")
    tags = client.get_experiment(experiment_id).tags
    return {tag.removeprefix(prefix): text for tag, text in tags.items() if tag.startswith(prefix)}
