"""The weights of a small network as a short text, such as an address can carry."""

import struct

import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from core.text.base64_text import from_base64, to_base64
from core.text.i18n import _


class WeightsError(ValueError):
    """A text holds no weights that fit; the message is a sentence that says so."""


def format_weights(network: nn.Module) -> str:
    """Write all weights and biases, exact to the last bit: float32, little-endian, in base64 for addresses."""
    numbers = parameters_to_vector(network.parameters()).tolist()
    return to_base64(struct.pack(f"<{len(numbers)}f", *numbers))


def read_weights(text: str, network: nn.Module) -> None:
    """Give a network the weights that `format_weights` has written of one of the same shape.

    Raises:
        WeightsError: the text is damaged, or is of a network of another shape; nothing is changed then.
    """
    wanted = sum(parameter.numel() for parameter in network.parameters())
    try:
        packed = from_base64(text)
    except ValueError as problem:
        raise WeightsError(_("The weights in the address are damaged: copy the whole link again.")) from problem
    if len(packed) != 4 * wanted:
        raise WeightsError(
            _(
                "The address has {found} bytes of weights and this network needs {wanted}: they are of another network."
            ).format(found=len(packed), wanted=4 * wanted)
        )
    numbers = torch.tensor(struct.unpack(f"<{wanted}f", packed))
    if not numbers.isfinite().all():
        raise WeightsError(_("The weights in the address are not all finite numbers: copy the whole link again."))
    vector_to_parameters(numbers, network.parameters())
