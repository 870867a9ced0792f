"""What are features from ImageNet worth for recognising dishes, and what does fine-tuning add?

Source: the specification asks for a pretrained network with different heads on Food-101's first 20
classes. No accuracy is published for this subset.

    python -m experiments run transfer.food --profile full
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contract.names import Profile
from experiments.transfer import amounts, drawing, extraction, finetuning, heads
from experiments.transfer.counting import counted
from experiments.transfer.data import dishes
from experiments.transfer.finetuning import FINE_TUNED, FROZEN, RANDOM, Schedule
from lib.data import Split
from lib.tracking import Results, Study, TrialLog, Workers
from lib.tuning import Choice, GridSearch, evaluate_all, search

SCHEDULE = Schedule(
    batch_size=32,
    random_batch_size=8,
    max_epochs=3,
    patience=2,
    head_batch_size=64,
    head_epochs=30,
    head_patience=5,
    random_rate=1e-3,
)


@dataclass(frozen=True)
class Config:
    """Settings of the published run; the profiles below say what they change."""

    networks: tuple[str, ...] = ("mobilenet", "efficientnet")
    size: int = 160  # height and width that photographs are enlarged to, pixels
    layers: tuple[int, ...] = (0, 1, 2)  # hidden layers of a head
    units: int = 256  # units of each hidden layer
    head_rates: tuple[float, ...] = (3e-4, 1e-3)
    dropouts: tuple[float, ...] = (0.2, 0.5)
    blocks: tuple[int, ...] = (2,)  # last blocks that fine-tuning trains
    rates: tuple[float, ...] = (3e-5, 1e-4)  # learning rates of fine-tuning
    amounts: tuple[int, ...] = (5, 20, 100, 0)  # photographs of each class; 0 for all
    repetitions: int = 2  # seeds of each method with each amount
    schedule: Schedule = SCHEDULE


PROFILES = {
    Profile.SMOKE: Config(
        networks=("small", "smaller"),
        size=40,
        layers=(0, 1),
        units=8,
        head_rates=(1e-2,),
        dropouts=(0.2,),
        blocks=(1,),
        rates=(1e-3,),
        amounts=(2, 0),
        repetitions=2,
        schedule=Schedule(
            batch_size=48,
            random_batch_size=48,
            max_epochs=1,
            patience=1,
            head_batch_size=48,
            head_epochs=1,
            head_patience=1,
            random_rate=1e-3,
        ),
    ),
    Profile.QUICK: Config(size=96, dropouts=(0.5,), amounts=(5, 0)),
    Profile.FULL: Config(),
}
SAMPLES_A_CLASS = 8  # photographs shown of each class


def explore(data: Split, *, seed: int) -> Results:
    """Count the photographs and those left out, look for duplicates, and show some."""
    found = counted(data, samples=SAMPLES_A_CLASS, seed=seed)
    pairs = found.tables["duplicates"]
    left_out = {
        "side": data.x_train.shape[1],
        "straddling": int(pairs.query("first_part != second_part")["pairs"].sum()),
        "undecodable": len(data.left_out.get("undecodable", ())),
        "removed_duplicates": len(data.left_out.get("duplicates", ())),
    }
    return replace(found, metrics={**found.metrics, **left_out})


def features(
    data: Split,
    *,
    networks: Sequence[str],
    size: int,
    seed: int,
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Compute each frozen network's features of all photographs once; every head reuses them.

    The test photographs are included: a frozen network treats each image on its own.
    """
    found = evaluate_all(
        extraction.evaluate,
        [({"network": network}, seed) for network in networks],
        objective="val_nearest_mean_accuracy",
        trials=trials,
        workers=workers,
        size=size,
        data=data,
    )
    results = {str(trial.values["network"]): trial.finished() for trial in found.trials}
    table = extraction.tabulate(results)
    return Results(
        metrics={
            "images": results[networks[0]].metrics["images"],
            "images_per_second": float(table["images_per_second"].sum()),
            "peak_memory_gib": float(table["peak_memory_bytes"].max() / 2**30),
            "val_samples": len(data.y_val),
        },
        tables={"networks": table},
        arrays={
            f"{name}_{part}": array
            for name, each in results.items()
            for part, array in each.arrays.items()
        },
    )


def tuning(
    data: Split,
    *,
    extracted: Results,
    seed: int,
    networks: Sequence[str],
    layers: Sequence[int],
    units: int,
    head_rates: Sequence[float],
    dropouts: Sequence[float],
    schedule: Schedule,
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Search for the best head: network, hidden layers, dropout and learning rate."""
    found = search(
        heads.evaluate,
        {
            "network": Choice(*networks),
            "layers": Choice(*layers),
            "dropout": Choice(*dropouts),
            "learning_rate": Choice(*head_rates),
        },
        GridSearch(),
        objective="best_val_accuracy",
        seed=seed,
        trials=trials,
        workers=workers,
        features=amounts.by_network(extracted, networks, ("train", "val")),
        y_train=data.y_train,
        y_val=data.y_val,
        units=units,
        classes=len(data.class_names),
        batch_size=schedule.head_batch_size,
        max_epochs=schedule.head_epochs,
        patience=schedule.head_patience,
    )
    table = found.table()
    ranked = table.sort_values("best_val_accuracy", ascending=False, kind="stable")
    best = ranked.drop_duplicates(["network", "layers"]).sort_values(["network", "layers"])
    rates = ["network", "layers", "dropout", "learning_rate", "best_val_accuracy"]
    return Results(
        metrics={
            "best_val_accuracy": float(table["best_val_accuracy"].max()),
            "trials": len(table),
            "median_head_seconds": float(table["wall_time_seconds"].median()),
            "val_samples": len(data.y_val),
        },
        params={
            "best_network": str(ranked["network"].iloc[0]),
            "best_layers": int(ranked["layers"].iloc[0]),
            **amounts.as_params(best),
        },
        tables={"trials": table, "heads": best[[*rates, "wall_time_seconds"]]},
    )


def rates(
    data: Split,
    *,
    extracted: Results,
    seed: int,
    network: str,
    head: Mapping[str, Any],
    size: int,
    blocks: Sequence[int],
    learning_rates: Sequence[float],
    schedule: Schedule,
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Choose how many of the last blocks to fine-tune, and at which learning rate."""
    found = evaluate_all(
        finetuning.evaluate_rates,
        [
            ({"blocks": count, "learning_rate": rate}, seed)
            for count in blocks
            for rate in learning_rates
        ],
        objective="best_val_accuracy",
        trials=trials,
        workers=workers,
        network=network,
        size=size,
        settings=head,
        schedule=schedule,
        data=data,
        features=amounts.by_network(extracted, [network], ("train", "val"))[network],
    )
    frozen = found.trials[0].finished().metrics["frozen_val_accuracy"]
    return Results(
        metrics={
            "best_val_accuracy": found.best.measured("best_val_accuracy") or 0.0,
            "frozen_val_accuracy": frozen,
            "val_samples": len(data.y_val),
            "trials": len(found.trials),
        },
        params={f"best_{name}": value for name, value in found.best.values.items()},
        tables={"trials": found.table()},
    )


def final(
    data: Split,
    *,
    extracted: Results,
    seed: int,
    settings: Mapping[str, Mapping[str, Any]],
    chosen: str,
    size: int,
    blocks: int,
    learning_rate: float,
    images_per_class: Sequence[int],
    repetitions: int,
    schedule: Schedule,
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Test every head on all photographs, and three methods on growing numbers of them.

    Args:
        data: includes the test photographs; nothing is chosen by them.
        extracted: results of `features`.
        seed: determines the repetitions' seeds, see `amounts.points`.
        settings: each head's settings, by its name.
        chosen: name of the head best in validation; the methods use it and its network.
        size: height and width that photographs are enlarged to, pixels.
        blocks: number of last blocks that fine-tuning trains.
        learning_rate: learning rate of fine-tuning.
        images_per_class: photographs per class; the last entry means all.
        repetitions: number of seeds.
        schedule: epochs, batch sizes and patience.
        trials: where trainings are found and recorded.
        workers: the worker processes.
    """
    networks = sorted({str(each["network"]) for each in settings.values()})
    found = evaluate_all(
        finetuning.evaluate,
        amounts.points(
            settings,
            chosen=chosen,
            methods=(RANDOM, FINE_TUNED, FROZEN),
            images_per_class=images_per_class,
            repetitions=repetitions,
            seed=seed,
        ),
        objective="val_accuracy",
        trials=trials,
        workers=workers,
        size=size,
        settings=settings,
        blocks=blocks,
        learning_rate=learning_rate,
        schedule=schedule,
        data=data,
        features=amounts.by_network(extracted, networks, ("train", "val", "test")),
    )
    table = amounts.tabulate(found, data.y_test)
    return Results(
        metrics={
            **amounts.measured(table, chosen),
            "test_samples": len(data.y_test),
            "train_samples": len(data.y_train),
            "seeds": repetitions,
            "most_times_network": finetuning.MOST_TIMES,
            "most_times_head": finetuning.HEAD_MOST_TIMES,
        },
        params={"chosen": chosen, "other": amounts.rival(table, chosen, settings)},
        tables={
            "trainings": table,
            "amounts": amounts.summarize(table, chosen),
            "heads": amounts.head_table(table, settings),
        },
        arrays={
            "y_true": data.y_test,
            **amounts.predictions(found, chosen, amounts.rival(table, chosen, settings)),
        },
    )


def run(study: Study) -> Results:
    """Compute features, search for a head, fine-tune, and compare with random weights."""
    config = PROFILES[study.profile]
    data = dishes(study.profile, study.seed)
    unseen = data.without_test()
    study.stage(explore, draw=drawing.photographs, data=data)
    extracted = study.stage(features, config, data=data)
    tuned = study.stage(tuning, config, draw=drawing.heads, data=unseen, extracted=extracted)
    settings = amounts.head_settings(
        tuned.params, config.networks, config.layers, units=config.units
    )
    chosen = amounts.head_name(str(tuned.params["best_network"]), int(tuned.params["best_layers"]))
    found = study.stage(
        rates,
        config,
        data=unseen,
        extracted=extracted,
        network=settings[chosen]["network"],
        head=settings[chosen],
        learning_rates=config.rates,
    )
    return study.stage(
        final,
        config,
        draw=drawing.amounts,
        data=data,
        extracted=extracted,
        settings=settings,
        chosen=chosen,
        blocks=found.params["best_blocks"],
        learning_rate=found.params["best_learning_rate"],
        images_per_class=config.amounts,
    )
