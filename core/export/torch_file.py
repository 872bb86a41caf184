"""What torch.save wrote, read as data: nothing in it is called, whatever it asks for, and no more memory is taken than
the file has.

The description of the tensors is a pickle, which is a program for a small stack machine (Python's pickletools lists its
instructions). Here it is followed only as far as it puts dicts, lists, tuples, texts and numbers together and notes
where the numbers of a tensor are; anything else that it would call is put down by its name.

Two forms are read: the ZIP that torch.save writes since PyTorch 1.6, and the pickles in a row, followed by all numbers,
of before, which `_use_new_zipfile_serialization=False` still gives (both are told in torch/serialization.py).
"""

import pickletools
import struct
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO
from zipfile import ZIP_STORED, BadZipFile, ZipFile

import torch
from torch import Tensor

from core.text.i18n import _

MAGIC = 0x1950A86A20F9469CFC6C  # the first pickle of the old form
LEGACY_VERSION = 1001
MAX_ENTRIES = 5_000  # of a ZIP: a tensor each, and a few more
MAX_DESCRIPTION = 1024**2  # bytes
MAX_INSTRUCTIONS = 300_000  # of a description; a tensor takes about thirty
ENTRY = b"PK\x01\x02"  # begins each entry of a ZIP's directory

# What zipfile raises where an entry is not what it says: also of names that are no text, and of what is encrypted.
ZIP_DAMAGE = (BadZipFile, EOFError, NotImplementedError, OverflowError, RuntimeError, ValueError, struct.error)
STORAGES = {
    "torch FloatStorage": torch.float32,
    "torch DoubleStorage": torch.float64,
    "torch HalfStorage": torch.float16,
    "torch BFloat16Storage": torch.bfloat16,
    "torch LongStorage": torch.int64,
    "torch IntStorage": torch.int32,
    "torch ShortStorage": torch.int16,
    "torch CharStorage": torch.int8,
    "torch ByteStorage": torch.uint8,
    "torch BoolStorage": torch.bool,
}


class TorchFileError(ValueError):
    """The file cannot be read; the message is a sentence that says why."""


@dataclass(frozen=True)
class Storage:
    """A row of numbers in the file, which several tensors may look at."""

    key: str
    dtype: torch.dtype
    count: int


@dataclass(frozen=True)
class StoredTensor:
    """A tensor whose numbers are still in the file."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]


@dataclass(frozen=True)
class Foreign:
    """What the file would have Python import or call, by its module and name."""

    name: str


@dataclass(frozen=True)
class TorchFile:
    """What was saved, each tensor a StoredTensor and each foreign object a Foreign; `read` gets a tensor's numbers."""

    saved: object
    read: Callable[[StoredTensor], Tensor]


def open_zip(content: bytes) -> TorchFile:
    """Open a file of the ZIP form. Raises TorchFileError where it is none, is cut short, or was made to do harm."""
    # Counted where no header can lie about it, before a directory is read that may be the whole file.
    if content.count(ENTRY) > MAX_ENTRIES:
        raise TorchFileError(_("The ZIP has more than {most:,} entries, and no network here.").format(most=MAX_ENTRIES))
    try:
        archive = ZipFile(BytesIO(content))
    except ZIP_DAMAGE as problem:
        raise damaged() from problem
    names = archive.namelist()
    descriptions = [name for name in names if name.lower().endswith("data.pkl")]
    if len(descriptions) != 1 or any(name.endswith("constants.pkl") for name in names):
        raise TorchFileError(
            _("The ZIP is {what}: save a state_dict with torch.save(network.state_dict(), …).").format(
                what=_what_is_zipped(names)
            )
        )
    folder = descriptions[0][: -len("data.pkl")]
    if folder + "byteorder" in names and _unzipped(archive, folder + "byteorder") != b"little":
        raise TorchFileError(_("The file was saved on a computer that writes numbers the other way round."))
    saved, _storages = _follow(BytesIO(_unzipped(archive, descriptions[0])[:MAX_DESCRIPTION]))
    return TorchFile(saved, lambda stored: _tensor(stored, _unzipped(archive, f"{folder}data/{stored.storage.key}")))


def is_legacy(content: bytes) -> bool:
    """Return whether a file is of the old form, by its beginning."""
    return content.startswith(b"\x80") and MAGIC.to_bytes(10, "little") in content[:40]


def open_legacy(content: bytes) -> TorchFile:
    """Open a file of the old form. Raises TorchFileError as `open_zip` does."""
    stream = BytesIO(content)
    _follow(stream)
    version, _none = _follow(stream)
    system, _none = _follow(stream)
    if version != LEGACY_VERSION or not isinstance(system, dict) or system.get("little_endian") is not True:
        raise damaged()
    saved, storages = _follow(stream)
    keys, _none = _follow(stream)
    places, place = {}, stream.tell()
    for key in keys if isinstance(keys, list) else []:
        if not isinstance(key, str) or key not in storages:
            raise damaged()
        count = int.from_bytes(content[place : place + 8], "little")
        if count != storages[key].count:
            raise damaged()
        places[key] = place = place + 8
        place += count * storages[key].dtype.itemsize
    if place > len(content):
        raise damaged()

    def read(stored: StoredTensor) -> Tensor:
        storage = stored.storage
        if storage.key not in places:
            raise damaged()
        first = places[storage.key]
        return _tensor(stored, content[first : first + storage.count * storage.dtype.itemsize])

    return TorchFile(saved, read)


def _unzipped(archive: ZipFile, name: str) -> bytes:
    """Return an entry, which takes no more memory than it has in the file, as torch.save packs nothing."""
    if name not in archive.namelist():
        raise damaged()
    if archive.getinfo(name).compress_type != ZIP_STORED:
        raise TorchFileError(_("The file would grow when it is unpacked, as none of torch.save does."))
    try:
        return archive.read(name)
    except ZIP_DAMAGE as problem:
        raise damaged() from problem


def damaged() -> TorchFileError:
    """Return the error for a file that is not as it was written."""
    return TorchFileError(_("The file is damaged or cut short: save it anew."))


def _what_is_zipped(names: list[str]) -> str:
    if any(name.endswith("constants.pkl") for name in names):
        return _("a TorchScript program")
    if any(name.endswith(".weights.h5") for name in names):
        return _("a Keras model")
    if names and all(name.endswith(".npy") for name in names):
        return _("a file of NumPy arrays")
    return _("no state_dict")


def _tensor(stored: StoredTensor, numbers: bytes) -> Tensor:
    storage = stored.storage
    if len(numbers) != storage.count * storage.dtype.itemsize:
        raise damaged()
    whole = (
        torch.frombuffer(bytearray(numbers), dtype=storage.dtype) if numbers else torch.empty(0, dtype=storage.dtype)
    )
    try:
        return whole.as_strided(stored.shape, stored.stride, stored.offset)
    except (OverflowError, RuntimeError, TypeError) as problem:  # it would look beyond its storage
        raise damaged() from problem


# --- The stack machine ------------------------------------------------------------------------------------------------


def _follow(stream: BinaryIO) -> tuple[object, dict[str, Storage]]:
    """Return what a pickle puts together, and the storages that it names; the stream then stands behind it."""
    machine = _Machine()
    try:
        for number, (opcode, argument, _place) in enumerate(pickletools.genops(stream)):
            if number == MAX_INSTRUCTIONS:
                raise TorchFileError(_("The file describes more than any network here has."))
            machine.do(opcode.name, argument)
    except TorchFileError:
        raise
    except (AttributeError, LookupError, OverflowError, TypeError, ValueError) as problem:
        raise damaged() from problem
    if len(machine.stack) != 1:
        raise damaged()
    return machine.stack[0], machine.storages


class _Machine:
    """The instructions of a pickle, without those that call something."""

    def __init__(self) -> None:
        self.stack: list = []
        self.storages: dict[str, Storage] = {}
        self._below: list[list] = []  # the stacks below each mark
        self._memo: dict[int, object] = {}

    def do(self, name: str, argument: object) -> None:
        """Do one instruction. Raises LookupError, TypeError or ValueError where it makes no sense."""
        stack = self.stack
        match name:
            case "PROTO" | "FRAME" | "STOP":
                pass
            case "MARK":
                self._below.append(stack)
                self.stack = []
            case "POP":
                stack.pop()
            case "POP_MARK" | "ADDITEMS":
                self._to_mark()
            case "NONE":
                stack.append(None)
            case "NEWTRUE" | "NEWFALSE":
                stack.append(name == "NEWTRUE")
            case "EMPTY_DICT":
                stack.append({})
            case "EMPTY_LIST" | "EMPTY_SET":
                stack.append([])
            case "EMPTY_TUPLE":
                stack.append(())
            case "TUPLE1" | "TUPLE2" | "TUPLE3":
                count = int(name[-1])
                if len(stack) < count:
                    raise IndexError(name)
                stack[-count:] = [tuple(stack[-count:])]
            case "TUPLE":
                items = self._to_mark()
                self.stack.append(tuple(items))
            case "LIST":
                items = self._to_mark()
                self.stack.append(items)
            case "DICT":
                items = self._to_mark()
                self.stack.append(_put({}, items))
            case "APPEND":
                item = stack.pop()
                _append(stack[-1], [item])
            case "APPENDS":
                items = self._to_mark()
                _append(self.stack[-1], items)
            case "SETITEM":
                value, key = stack.pop(), stack.pop()
                _put(stack[-1], [key, value])
            case "SETITEMS":
                items = self._to_mark()
                _put(self.stack[-1], items)
            case "BUILD":  # what else an object has, as the versions that PyTorch notes of its layers
                stack.pop()
            case "PUT" | "BINPUT" | "LONG_BINPUT":
                self._memo[_whole(argument)] = stack[-1]
            case "MEMOIZE":
                self._memo[len(self._memo)] = stack[-1]
            case "GET" | "BINGET" | "LONG_BINGET":
                stack.append(self._memo[_whole(argument)])
            case "GLOBAL":
                stack.append(Foreign(str(argument)))
            case "STACK_GLOBAL":
                member, module = stack.pop(), stack.pop()
                stack.append(Foreign(f"{module:.200} {member:.200}"))
            case "REDUCE" | "NEWOBJ":
                arguments, called = stack.pop(), stack.pop()
                stack.append(_made(called, arguments))
            case "BINPERSID":
                storage = _storage(stack.pop())
                if isinstance(storage, Storage) and self.storages.setdefault(storage.key, storage) != storage:
                    raise ValueError(storage.key)
                stack.append(storage)
            case _literal if name in LITERALS:
                stack.append(argument)
            case _other:
                raise TorchFileError(calls(name))

    def _to_mark(self) -> list:
        items, self.stack = self.stack, self._below.pop()
        return items


LITERALS = {
    *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT"),
    *("BINUNICODE", "SHORT_BINUNICODE", "UNICODE", "BINUNICODE8", "BINSTRING", "SHORT_BINSTRING", "STRING"),
    *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
}


def calls(name: str) -> str:
    """Say that the file would have something called."""
    return _("The file holds code ({name}), not weights alone: save network.state_dict(), not the network.").format(
        name=name
    )


def _whole(argument: object) -> int:
    if not isinstance(argument, int):
        raise TypeError(argument)
    return argument


def _append(place: object, items: list) -> None:
    if isinstance(place, list):
        place += items


def _put(place: object, items: list) -> object:
    if isinstance(place, dict):
        for key, value in zip(items[::2], items[1::2], strict=True):
            if isinstance(key, str | int | float | None):  # no tuples in tuples, which may take forever to compare
                place[key] = value
    return place


def _made(called: object, arguments: object) -> object:
    """Return what a call makes, of the few that only put data together; all others are foreign."""
    if not isinstance(called, Foreign):
        return Foreign("?")
    match called.name, arguments:
        case "collections OrderedDict", ():
            return {}
        case (
            ("torch._utils _rebuild_tensor_v2" | "torch._utils _rebuild_tensor"),
            (
                Storage() as storage,
                int(offset),
                tuple(shape),
                tuple(stride),
                *_more,
            ),
        ):
            if len(shape) != len(stride) or not all(type(size) is int and size >= 0 for size in (*shape, *stride)):
                raise ValueError(called.name)
            return StoredTensor(storage, offset, shape, stride)
        case "torch._utils _rebuild_parameter", (StoredTensor() as tensor, *_more):
            return tensor
    return called


def _storage(named: object) -> Storage | Foreign:
    match named:
        case ("storage", Foreign(name), str(key), str(), int(count), *view) if name in STORAGES:
            if count < 0 or any(part is not None for part in view):
                raise ValueError(count)
            return Storage(key, STORAGES[name], count)
        case ("storage" | "module", Foreign(name), *_more):
            return Foreign(name)
    raise ValueError(named)
