"""The pickle inside a PyTorch model file: names, and where each tensor's numbers are.

A pickle is a program for a stack machine that can call any function by name. A state dict needs
very little of that, so this module has its own machine: it builds dictionaries, tuples, strings,
numbers and descriptions of tensors. It imports and calls nothing that a file names.

Source: `torch.save` of PyTorch 2 as shown by `pickletools.dis`, and the list of names that
`torch.load(weights_only=True)` admits.
"""

import io
import pickletools
import struct
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

REBUILD = "torch._utils _rebuild_tensor_v2"
ORDERED_DICT = "collections OrderedDict"
DTYPES = {
    "torch FloatStorage": "f4",
    "torch DoubleStorage": "f8",
    "torch HalfStorage": "f2",
    "torch LongStorage": "i8",
}
OPCODES = {opcode.code: opcode for opcode in pickletools.opcodes}
LONGEST = 100_000  # bytes; a network of a hundred layers needs 20,000


class Tensor(NamedTuple):
    """Where a tensor's numbers are stored.

    Attributes:
        key: names the record of the archive that holds them: `data/KEY`.
        dtype: NumPy's name of their type, without the byte order.
        size: numbers in the record.
        offset: position of the first one, in numbers.
        shape: the tensor's shape.
        strides: steps in numbers along each axis.
    """

    key: str
    dtype: str
    size: int
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def write_pickle(shapes: Mapping[str, tuple[int, ...]]) -> bytes:
    """Describe contiguous float32 tensors; the n-th has its numbers in record `data/n`.

    Args:
        shapes: each tensor's shape, by its name.

    Returns:
        A pickle of protocol 2, as `torch.save` writes it.
    """
    empty_dict = _name(ORDERED_DICT) + b")R"
    parts = [b"\x80\x02", empty_dict]
    for key, (name, shape) in enumerate(shapes.items()):
        strides = _contiguous(shape)
        count = shape[0] * strides[0] if shape else 1
        storage = _tuple(
            _text("storage"),
            _name("torch FloatStorage"),
            _text(str(key)),
            _text("cpu"),
            _integer(count),
        )
        arguments = _tuple(
            storage + b"Q",  # the record, by its persistent id
            _integer(0),
            _tuple(*map(_integer, shape)),
            _tuple(*map(_integer, strides)),
            b"\x89",  # requires no gradient
            empty_dict,  # no hooks
        )
        parts += [_text(name), _name(REBUILD), arguments, b"R", b"s"]
    return b"".join([*parts, b"."])


def _contiguous(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Strides of an array whose last axis varies fastest.

    >>> _contiguous((6, 16, 1, 1))
    (16, 1, 1, 1)
    """
    strides = [1]
    for length in shape[:0:-1]:
        strides.append(strides[-1] * length)
    return tuple(reversed(strides[: len(shape)]))


def _name(name: str) -> bytes:
    return b"c" + name.replace(" ", "\n").encode("ascii") + b"\n"


def _text(text: str) -> bytes:
    content = text.encode()
    return b"X" + struct.pack("<I", len(content)) + content


def _integer(value: int) -> bytes:
    return b"J" + struct.pack("<i", value)


def _tuple(*items: bytes) -> bytes:
    return b"(" + b"".join(items) + b"t"


def read_pickle(pickle: bytes) -> dict[str, Tensor]:
    """Read the descriptions of the tensors.

    Args:
        pickle: the pickle of a state dict.

    Returns:
        Description of each tensor, by its name.

    Raises:
        ValueError: it is not a pickle, or describes anything but a dictionary of tensors.
    """
    if len(pickle) > LONGEST:
        raise ValueError(f"its list of tensors has {len(pickle):,} bytes, {LONGEST:,} are allowed")
    machine = _Machine()
    try:
        machine.run(io.BytesIO(pickle))
    except (LookupError, TypeError, struct.error) as error:
        raise ValueError(f"its list of tensors is damaged ({error})") from error
    state = machine.result
    if not isinstance(state, dict) or not all(
        isinstance(name, str) and isinstance(tensor, Tensor) for name, tensor in state.items()
    ):
        raise ValueError("it holds something other than a dictionary of tensors")
    return state


class _Name(NamedTuple):
    """A name that the pickle asked for; it is never looked up."""

    name: str


class _Storage(NamedTuple):
    """A record of numbers; see `Tensor`."""

    key: str
    dtype: str
    size: int


class _Machine:
    """A stack machine that knows the instructions of a state dict and no others."""

    def __init__(self) -> None:
        self.result: Any = None
        self._stack: list[Any] = []
        self._marks: list[int] = []  # the stack's height where each list of items began
        self._memo: dict[int, Any] = {}
        self._instructions: dict[str, Callable[[Any], None]] = {
            "PROTO": lambda _: None,
            "GLOBAL": self._global,
            **dict.fromkeys(
                ("BININT", "BININT1", "BININT2", "LONG1", "BINUNICODE"), self._stack.append
            ),
            "NEWFALSE": lambda _: self._stack.append(False),
            "NEWTRUE": lambda _: self._stack.append(True),
            "EMPTY_TUPLE": lambda _: self._stack.append(()),
            "EMPTY_DICT": lambda _: self._stack.append({}),
            "MARK": lambda _: self._marks.append(len(self._stack)),
            "TUPLE": lambda _: self._stack.append(tuple(self._since_mark())),
            "TUPLE1": lambda _: self._stack.append(tuple(self._last(1))),
            "TUPLE2": lambda _: self._stack.append(tuple(self._last(2))),
            "TUPLE3": lambda _: self._stack.append(tuple(self._last(3))),
            "SETITEM": lambda _: self._set_items(self._last(2)),
            "SETITEMS": lambda _: self._set_items(self._since_mark()),
            **dict.fromkeys(("BINPUT", "LONG_BINPUT"), self._put),
            **dict.fromkeys(("BINGET", "LONG_BINGET"), self._get),
            "BINPERSID": self._storage,
            "REDUCE": self._call,
            "BUILD": self._build,
            "STOP": self._stop,
        }

    def run(self, pickle: io.BytesIO) -> None:
        """Carry out the instructions up to STOP."""
        name = ""
        while name != "STOP":
            code = pickle.read(1).decode("latin-1")
            opcode = OPCODES.get(code)
            if opcode is None or opcode.name not in self._instructions:
                received = opcode.name if opcode else repr(code)
                raise ValueError(f"its list of tensors contains the instruction {received}")
            name = opcode.name
            argument: Any
            if name == "GLOBAL":  # pickletools would treat backslashes in it as escapes
                argument = " ".join(pickle.readline()[:-1].decode("ascii") for _ in range(2))
            else:
                argument = opcode.arg.reader(pickle) if opcode.arg else None
            self._instructions[name](argument)

    def _last(self, count: int) -> list[Any]:
        if len(self._stack) < count:
            raise LookupError("a value is missing")
        items = self._stack[-count:]
        del self._stack[-count:]
        return items

    def _since_mark(self) -> list[Any]:
        at = self._marks.pop()
        items = self._stack[at:]
        del self._stack[at:]
        return items

    def _global(self, name: str) -> None:
        if name not in (REBUILD, ORDERED_DICT, *DTYPES):
            raise ValueError(f"it asks for {name.replace(' ', '.')}, not only for tensors")
        self._stack.append(_Name(name))

    def _put(self, index: int) -> None:
        self._memo[index] = self._stack[-1]

    def _get(self, index: int) -> None:
        self._stack.append(self._memo[index])

    def _set_items(self, items: list[Any]) -> None:
        target = self._stack[-1]
        if not isinstance(target, dict):
            raise TypeError("items for something that has none")
        target.update(zip(items[::2], items[1::2], strict=True))

    def _storage(self, _: None) -> None:
        ((kind, storage, key, _device, count),) = self._last(1)
        if kind != "storage" or not isinstance(storage, _Name) or not isinstance(key, str):
            raise TypeError("a record described in an unknown way")
        self._stack.append(_Storage(key, DTYPES[storage.name], count))

    def _call(self, _: None) -> None:
        function, arguments = self._last(2)
        if function == _Name(ORDERED_DICT) and arguments == ():
            self._stack.append({})
        elif function == _Name(REBUILD):
            storage, offset, shape, strides, *_rest = arguments
            if not isinstance(storage, _Storage) or not _are_counts(
                storage.size, offset, *shape, *strides
            ):
                raise TypeError("a tensor described in an unknown way")
            self._stack.append(Tensor(*storage, offset, tuple(shape), tuple(strides)))
        else:
            raise ValueError("it calls a function other than PyTorch's for tensors")

    def _build(self, _: None) -> None:
        target, _state = self._last(2)  # the versions of PyTorch's modules, which nothing here uses
        if not isinstance(target, dict):
            raise TypeError("attributes of something that has none")
        self._stack.append(target)

    def _stop(self, _: None) -> None:
        (self.result,) = self._last(1)


def _are_counts(*values: object) -> bool:
    return all(type(value) is int and value >= 0 for value in values)
