"""Damage files and stores as disks, editors and people do: every way that is tried, by a seed."""

import random
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

WORDS = (b"", b"\x00", b"nan", b"-1", b"1e999", b"{{", b"{%", b"'''", b'"', b";", b",,", b"\xe9")
NUMBERS = (b"9" * 5000, b"0", b"-0.0", b"inf", b"2026-02-30", b"[[[[", b"]", b"=", b"\xef\xbf\xbe")


def _flipped(data: bytes, chance: random.Random) -> bytes:
    made = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return bytes(made)


def _truncated(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def _swapped(data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def _encoded(data: bytes, chance: random.Random) -> bytes:
    kind = chance.choice(("utf-16", "utf-32-be", "latin-1", "cp1252", "utf-8-sig", "utf-16-le"))
    return ("é" + data.decode()).encode(kind, errors="replace")


def _replaced(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    end = min(len(data), start + chance.randint(0, 12))
    return data[:start] + chance.choice(WORDS + NUMBERS) + data[end:]


def _repeated(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start : start + 40] * chance.randint(2, 200) + data[start:]


KINDS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flipped,
    _truncated,
    _swapped,
    _encoded,
    _replaced,
    _repeated,
)


# Those that make sense for what is no text.
OF_BYTES = (_flipped, _truncated, _swapped, _replaced, _repeated)

VALUES: tuple[float | str | bytes | None, ...] = (
    *(0, 1, -1, 7, 2**63 - 1, -1.0, 0.5, 59.3, 1e300, 1.7976931348623157e308),
    *(-1.7976931348623157e308, None, "", "abc", "nan", "inf", "-1", "59.3", "1e300", "null"),
    *("x" * 10_000, "<b>{{ x }}</b>", "\x00", "{}", "[1", "\U0001f600", "9" * 400, "a\nb"),
    *(b"x", b"\xff"),
)
COLUMNS = {
    "metrics": ("value", "timestamp", "step", "is_nan", "key"),
    "latest_metrics": ("value", "timestamp", "step", "is_nan", "key"),
    "params": ("value", "key"),
    "tags": ("value", "key"),
    "experiment_tags": ("value", "key"),
    "runs": ("status", "start_time", "end_time", "lifecycle_stage", "artifact_uri", "name"),
    "experiments": ("name", "lifecycle_stage", "artifact_location"),
}


def mutated(
    data: bytes, seed: int, kinds: Sequence[Callable[[bytes, random.Random], bytes]] = KINDS
) -> bytes:
    """Damage a file in one of the ways, in the same one for the same seed."""
    return kinds[seed % len(kinds)](data, random.Random(seed))


def mutate_store(database: Path, seed: int) -> str:
    """Put another value into a store, the same one for the same seed; what was changed."""
    chance = random.Random(seed)
    table = list(COLUMNS)[seed % len(COLUMNS)]
    column, value = chance.choice(COLUMNS[table]), chance.choice(VALUES)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = 1")
        (rows,) = connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()  # noqa: S608
        row = chance.randrange(rows)
        connection.execute(
            f"UPDATE OR IGNORE {table} SET {column} = ?"  # noqa: S608  # names of ours
            f" WHERE rowid = (SELECT rowid FROM {table} LIMIT 1 OFFSET ?)",
            (value, row),
        )
    return f"{table}.{column} = {value!r:.40} in row {row}"
