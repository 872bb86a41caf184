"""Weights that a person brings back in a file: read where they fit a known network, refused with the reason elsewhere.

A file may have been made by anybody. Names, sizes and types are read first, and no more memory is taken than the file
has; nothing in it is run.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from core.config import ConfigError, TrainConfig
from core.config.json_file import read_config
from core.digits.rasterize import SIDE
from core.export.torch_file import (
    Foreign,
    StoredTensor,
    TorchFile,
    TorchFileError,
    calls,
    damaged,
    is_legacy,
    open_legacy,
    open_zip,
)
from core.inference import Classifier
from core.losses import probabilities
from core.models import build_network, outline
from core.text.given import told
from core.text.i18n import N_, _

MAX_BYTES = 32 * 1024**2  # the largest network has 20 MB of weights
MAX_HEADER = 1024**2  # of names, sizes and types alone
MAX_TENSORS = 1000
MAX_NAME = 60

PREFIXES = ("module.", "_orig_mod.")  # of nn.DataParallel and of torch.compile
WRAPPERS = ("model_state_dict", "state_dict", "model")  # under which a checkpoint keeps a network's weights
CONVERTED = ("float16", "bfloat16", "float64")  # read as float32
ROLES = {"weight", "bias", "running_mean", "running_var", "num_batches_tracked"}  # the last part of PyTorch's names
OTHERS = {
    b"\x89HDF": N_("a file of HDF5, such as Keras writes"),
    b"GGUF": N_("a language model in GGUF"),
    b"\x93NUMPY": N_("a NumPy array"),
    b"\x1f\x8b": N_("packed with gzip"),
    b"{": N_("JSON"),
    b"<": N_("a web page"),
    b"\x08": N_("an ONNX model"),
    b"\x80": N_("a pickle"),
}
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

Kind = tuple[str, tuple[int, ...]]  # type and shape of a tensor
Kinds = Mapping[str, Kind]  # by name, in their order


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
    """Weights from a file in the network that they fit; `notes` are sentences on what was done to make them fit."""

    classifier: Classifier
    fits: Known
    notes: tuple[str, ...] = ()


def load_weights(content: bytes, known: Sequence[Known]) -> BroughtBack:
    """Read weights from safetensors, or from a state_dict or a checkpoint with one in it that torch.save wrote.

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
    try:
        if content.startswith(b"PK"):
            return _from_torch(open_zip(content), known)
        if is_legacy(content):
            return _from_torch(open_legacy(content), known)
        return _from_safetensors(content, known)
    except TorchFileError as problem:
        raise WeightsError(str(problem)) from problem


def known_of(label: str, config: TrainConfig, mean: float, std: float) -> Known | None:
    """Return a network that weights may fit, or None where it does not read pictures such as those drawn."""
    if config.problem.shape != (1, SIDE, SIDE):
        return None
    return Known(label, config, mean, std)


def _from_torch(file: TorchFile, known: Sequence[Known]) -> BroughtBack:
    stored = _state_dict(file.saved)
    kinds = {name: (_type_name(tensor.storage.dtype), tensor.shape) for name, tensor in stored.items()}
    return _fit(kinds, known, lambda: {name: file.read(tensor) for name, tensor in stored.items()})


def _state_dict(saved: object) -> dict[str, StoredTensor]:
    """Return the weights of a network, also where they are a part of what was saved."""
    for _depth in WRAPPERS:  # one may be in another, but not without end
        if isinstance(saved, dict) and (found := next((name for name in WRAPPERS if name in saved), None)):
            saved = saved[found]
    if isinstance(saved, Foreign):
        raise WeightsError(calls(told(saved.name, MAX_NAME)))
    if isinstance(saved, dict) and "param_groups" in saved:
        raise WeightsError(_("The file holds the state of an optimizer, not of a network: save network.state_dict()."))
    weights = {}
    for name, tensor in saved.items() if isinstance(saved, dict) else [("", None)]:
        if isinstance(tensor, Foreign):
            raise WeightsError(calls(told(tensor.name, MAX_NAME)))
        if not isinstance(name, str) or not isinstance(tensor, StoredTensor):
            raise WeightsError(_("The file holds something else than a state_dict: save network.state_dict() alone."))
        weights[name] = tensor
    return weights


def _from_safetensors(content: bytes, known: Sequence[Known]) -> BroughtBack:
    header = _read_header(content)
    described = _described(header.pop("__metadata__", {}))
    return _fit(_kinds(header), [*described, *known], lambda: _load_safetensors(content))


def _fit(kinds: Kinds, known: Sequence[Known], read: Callable[[], dict[str, Tensor]]) -> BroughtBack:
    """Find the network that the tensors fit, by their names or else by their order, and only then read their numbers.

    Args:
        kinds: of the tensors in the file, in its order.
        known: the networks to try, the likeliest first.
        read: gives the tensors by the same names.
    """
    if not kinds:
        raise WeightsError(_("The file holds no weights: choose another."))
    if len(kinds) > MAX_TENSORS:
        raise WeightsError(_("The file has {count:,} tensors, more than any network here.").format(count=len(kinds)))
    plain = _without_prefix(kinds)
    wanted = [_wanted(network) for network in known]
    misfits = [_misfits(plain, kinds_there) for kinds_there in wanted]
    notes = []
    place = next((place for place, misfit in enumerate(misfits) if not misfit), None)
    if place is None:
        place = next((place for place, kinds_there in enumerate(wanted) if _in_order(plain, kinds_there)), None)
        notes.append(_("Its tensors have other names: they were taken in their order, which has the same shapes."))
    if place is None:
        raise WeightsError(_closest(misfits, known))
    network = known[place]
    weights = read()
    if _kinds_of(weights) != kinds:  # a description that can be read in two ways
        raise WeightsError(str(damaged()))
    names = dict(zip(kinds, wanted[place] if notes else plain, strict=True))
    if changed := sorted({dtype for dtype, _shape in kinds.values() if dtype in CONVERTED}):
        notes.append(_("Its numbers are {types}, and were made float32.").format(types=", ".join(changed)))
    weights = {
        names[name]: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in weights.items()
    }
    return BroughtBack(_classifier(network, weights), network, tuple(notes))


def _without_prefix(kinds: Kinds) -> Kinds:
    """Return the tensors by the names that they had before the network was wrapped, once or more."""
    while prefix := next((prefix for prefix in PREFIXES if all(name.startswith(prefix) for name in kinds)), ""):
        kinds = {name.removeprefix(prefix): kind for name, kind in kinds.items()}
    return kinds


def _wanted(network: Known) -> Kinds:
    problem = network.config.problem
    return _kinds_of(outline(network.config, problem.shape, problem.outputs).state_dict())


def _in_order(kinds: Kinds, wanted: Kinds) -> bool:
    """Return whether the tensors are those of a network by another name each: of its shapes, one after the other."""
    return len(kinds) == len(wanted) and all(
        _suits(kind, kind_there) and len({name.rpartition(".")[2], name_there.rpartition(".")[2]} & ROLES) < 2
        for (name, kind), (name_there, kind_there) in zip(kinds.items(), wanted.items(), strict=True)
    )


def _suits(found: Kind, wanted: Kind) -> bool:
    return found[1] == wanted[1] and (found[0] == wanted[0] or (wanted[0] == "float32" and found[0] in CONVERTED))


def _closest(misfits: Sequence[list[str]], known: Sequence[Known]) -> str:
    if not known:
        return _("The weights fit no known network.")
    closest, network = min(zip(misfits, known, strict=True), key=lambda pair: len(pair[0]))
    more = _(" ({count} more do not fit either)").format(count=len(closest) - 1) if len(closest) > 1 else ""
    return _("The weights fit no known network. Closest is {network}, but {misfit}{more}.").format(
        network=network.label, misfit=closest[0], more=more
    )


def _misfits(kinds: Kinds, wanted: Kinds) -> list[str]:
    """Say of each tensor that does not fit a network why it does not."""
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
        elif not _suits(kinds[name], (dtype, shape)):
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
        what = next((_(what) for begin, what in OTHERS.items() if content.startswith(begin)), None)
        if what:
            raise WeightsError(_("The file is {what}, and neither safetensors nor of torch.save.").format(what=what))
        raise WeightsError(
            _("The file is neither safetensors nor a state_dict of torch.save, or it is cut short: choose another.")
        )
    try:
        header = json.loads(content[8 : 8 + size])
    except (ValueError, RecursionError) as problem:
        raise WeightsError(str(damaged())) from problem
    return header


def _kinds(header: Mapping[str, object]) -> Kinds:
    kinds = {}
    for name, entry in header.items():
        match entry:
            case {"dtype": str(dtype), "shape": [*shape]} if all(type(size) is int for size in shape):
                kinds[name] = (SAFETENSORS_TYPES.get(dtype, told(dtype)), tuple(shape))
            case _other:
                raise WeightsError(str(damaged()))
    return kinds


def _load_safetensors(content: bytes) -> dict[str, Tensor]:
    try:
        return load(content)  # refuses what the header says of sizes and places where the file has other ones
    except SafetensorError as problem:
        raise WeightsError(str(damaged())) from problem


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
    except (KeyError, OverflowError, TypeError, ValueError) as problem:
        raise WeightsError(str(damaged())) from problem
    if not (math.isfinite(mean) and math.isfinite(std) and std > 0):
        raise WeightsError(str(damaged()))
    known = known_of(config.title, config, mean, std)
    if known is None:
        raise WeightsError(_("These weights are of a network for points of the plane, which reads no drawings."))
    return [known]


def _kinds_of(weights: Mapping[str, Tensor]) -> Kinds:
    return {name: (_type_name(tensor.dtype), tuple(tensor.shape)) for name, tensor in weights.items()}


def _type_name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def _quoted(name: str) -> str:
    return f"“{told(name, MAX_NAME)}{'…' if len(name) > MAX_NAME else ''}”"


def _shape(sizes: Sequence[int]) -> str:
    return "[" + ", ".join(str(size)[:20] for size in sizes[:6]) + (", …]" if len(sizes) > 6 else "]")
