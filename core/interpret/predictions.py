"""What “Look inside” asks before it shows it, and what is true, computed."""

import torch
from torch import Tensor

from core.config.step_price import TEST_BATCH
from core.datasets import Data
from core.inference import Classifier
from core.losses import class_indices
from core.scheduler import compute_lock
from core.text.i18n import N_, _
from core.text.prediction import Prediction, Truth

TURNED = Prediction(
    "inside.turned",
    N_("{images} test images are turned by 90 degrees. How many of them does this network still read correctly?"),
    {
        "most": N_("Most: they show the same as before"),
        "half": N_("About half"),
        "few": N_("Few"),
    },
)
NOISE = Prediction(
    "inside.noise",
    N_("It is shown {images} images of random pixels, which show nothing. What does it answer?"),
    {
        "even": N_("About {chance:.0%} for each class"),
        "less": N_("One class, with up to half"),
        "confident": N_("One class, with more than half"),
    },
)
IMAGES = 200  # of either kind: the largest network reads them in a moment
GUESSING = 2.0  # times an even share; less is about that
HALF = 0.5
MOST, FEW = 0.7, 0.35  # fractions above which it is most of the images, and about half


def numbers(data: Data) -> dict[str, float]:
    """Return the numbers that the questions name."""
    return {"chance": 1 / len(data.classes), "images": IMAGES}


def turned_truth(classifier: Classifier, data: Data) -> Truth:
    """Let it read some of the images on which a run is tested, upright and lying on their side."""
    images, labels = data.test_sample.inputs[:IMAGES], class_indices(data.test_sample.targets[:IMAGES])
    _confidences, answers = _read(classifier, images)
    turned_confidences, turned_answers = _read(classifier, images.rot90(dims=(2, 3)))
    upright, turned = ((each == labels).float().mean().item() for each in (answers, turned_answers))
    sentence = _(
        "Upright it reads {upright:.1%} of {count:,} images correctly, and turned **{turned:.0%}**, with a confidence "
        "of {confidence:.0%} on average. It learned from upright images: turned ones are new to it."
    )
    return Truth(
        "most" if turned > MOST else "half" if turned > FEW else "few",
        sentence.format(upright=upright, count=len(labels), turned=turned, confidence=turned_confidences.mean().item()),
    )


def noise_truth(classifier: Classifier, data: Data) -> Truth:
    """Let it read images of random pixels, and average its confidence."""
    images = torch.rand(IMAGES, *data.input_shape, generator=torch.Generator().manual_seed(0))
    confidences, answers = _read(classifier, images)
    counts = answers.bincount(minlength=len(data.classes))
    mean = confidences.mean().item()
    sentence = _(
        "Its confidence is **{mean:.0%}** on average, and {count} of {images} are a “{name}” to it: it has no answer "
        "for “none of these”, as its probabilities always sum to 1."
    )
    name = _(data.classes[int(counts.argmax())])
    return Truth(_level(mean, data), sentence.format(mean=mean, count=int(counts.max()), images=IMAGES, name=name))


def _level(mean: float, data: Data) -> str:
    return "even" if mean < GUESSING / len(data.classes) else "less" if mean <= HALF else "confident"


@torch.inference_mode()
def _read(classifier: Classifier, images: Tensor) -> tuple[Tensor, Tensor]:
    """Return the confidence float32 [N] of each answer int64 [N]; 0 where weights that ran away give no number."""
    with compute_lock:
        batches = [
            classifier.to_probabilities(classifier.network(classifier.prepare(batch)))
            for batch in images.split(TEST_BATCH)
        ]
    confidences, answers = torch.cat(batches).nan_to_num(0.0).max(dim=1)
    return confidences, answers
