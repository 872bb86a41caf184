"""Weights that a person brings back in a file: read where they fit a known network, refused with the reason elsewhere.

A file may have been made by anybody. Names, sizes and types are read first, and no more memory is taken than the file
has; nothing in it is run.
"""

import json
import math
import pickletools
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pickle import UnpicklingError
from zipfile import BadZipFile, ZipFile

import torch
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from core.config import ConfigError, TrainConfig
from core.config.json_file import read_config
from core.digits.rasterize import SIDE
from core.inference import Classifier
from core.losses import probabilities
from core.models import build_network, outline
from core.text.i18n import _

MAX_BYTES = 32 * 1024**2  # the largest network has 20 MB of weights
MAX_HEADER = 1024**2  # of names, sizes and types alone
MAX_NAME = 60

# What torch.save writes for a state_dict, and no more: even of what weights_only lets through, some could be told to
# take any amount of memory.
HARMLESS = {
    "collections OrderedDict",
    "torch._utils _rebuild_tensor_v2",
    "torch._utils _rebuild_parameter",
    *(
        f"torch {kind}Storage"
        for kind in ("Float", "Double", "Half", "BFloat16", "Long", "Int", "Short", "Char", "Byte")
    ),
    "torch BoolStorage",
}
UNSEEN = {"STACK_GLOBAL", "INST", "OBJ", "NEWOBJ", "NEWOBJ_EX", "EXT1", "EXT2", "EXT4"}
# What reading a description may end in that is cut short, or that was made to be read wrongly.
DAMAGE = (
    AssertionError,
    AttributeError,
    BadZipFile,
    EOFError,
    LookupError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    SafetensorError,
    TypeError,
    UnpicklingError,
    ValueError,
    struct.error,
)
SAFETENSORS_TYPES = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "I64": "int64",
    "I32": "int32",
    "I16": "int16",
    "I8": "int8",
    "U8": "uint8",
    "BOOL": "bool",
}

Kinds = Mapping[str, tuple[str, tuple[int, ...]]]  # the type and shape of each tensor, by name


class WeightsError(ValueError):
    """The file's weights cannot be used; the message is a sentence that says what does not fit."""


@dataclass(frozen=True)
class Known:
    """A network that weights may fit: its settings, and how pictures in [0, 1] are prepared for it."""

    label: str
    config: TrainConfig
    mean: float
    std: float


@dataclass(frozen=True, eq=False)
class BroughtBack:
    """Weights from a file in the network that they fit."""

    classifier: Classifier
    fits: Known


def load_weights(content: bytes, known: Sequence[Known]) -> BroughtBack:
    """Read weights from safetensors, or from a state_dict that torch.save wrote.

    Two networks of the same shapes cannot be told apart: the first of those known counts, and before all of them the
    one that the file itself names, as the safetensors of this app do.

    Args:
        content: of the file.
        known: networks that read pictures.

    Raises:
        WeightsError: the file cannot be read, or fits none of them.
    """
    if not content:
        raise WeightsError(_("The file is empty: choose another."))
    if len(content) > MAX_BYTES:
        raise WeightsError(
            _("The file is too large: {most} MB at most, and no network here needs more.").format(
                most=MAX_BYTES // 1024**2
            )
        )
    if content.startswith(b"PK"):
        weights = _read_state_dict(content)
        return _fit(_kinds_of(weights), known, lambda: weights)
    header = _read_header(content)
    described = _described(header.pop("__metadata__", {}))
    return _fit(_kinds(header), [*described, *known], lambda: _load_safetensors(content))


def known_of(label: str, config: TrainConfig, mean: float, std: float) -> Known | None:
    """Return a network that weights may fit, or None where it does not read pictures such as those drawn."""
    if config.problem.shape != (1, SIDE, SIDE):
        return None
    return Known(label, config, mean, std)


def _fit(kinds: Kinds, known: Sequence[Known], load_weights: Callable[[], dict[str, Tensor]]) -> BroughtBack:
    if not kinds:
        raise WeightsError(_("The file holds no weights: choose another."))
    misfits = [(_misfits(kinds, network), network) for network in known]
    for misfit, network in misfits:
        if not misfit:
            weights = load_weights()
            if _kinds_of(weights) != kinds:  # a description that can be read in two ways
                raise WeightsError(_damaged())
            return BroughtBack(_classifier(network, weights), network)
    closest, network = min(misfits, key=lambda pair: len(pair[0]))
    more = _(" ({count} more do not fit either)").format(count=len(closest) - 1) if len(closest) > 1 else ""
    raise WeightsError(
        _("The weights fit no known network. Closest is {network}, but {misfit}{more}.").format(
            network=network.label, misfit=closest[0], more=more
        )
    )


def _misfits(kinds: Kinds, network: Known) -> list[str]:
    """Say of each tensor that does not fit a network why it does not."""
    problem = network.config.problem
    wanted = _kinds_of(outline(network.config, problem.shape, problem.outputs).state_dict())
    misfits = []
    for name, (dtype, shape) in wanted.items():
        if name not in kinds:
            misfits.append(_("{name} is missing").format(name=_quoted(name)))
        elif kinds[name][1] != shape:
            misfits.append(
                _("{name} has the shape {found} and should have {wanted}").format(
                    name=_quoted(name), found=_shape(kinds[name][1]), wanted=_shape(shape)
                )
            )
        elif kinds[name][0] != dtype:
            misfits.append(
                _("{name} is of type {found} and should be {wanted}").format(
                    name=_quoted(name), found=kinds[name][0], wanted=dtype
                )
            )
    misfits += [_("{name} is not known there").format(name=_quoted(name)) for name in kinds if name not in wanted]
    return misfits


def _classifier(known: Known, weights: Mapping[str, Tensor]) -> Classifier:
    for name, tensor in weights.items():
        if not tensor.isfinite().all():
            raise WeightsError(
                _("{name} holds numbers that are not finite: these weights had run away.").format(name=_quoted(name))
            )
    config, problem = known.config, known.config.problem
    network = build_network(config, problem.shape, problem.outputs)
    network.load_state_dict(weights)
    to_probabilities = partial(probabilities, output_layer=config.output_layer, loss=config.loss)
    return Classifier(network.eval(), known.mean, known.std, problem.classes, to_probabilities)


def _read_header(content: bytes) -> dict[str, object]:
    """Read what a safetensors file says of itself, https://huggingface.co/docs/safetensors."""
    size = int.from_bytes(content[:8], "little")
    if not 2 <= size <= min(MAX_HEADER, len(content) - 8) or content[8:9] != b"{":
        raise WeightsError(
            _("The file is neither safetensors nor a state_dict of torch.save, or it is cut short: choose another.")
        )
    try:
        header = json.loads(content[8 : 8 + size])
    except (ValueError, RecursionError) as problem:
        raise WeightsError(_damaged()) from problem
    return header


def _kinds(header: Mapping[str, object]) -> Kinds:
    kinds = {}
    for name, entry in header.items():
        match entry:
            case {"dtype": str(dtype), "shape": [*shape]} if all(type(size) is int for size in shape):
                kinds[name] = (SAFETENSORS_TYPES.get(dtype, dtype[:MAX_NAME]), tuple(shape))
            case _other:
                raise WeightsError(_damaged())
    return kinds


def _load_safetensors(content: bytes) -> dict[str, Tensor]:
    try:
        return load(content)  # refuses what the header says of sizes and places where the file has other ones
    except SafetensorError as problem:
        raise WeightsError(_damaged()) from problem


def _described(card: object) -> list[Known]:
    """Return the network that the file itself names, where it names one."""
    if not isinstance(card, dict) or "config" not in card:
        return []
    try:
        config = read_config(str(card["config"]))
        mean, std = float(card["mean"]), float(card["std"])
    except ConfigError as problem:
        raise WeightsError(
            _("The settings in the file cannot be used. {reason}").format(reason=str(problem))
        ) from problem
    except (KeyError, TypeError, ValueError) as problem:
        raise WeightsError(_damaged()) from problem
    if not (math.isfinite(mean) and math.isfinite(std) and std > 0):
        raise WeightsError(_damaged())
    known = known_of(config.title, config, mean, std)
    if known is None:
        raise WeightsError(_("These weights are of a network for points of the plane, which reads no drawings."))
    return [known]


def _read_state_dict(content: bytes) -> dict[str, Tensor]:
    """Read a state_dict as torch.save writes it: a ZIP of numbers, and a description, which is looked at first."""
    checked = BytesIO()  # what was looked at, so that PyTorch cannot read the file in another way
    try:
        with ZipFile(BytesIO(content)) as archive, ZipFile(checked, "w") as copy:
            entries = archive.infolist()
            # Numbers are stored as they are, so a file that would grow is none of torch.save's.
            if sum(entry.file_size for entry in entries) > len(content):
                raise WeightsError(_("The file would grow when it is unpacked, as none of torch.save does."))
            # PyTorch takes small and capital letters for the same.
            descriptions = [entry for entry in entries if entry.filename.lower().endswith("data.pkl")]
            if len(descriptions) != 1 or descriptions[0].file_size > MAX_HEADER:
                raise WeightsError(_("The ZIP holds no state_dict: save one with torch.save(network.state_dict(), …)."))
            _require_harmless(archive.read(descriptions[0]), len(content))
            for entry in entries:
                copy.writestr(entry.filename, archive.read(entry))
        checked.seek(0)
        weights = torch.load(checked, map_location="cpu", weights_only=True)
    except WeightsError:
        raise
    except DAMAGE as problem:
        raise WeightsError(_damaged()) from problem
    if not isinstance(weights, dict) or not all(
        isinstance(name, str) and isinstance(tensor, Tensor) for name, tensor in weights.items()
    ):
        raise WeightsError(_("The file holds something else than a state_dict: save network.state_dict() alone."))
    return {name: tensor.detach() for name, tensor in weights.items()}


def _require_harmless(description: bytes, maximum: int) -> None:
    """Read through the description without doing what it says."""
    for opcode, argument, _place in pickletools.genops(description):
        if opcode.name in UNSEEN or (opcode.name == "GLOBAL" and argument not in HARMLESS):
            raise WeightsError(
                _(
                    "The file holds code ({name}), not weights alone: save network.state_dict(), not the network."
                ).format(name=_quoted(str(argument or opcode.name)))
            )
        if isinstance(argument, int) and not isinstance(argument, bool) and argument > maximum:
            raise WeightsError(_("The file speaks of more numbers than it has: it is damaged, or no good."))


def _kinds_of(weights: Mapping[str, Tensor]) -> Kinds:
    return {name: (str(tensor.dtype).removeprefix("torch."), tuple(tensor.shape)) for name, tensor in weights.items()}


def _damaged() -> str:
    return _("The file is damaged or cut short: save it anew.")


def _quoted(name: str) -> str:
    # As code, so that nothing in it is read as markup.
    plain = "".join(letter for letter in name[: MAX_NAME + 1] if letter.isprintable()).replace("`", "’")
    return f"`{plain[:MAX_NAME]}{'…' if len(plain) > MAX_NAME else ''}`"


def _shape(sizes: Sequence[int]) -> str:
    return "[" + ", ".join(str(size)[:20] for size in sizes[:6]) + (", …]" if len(sizes) > 6 else "]")
