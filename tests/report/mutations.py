"""Damage a text file as disks, editors and people do: every way that is tried, by a seed."""

import random
from collections.abc import Callable

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


def mutated(data: bytes, seed: int) -> bytes:
    """Damage a file in one of the ways, in the same one for the same seed."""
    return KINDS[seed % len(KINDS)](data, random.Random(seed))
