"""Read a metric, and refuse values that were logged after the run ended."""

from contract import names
from report.errors import ReportError
from report.store import commands
from report.store.entries import Point, Run, Store

# A stage logs its last metric before it ends, by the same clock, which may be set back a little in
# between.
CLOCK_MS = 5_000


def points(store: Store, run: Run, metric: str) -> list[Point]:
    """List all points of a metric, by step.

    Raises:
        ReportError: a point was logged after the run ended.
    """
    found = store.history(run.run_id, metric)
    if run.ended is None:
        return found
    late = [point for point in found if point.logged > run.ended + CLOCK_MS]
    if not late:
        return found
    before = [point for point in found if point not in late]
    same = [point for point in before if point.step == late[-1].step] or before
    earlier = f"{same[-1].value!r}" if same else "nothing"
    profile, seed = (run.tags.get(tag, "") for tag in (names.Tag.PROFILE, names.Tag.SEED))
    again = commands.run_study(run.study, profile, seed)
    seconds = (late[-1].logged - run.ended) / 1000
    raise ReportError(
        f"Expected metric {metric} of run {run.name} ({run.run_id}) as it was when the run ended,"
        f" {earlier}. Received: {late[-1].value!r}, logged {seconds:,.0f} s after its end; delete"
        " the run and run the stage again",
        f"{commands.of_mlflow('runs', 'delete', '--run-id', run.run_id)} && {again}",
    )
