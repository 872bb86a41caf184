"""A small image written out in code, so that what is computed from it can be repeated with PyTorch alone."""

from torch import Tensor


def image_code(image: Tensor, name: str) -> list[str]:
    """Return lines that leave an image uint8 [height, width] in `name` as float32 [height, width] from 0 to 1.

    Each pixel is two hexadecimal digits, so that the image can be seen in its code.
    """
    return [
        'rows = """',
        *(bytes(row).hex() for row in image.tolist()),
        '""".split()',
        f"{name} = torch.tensor([list(bytes.fromhex(row)) for row in rows]) / 255",
    ]
