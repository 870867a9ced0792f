"""Check a report for consistency: the PDF's text, links and drawing against its own evidence."""

import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from report.answers import sentences
from report.answers.normal_form import compact, plain, visible
from report.answers.printing import SCALES, SMALLEST_P, WORDS, fixed
from report.answers.wording import typed_numbers, without
from report.evidence.derivations import RULES as DERIVATIONS
from report.evidence.derivations import apply
from report.evidence.values import Json
from report.evidence.verdicts import RULES as VERDICTS
from report.pages.document import notices
from report.study import Study
from report.verification import every_word, pages
from report.verification.carried import Carried

_NUMERAL = re.compile(r"\d(?:[\d,]*\d)?(?:\.\d+)?")
_PLACE = re.compile(r"q[\w.-]+-[nt]\d+")


def disagreements(carried: Carried) -> Iterator[str]:
    """List everything that a report's PDF says differently in two places."""
    for check in (
        pages.disagreements,
        every_word.disagreements,
        _numbers,
        _verdicts,
        _links,
        _answers,
        _exhibits,
        _files,
        _runs,
        _notices,
    ):
        yield from check(carried)


def _numbers(carried: Carried) -> Iterator[str]:
    ids = Counter(number["id"] for number in carried.evidence["numbers"])
    for twice in (id_ for id_, count in ids.items() if count > 1):
        yield f"its evidence has two numbers with id {twice}"
    for number in carried.evidence["numbers"]:
        where = f"Question {number['question']}, {number['text']} ({number['id']})"
        if not reads_as(number):
            yield f"{where}: the text does not match the value {number['value']!r}"
        yield from (f"{where}: {message}" for message in _derivation(number))


def reads_as(number: Json) -> bool:
    """Whether a number's text is its value, rounded as stated; grouping of digits is optional.

    >>> number = {"text": "91.2 %", "value": 0.9123, "scale": 100.0, "decimals": 1, "id": "a"}
    >>> reads_as({**number, "place": "a"}), reads_as({**number, "value": 0.9136, "place": "a"})
    (True, False)
    >>> seed = {"value": 1001.0, "scale": 1.0, "decimals": 0, "id": "a", "place": "a"}
    >>> [reads_as({**seed, "text": text}) for text in ("1001", "1,001", "10,01", "1002")]
    [True, True, False, False]
    """
    text, value = visible(number["text"]), float(number["value"])
    if text in WORDS:
        return bool(WORDS.index(text) == value)
    found = _NUMERAL.search(text)
    if found is None:
        return False
    if text.startswith("p <"):
        return found[0] == str(SMALLEST_P) and value < SMALLEST_P
    unit = text[found.end() :].strip()
    # The unit of a table's cells is in its header.
    scales = {1.0} if unit == number.get("unit", "") else {SCALES.get(unit, math.nan)}
    if number["place"] != number["id"]:
        scales |= {1.0, 100.0}
    sign = text[: found.start()].strip()
    expected = fixed(value * float(number["scale"]), number["decimals"])
    written = f"{'' if sign in {'', '+', 'p ='} else sign}{found[0]}"
    return number["scale"] in scales and written in {expected, expected.replace(",", "")}


def _derivation(source: Json) -> Iterator[str]:
    """Derive a value again from the values it names."""
    if "derived" not in source:
        return
    rule, parts = source["derived"]["rule"], source["derived"]["from"]
    if rule not in DERIVATIONS:
        yield f"there is no rule {rule}"
        return
    for part in parts:
        yield from _derivation(part)
    if all("value" in part for part in parts):
        try:
            again = apply(rule, [float(part["value"]) for part in parts])
        except ValueError as error:
            yield str(error)
            return
        if not math.isclose(again, source["value"], rel_tol=1e-9, abs_tol=1e-12):
            yield f"its {rule} is {again!r}, not {source['value']!r}"


def _verdicts(carried: Carried) -> Iterator[str]:
    values = {number["id"]: number["value"] for number in carried.evidence["numbers"]}
    for verdict in carried.evidence["verdicts"]:
        where = f"Question {verdict['question']}, verdict {verdict['name']}"
        missing = [id_ for id_ in verdict["numbers"] if id_ not in values]
        if missing or verdict["rule"] not in VERDICTS:
            yield f"{where}: its numbers are not in the evidence"
            continue
        outcome = outcome_of(verdict, [values[id_] for id_ in verdict["numbers"]])
        if outcome != verdict["value"]:
            yield f"{where}: its numbers give {outcome!r}, not {verdict['value']!r}"


def outcome_of(verdict: Json, values: list[float]) -> str:
    """Apply a verdict's own rule and thresholds again; empty if they do not fit together."""
    try:
        position = VERDICTS[verdict["rule"]](values, verdict["thresholds"])
        return str(verdict["outcomes"][position])
    except (KeyError, IndexError, TypeError):
        return ""


def _links(carried: Carried) -> Iterator[str]:
    """Compare the numbers printed on the pages with the evidence."""
    printed = defaultdict(list)
    for link in carried.links:
        printed[link.target].append(link)
    expected = defaultdict(list)
    for number in carried.evidence["numbers"]:
        expected[number["place"]].append(number)
    judged = {id_ for verdict in carried.evidence["verdicts"] for id_ in verdict["numbers"]}
    for place, numbers in expected.items():
        found = printed.get(place, [])
        single = numbers[0]["id"] == place
        if not found and not (single and place in judged):
            number = numbers[0]
            yield f"Question {number['question']}: {number['text']} ({place}) is not printed"
        texts = [numbers[0]["text"]] * len(found) if single else [n["text"] for n in numbers]
        if found and len(found) != len(texts):
            yield f"{place}: {len(found)} numbers are printed, {len(texts)} are in the evidence"
        for link, text in zip(found, texts, strict=False):
            if link.text != plain(text):
                yield f"page {link.page}: {link.text!r} is printed where {place} says {text!r}"
    for place in printed:
        if _PLACE.fullmatch(place) and place not in expected:
            yield f"page {printed[place][0].page}: {printed[place][0].text!r} has no evidence"


def _answers(carried: Carried) -> Iterator[str]:
    printed = compact("\n".join(carried.bodies))  # a page break may divide a sentence
    texts = defaultdict(list)
    for said in (*carried.evidence["numbers"], *carried.evidence["texts"]):
        texts[said["question"]].append(visible(said["text"]))
    for block in (*carried.evidence["figures"], *carried.evidence["tables"]):
        texts[block["question"]].append(block["id"].replace("-", " ").capitalize())
    at = 0
    for answer in carried.evidence["answers"]:
        where = f"Question {answer['question']}"
        yield from (f"{where}: {message}" for message in _length(answer, carried.study))
        allowed = [visible(item["text"]) for item in answer["allowed"]]
        for sentence in answer["sentences"]:
            for piece in sentences.between_formulas(sentence):
                found = printed.find(compact(piece), at)
                if found < 0:
                    yield f"{where}: {sentence!r} is missing or in the wrong place"
                else:
                    at = found
            # An allowed text may contain a number from the evidence, as "0.876" contains a 0.
            rest = without(visible(sentence), [*texts[answer["question"]], *allowed])
            for _, number in typed_numbers(rest, allowed):
                yield f"{where}: {number!r} in {sentence!r} has no evidence"


def _exhibits(carried: Carried) -> Iterator[str]:
    """Compare captions with the pages, and alternative texts with what is read out."""
    printed = compact("\n".join(carried.bodies))
    for shown in (*carried.evidence["figures"], *carried.evidence["tables"]):
        if compact(shown["caption"]) not in printed:
            yield f"{shown['id']}: its caption {shown['caption']!r} is not printed"
    if not carried.alternatives:
        return  # a program that drops a PDF's structure reads out nothing
    recorded = set(carried.evidence["alternatives"])
    for text in sorted(carried.alternatives - recorded):
        yield f"the alternative text {text!r} has no evidence"
    for figure in carried.evidence["figures"]:
        if figure["alt"] not in recorded:
            yield f"{figure['id']}: its alternative text {figure['alt']!r} is missing"


def _length(answer: Json, study: Study | None) -> Iterator[str]:
    count = len(sentences.of(answer["sentences"]))
    if count != len(answer["sentences"]):
        yield f"its answer has {count} sentences, its evidence {len(answer['sentences'])}"
    for question in study.questions if study else ():
        least, most = question.sentences or (1, count)
        if question.label == answer["question"] and not least <= count <= most:
            yield f"its answer has {count} sentences; {least} to {most} are allowed"


def _files(carried: Carried) -> Iterator[str]:
    """Compare the attached tables and templates with their hashes."""
    tables = [(item["id"], item["file"], item["sha256"]) for item in carried.evidence["tables"]]
    templates = [
        (f"Question {item['question']}", item["template"], item["sha256"])
        for item in carried.evidence["answers"]
    ]
    for where, file, sha256 in (*tables, *templates):
        data = carried.files.get(file)
        if data is None:
            yield f"{where}: {file} is not attached"
        elif hashlib.sha256(data).hexdigest() != sha256:
            yield f"{where}: the attached {file} is not the one that the report was built with"


def _runs(carried: Carried) -> Iterator[str]:
    listed = {run["run_id"] for run in carried.evidence["runs"]}
    for part in ("numbers", "figures", "tables"):
        for item in carried.evidence[part]:
            if item["run_id"] not in listed:
                yield f"{item['id']}: its run {item['run_id']} is not among the runs"
    printed = compact("\n".join(carried.texts))
    for run in carried.evidence["runs"]:
        if not all(compact(run[key]) in printed for key in ("name", "run_id")):
            yield f"run {run['name']} ({run['run_id']}) is not printed"


def _notices(carried: Carried) -> Iterator[str]:
    """Check that each page shows its notices: profile, stand-in data, draft."""
    if carried.evidence.get("draft"):
        yield "it is a draft, built despite problems"
    foreign = pages.added(carried)
    printed = enumerate(map(compact, carried.texts), 1)
    own = [(number, text) for number, text in printed if number not in foreign]
    for notice, _ in notices({"draft": False, **carried.evidence}):
        words = compact(notice)
        for number, text in own:
            if words not in text:
                yield f"page {number} does not show {notice!r}"
