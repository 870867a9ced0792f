"""List the numbers, verdicts, figures and runs that changed between two reports."""

from collections.abc import Iterator, Mapping

from report.evidence.values import Json, in_words


def differences(first: Json, second: Json) -> Iterator[str]:
    """List everything that changed from one report's evidence to another's.

    Numbers correspond if question, source and place in the answer are the same, even if they were
    read from different runs.
    """
    for key in ("study", "profile"):
        if first[key] != second[key]:
            yield f"{key}: {first[key]} -> {second[key]}"
    runs = [{run["run_id"]: run["name"] for run in side["runs"]} for side in (first, second)]
    numbers = [_numbers(side, names) for side, names in zip((first, second), runs, strict=True)]
    yield from _changed("", numbers[0], numbers[1])
    for part, label, value in (
        ("verdicts", "name", "value"),
        ("figures", "id", "sha256"),
        ("tables", "id", "sha256"),
    ):
        sides = [
            {(item["question"], item[label]): str(item[value]) for item in side[part]}
            for side in (first, second)
        ]
        kind = part.removesuffix("s")
        for question, name in sorted(sides[0].keys() | sides[1].keys()):
            then, now = (side.get((question, name)) for side in sides)
            if then != now:
                change = f"{then or 'none'} -> {now or 'none'}" if kind == "verdict" else "changed"
                yield f"Question {question}: {kind} {name}: {change}"
    yield from _changed(
        "run ",
        {run["name"]: f"{run['run_id']} ({run['fingerprint'][:12]})" for run in first["runs"]},
        {run["name"]: f"{run['run_id']} ({run['fingerprint'][:12]})" for run in second["runs"]},
    )


def _numbers(evidence: Json, names: Mapping[str, str]) -> dict[str, str]:
    """Index a report's numbers by their source, with their texts and values."""
    found: dict[str, str] = {}
    for number in evidence["numbers"]:
        source = _source(number, names)
        key = f"Question {number['question']}: {source}"
        known = found.get(key)
        if known is None or number["place"] == number["id"]:
            found[key] = f"{number['text']} ({number['value']!r})"
    return found


def _source(source: Json, names: Mapping[str, str]) -> str:
    if "derived" in source:
        parts = [_source(part, names) for part in source["derived"]["from"]]
        return f"{source['derived']['rule']} of {' and '.join(parts)}"
    return f"{names.get(source['run_id'], source['run_id'])} {in_words(source)}"


def _changed(prefix: str, first: Mapping[str, str], second: Mapping[str, str]) -> Iterator[str]:
    for key in [*first, *(key for key in second if key not in first)]:
        then, now = first.get(key, "none"), second.get(key, "none")
        if then != now:
            yield f"{prefix}{key}: {then} -> {now}"
