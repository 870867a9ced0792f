"""A study's current runs, and the evidence that can be read from each."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from contract import names
from contract.spelling import nearest
from report.errors import LackingError, ReportError, shown
from report.evidence.exhibits import Figure, Table
from report.evidence.values import Form, MetricSource, Number, Origin, ParamSource, Samples, Text
from report.pages.svg import size_mm
from report.store import commands, contents, measured, tags
from report.store.entries import Experiment, Run, Store


@dataclass(frozen=True)
class StageRun:
    """The current run of a stage."""

    run: Run
    store: Store

    @cached_property
    def origin(self) -> Origin:
        """The origin recorded with each value."""
        run = self.run
        address = f"{self.store.page}/#/experiments/{run.experiment_id}/runs/{run.run_id}"
        return Origin(run.run_id, run.name, run.tags.get(names.Tag.SEED, ""), address)

    def metric(self, name: str) -> Number:
        """Read a metric's value at its greatest step."""
        points = measured.points(self.store, self.run, name)
        if not points:
            raise self._missing("metric", name, self.run.metrics)
        source = MetricSource(self.origin, name, points[-1].step)
        return Number(points[-1].value, source, seeds=(self.origin.seed,)).as_named()

    def count(self, name: str) -> Number:
        """Read a metric that is a whole number."""
        return self.metric(name).counted()

    def curve(self, name: str) -> tuple[Number, ...]:
        """Read all points of a metric, by step."""
        points = measured.points(self.store, self.run, name)
        if not points:
            raise self._missing("metric", name, self.run.metrics)
        return tuple(
            Number(point.value, MetricSource(self.origin, name, point.step)).as_named()
            for point in points
        )

    def param(self, name: str) -> Number:
        """Read a parameter that is a number."""
        text = self.text(name).value
        try:
            value = float(text)
        except ValueError:
            raise ReportError(
                f"Expected a number as parameter {name} of run {self.run.name}"
                f" ({self.run.run_id}). Received: {shown(text)}"
            ) from None
        form = Form.COUNT if text.isdigit() else Form.EXACT
        return Number(value, ParamSource(self.origin, name), form)

    def text(self, name: str) -> Text:
        """Read a parameter as text."""
        if name not in self.run.params:
            raise self._missing("parameter", name, self.run.params)
        value = self.run.params[name]
        if not value.strip():
            raise ReportError(
                f"Expected a text as parameter {name} of run {self.run.name} ({self.run.run_id})."
                f" Received: {value!r:.80}"
            )
        return Text(value, ParamSource(self.origin, name))

    def table(self, name: str) -> Table:
        """Read a table."""
        path = names.table_path(name)
        data = self._artifact("table", name, path)
        header, *rows = contents.rows(data, f"{path} of run {self.run.name} ({self.run.run_id})")
        return Table(
            origin=self.origin,
            name=name,
            path=path,
            data=data,
            columns=tuple(header),
            cells=tuple(tuple(row) for row in rows),
        )

    def figure(self, name: str) -> Figure:
        """Read a figure."""
        path = names.figure_path(name)
        svg = self._artifact("figure", name, path)
        width, height = size_mm(svg, f"{path} of run {self.run.name}")
        return Figure(self.origin, path, svg, hashlib.sha256(svg).hexdigest(), width, height)

    def samples(self, name: str) -> Samples:
        """Read an array with one value per sample."""
        path = names.array_path(name)
        data = self._artifact("array", name, path)
        where = f"{path} of run {self.run.name} ({self.run.run_id})"
        return Samples(self.origin, name, contents.array(data, where))

    def _artifact(self, kind: str, name: str, path: str) -> bytes:
        data = self.store.artifact(self.run, path)
        if data is None:
            folder, _, ending = path.rpartition("/")
            suffix = "." + ending.rpartition(".")[2]
            found = self.store.artifacts(self.run, folder)
            raise self._missing(kind, name, [item.removesuffix(suffix) for item in found])
        return data

    def _missing(self, kind: str, name: str, known: object) -> ReportError:
        known_names = list(known) if isinstance(known, Mapping | list) else []
        return ReportError(
            f"Expected a {kind} of run {self.run.name} ({self.run.run_id})."
            f" Received: {name} ({nearest(name, known_names)})"
        )


@dataclass
class Runs:
    """A study's runs of one profile, read on demand and recorded as cited.

    Args:
        study: name of the study.
        profile: profile of the runs.
        store: the store that holds them.
        pinned: run ids by name, for a finished report; None for the current runs.
        cited: the runs that were requested.
    """

    study: str
    profile: str
    store: Store
    pinned: Mapping[str, str] | None = None
    cited: dict[str, StageRun] = field(default_factory=dict)

    @cached_property
    def _tags(self) -> Mapping[str, str]:
        experiment = existing(self.store, self.study)
        return {} if experiment is None else experiment.tags

    def plans(self) -> dict[str, dict[str, str]]:
        """Return the hashes of the definitions that last called the stages, by module."""
        prefix = names.plan(self.profile, "")
        return {
            tag.removeprefix(prefix): contents.mapping(text, f"tag {tag} of study {self.study}")
            for tag, text in self._tags.items()
            if tag.startswith(prefix)
        }

    def options(self) -> dict[str, str]:
        """Read the values of the study's own options in its last runs of this profile."""
        tag = names.options(self.profile)
        if tag not in self._tags:
            return {}
        found = contents.mapping(self._tags[tag], f"tag {tag} of study {self.study}")
        return {name: value for name, value in found.items() if isinstance(value, str)}

    def current(self) -> dict[str, str]:
        """List the study's runs of this profile: ids by name."""
        if self.pinned is not None:
            return dict(self.pinned)
        prefix = names.current(self.profile, "")
        return {
            tag.removeprefix(prefix): run_id
            for tag, run_id in self._tags.items()
            if tag.startswith(prefix)
        }

    def computations(self) -> dict[str, str]:
        """Return each current run's computation hash, without drawing code, sorted by run name.

        Two runs with the same hash have the same numbers.
        """
        found = {name: self.store.run(run_id) for name, run_id in sorted(self.current().items())}
        return {
            name: run.tags.get(names.Tag.COMPUTATION, "")
            for name, run in found.items()
            if run is not None
        }

    @property
    def remedy(self) -> str:
        """The command that repeats the runs, with the seed of the newest one."""
        found = [run for run in map(self.store.run, self.current().values()) if run is not None]
        newest = max(found, key=lambda run: run.ended or 0, default=None)
        seed = newest.tags.get(names.Tag.SEED, "") if newest else ""
        return commands.run_study(self.study, self.profile, seed, self.options())

    def stage(self, name: str) -> StageRun:
        """Find the current run of a stage, such as `classification.initial`.

        Raises:
            ReportError: it does not exist, failed, was deleted or is still running.
        """
        if name not in self.cited:
            run_id = self.current().get(name)
            if run_id is None:
                self._require_data(name)
                raise ReportError(
                    f"Expected a finished run {name} of study {self.study}, profile"
                    f" {self.profile}. Received: none",
                    self.remedy,
                )
            self.cited[name] = StageRun(self._finished(name, run_id), self.store)
        return self.cited[name]

    def _require_data(self, name: str) -> None:
        """Check that a stage without a run was not skipped because its data was missing."""
        experiment = name.partition(".")[0]
        reason = self._tags.get(names.lacking(self.profile, experiment), "").strip()
        if reason:
            raise LackingError(
                f"Expected runs of {self.study}.{experiment}. Received: none, because its data was"
                f" not found when the study ran: {reason}",
                self.remedy,
            )

    def _finished(self, name: str, run_id: str) -> Run:
        run = self.store.run(run_id)
        if run is None:
            state = "it is not in the store"
        elif run.deleted:
            state = "deleted"
        elif run.status != "FINISHED":
            reason = run.tags.get(names.Tag.FAILURE)
            state = run.status.lower() + (f" ({reason:.500})" if reason else "")
        else:
            tags.require(run, name, self.profile)
            return run
        raise ReportError(
            f"Expected run {name} ({run_id:.80}) of study {self.study} to be finished."
            f" Received: {state}",
            self.remedy,
        )


def existing(store: Store, study: str) -> Experiment | None:
    """Find a study's experiment; None if it never ran.

    Raises:
        ReportError: it was deleted, for example in MLflow's web interface.
    """
    experiment = store.experiment(study)
    if experiment is not None and experiment.deleted:
        raise ReportError(
            f"Expected runs of study {study}. Received: its MLflow experiment"
            f" {experiment.experiment_id} is deleted",
            commands.of_mlflow("experiments", "restore", "-x", experiment.experiment_id),
        )
    return experiment


def last_profile(store: Store, study: str) -> str:
    """Return the profile that a study was last run with.

    Raises:
        ReportError: it never ran.
    """
    experiment = existing(store, study)
    if experiment is None or names.LAST_PROFILE not in experiment.tags:
        raise ReportError(
            f"Expected runs of study {study}. Received: none",
            commands.run_study(study, names.Profile.QUICK),
        )
    profile = experiment.tags[names.LAST_PROFILE]
    if profile not in list(names.Profile):
        raise ReportError(
            f"Expected {', '.join(names.Profile)} as tag {names.LAST_PROFILE} of study {study}."
            f" Received: {shown(profile)}; name the profile with --profile"
        )
    return profile
