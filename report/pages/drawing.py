"""Hash what a PDF's pages draw, independently of the layout of the file.

Object numbers, filters, object streams, duplicates and unused resources may change when another
program saves the file. The numbers, names, strings and bytes that a page is drawn with may not.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ByteStringObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from report.pages import png_rows

# Keys that say how an object is stored or what it belongs to, not how it looks.
# fmt: off
_NOT_DRAWN = frozenset({
    "/Type", "/Parent", "/P", "/StructParent", "/StructParents", "/Metadata", "/PieceInfo",
    "/LastModified", "/Length", "/Filter", "/DecodeParms", "/DL",
})
# Lossless filters; the others also say how to read an image.
_LOSSLESS = frozenset({
    "/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/ASCIIHexDecode", "/AHx", "/ASCII85Decode",
    "/A85", "/RunLengthDecode", "/RL",
})
# fmt: on
_READ_OUT = ("/Alt", "/ActualText", "/E")
# Keys that a drawing uses without naming them.
_IMPLIED = frozenset({"/DefaultGray", "/DefaultRGB", "/DefaultCMYK"})
_NAME = re.compile(rb"/([^\x00\s()<>\[\]{}/%]*)")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_CYCLE = b"a thing within itself"
# Parameters of the filter of an image's rows, with their defaults (ISO 32000-2, table 8).
_ROWS = {"/Predictor": 1, "/Columns": 1, "/Colors": 1, "/BitsPerComponent": 8}


@dataclass(frozen=True)
class Drawing:
    """What a page draws.

    Args:
        sha256: hash of everything drawn.
        parts: SHA-256 of what each part would draw alone.
        annotations: what viewers draw on top, by kind (`Highlight`, `Text`); links draw nothing.
    """

    sha256: str
    parts: tuple[str, ...]
    annotations: tuple[str, ...]


def drawings(reader: PdfReader) -> Iterator[Drawing]:
    """Hash what each page of a PDF draws."""
    hasher = _Hasher()
    for page in reader.pages:
        yield hasher.page(page)


def alternatives(reader: PdfReader) -> frozenset[str]:
    """List what a PDF has read out instead of its pictures, abbreviations or words."""
    found: set[str] = set()
    catalog = reader.trailer["/Root"].get_object()
    waiting = (
        [resolved(catalog, "/StructTreeRoot")] if isinstance(catalog, DictionaryObject) else []
    )
    known: set[int] = set()
    while waiting:
        item = waiting.pop()
        if not isinstance(item, DictionaryObject) or id(item) in known:
            continue
        known.add(id(item))
        found |= {str(item[key]) for key in _READ_OUT if key in item}
        below = resolved(item, "/K")
        children = below if isinstance(below, list) else [below]
        waiting += [child.get_object() for child in children if child is not None]
    return frozenset(found)


class _Hasher:
    """Hashes values of a PDF, each indirect object once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bytes] = {}

    def page(self, page: PageObject) -> Drawing:
        """Hash a page: its boxes, its content and the resources it refers to."""
        box = resolved(page, "/MediaBox")
        crop = resolved(page, "/CropBox")
        frame = _digest(
            b"page",
            self._value(box),
            self._value(box if crop is None else crop),
            self._value(resolved(page, "/Rotate") or NumberObject(0)),
            self._value(resolved(page, "/UserUnit") or NumberObject(1)),
        )
        contents = resolved(page, "/Contents")
        streams = contents if isinstance(contents, list) else [contents]
        parts = [_decoded(item.get_object()) for item in streams if item is not None]
        whole, resources = b"\n".join(parts), resolved(page, "/Resources")

        def hashed(content: bytes) -> str:
            return _digest(frame, self._content(content, resources)).hex()

        # Programs that stamp a page wrap its original content in an array or between q and Q.
        within = (*(parts if len(parts) > 1 else ()), *_wrapped(whole))
        return Drawing(hashed(whole), tuple(map(hashed, within)), tuple(_shown(page)))

    def _content(self, data: bytes, resources: Any) -> bytes:
        """Hash operators with the resources that they name."""
        names = {_unescaped(name) for name in _NAME.findall(data)} | _IMPLIED
        used = [_digest(b"content", _words(data))]
        for kind, listed in sorted(_entries(resources).items()):
            for name, value in sorted(_entries(listed.get_object()).items()):
                if name in names:
                    used.append(_digest(kind.encode(), name.encode(), self._value(value)))
        return _digest(*used)

    def _value(self, item: Any) -> bytes:
        """Hash any value."""
        if isinstance(item, IndirectObject):
            key = (item.idnum, item.generation)
            if key not in self._known:
                self._known[key] = _CYCLE
                self._known[key] = self._value(item.get_object())
            return self._known[key]
        if isinstance(item, StreamObject):
            return self._stream(item)
        if isinstance(item, DictionaryObject):
            return self._dictionary(item)
        if isinstance(item, ArrayObject):
            return _digest(b"array", *(self._value(part) for part in item))
        return _scalar(item)

    def _dictionary(self, item: Mapping[str, Any], *left_out: str) -> bytes:
        kept = (key for key in sorted(item) if key not in _NOT_DRAWN and key not in left_out)
        pairs = (_digest(key.encode(), self._value(item.raw_get(key))) for key in kept)  # type: ignore[attr-defined]  # of pypdf's dictionaries
        return _digest(b"dictionary", *pairs)

    def _stream(self, item: StreamObject) -> bytes:
        data, resources = _decoded(item), resolved(item, "/Resources")
        if resources is None:
            body, about = data, self._dictionary(item)
        else:
            body, about = self._content(data, resources), self._dictionary(item, "/Resources")
        return _digest(b"stream", about, *_image_filters(item), body)


def resolved(item: DictionaryObject, key: str) -> Any:
    """Read an entry, following references; None if there is none."""
    value = item.raw_get(key).get_object() if key in item else None
    return None if isinstance(value, NullObject) else value


def _entries(item: Any) -> DictionaryObject:
    return item if isinstance(item, DictionaryObject) else DictionaryObject()


def _decoded(item: Any) -> bytes:
    pixels = _pixels(item)
    return bytes(item.get_data()) if pixels is None else pixels


def _pixels(item: StreamObject) -> bytes | None:
    """Decode an image stored as PNG rows; None if it is stored otherwise, or damaged.

    pypdf returns the same bytes, but decodes them one by one in Python: seconds per report.
    """
    asked = _only(item, "/DecodeParms")
    if _only(item, "/Filter") != "/FlateDecode" or not isinstance(asked, DictionaryObject):
        return None
    how = [resolved(asked, key) if key in asked else usual for key, usual in _ROWS.items()]
    numbers = [resolved(item, "/Height"), *how]
    if not all(isinstance(number, int) for number in numbers):
        return None
    height, predictor, width, colours, bits = numbers
    if predictor not in range(10, 16) or bits != 8:
        return None
    rows = item._data  # noqa: SLF001 - pypdf gives encoded bytes in no other way
    return png_rows.decoded(rows, height, width, colours)


def _only(item: DictionaryObject, key: str) -> Any:
    """Read an entry; if it is a list with one item, read the item."""
    value = resolved(item, key)
    return value[0].get_object() if isinstance(value, list) and len(value) == 1 else value


def _words(data: bytes) -> bytes:
    """Normalize white space between operators, unless it could be part of a value."""
    return data if b"(" in data or b"BI" in data else b" ".join(data.replace(b"\0", b" ").split())


def _wrapped(data: bytes) -> Iterator[bytes]:
    """Yield the content between an initial q operator and its matching Q."""
    words, depth = data.split(), 0
    for at, word in enumerate(words if words[:1] == [b"q"] else ()):
        depth += {b"q": 1, b"Q": -1}.get(word, 0)
        if depth == 0:
            yield b" ".join(words[1:at])
            return


def _unescaped(name: bytes) -> str:
    whole = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), name)
    return "/" + whole.decode("utf-8", "replace")


def _image_filters(item: StreamObject) -> Iterator[bytes]:
    filters = resolved(item, "/Filter")
    for name in filters if isinstance(filters, list) else [filters]:
        if name is not None and name not in _LOSSLESS:
            yield _digest(b"filter", str(name).encode())


def _scalar(item: Any) -> bytes:
    match item:
        case BooleanObject():
            return _digest(b"boolean", str(bool(item.value)).encode())
        case NumberObject() | FloatObject():
            return _digest(b"number", f"{round(float(item), 6) + 0.0:.6f}".encode())
        case NameObject():
            return _digest(b"name", item.encode())
        case TextStringObject() | ByteStringObject():
            return _digest(b"string", item.original_bytes)
    return _digest(b"nothing")


def _digest(*parts: bytes) -> bytes:
    """Hash parts so that their boundaries matter."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.digest()


def _shown(page: PageObject) -> Iterator[str]:
    """Name the annotations that a viewer draws: all but invisible links."""
    for reference in resolved(page, "/Annots") or ():
        annotation = reference.get_object()
        kind = str(annotation.get("/Subtype", "/annotation")).removeprefix("/")
        if kind != "Popup" and (kind != "Link" or "/AP" in annotation):
            yield kind
