"""What the page asks before it shows it, and what is true, computed."""

from collections.abc import Mapping

from core.lessons.autograd.trace import PARAMETERS, final_grads
from core.text.i18n import N_, _
from core.text.numbers import plain
from core.text.prediction import Prediction, Truth

TWICE = Prediction(
    "autograd.twice",
    N_("`backward()` is called twice, without `zero_grad()` in between. What is in `w.grad` then?"),
    {
        "replaced": N_("What one call gives: the second replaces it"),
        "added": N_("Twice as much: the second is added"),
        "smaller": N_("Less than twice: the first call has moved w"),
    },
)
DETACH = Prediction(
    "autograd.detach",
    N_("`y = z.detach() + b`: which of the two leaves gets a gradient?"),
    {
        "both": N_("Both, since the value of y is the same"),
        "w": N_("Only w"),
        "b": N_("Only b"),
        "none": N_("Neither: backward() raises an error"),
    },
)


def twice_truth(numbers: Mapping[str, float]) -> Truth:
    """Run both programs with these numbers, and compare what they leave in `w.grad`."""
    once, twice = (final_grads(case, numbers)["w"] for case in ("once", "twice"))
    answer = "added" if twice == 2 * once else "replaced" if twice == once else "smaller"
    sentence = _("One call leaves {once} in `w.grad`, and two leave **{twice}**: only `zero_grad()` clears it.")
    return Truth(answer, sentence.format(once=plain(once), twice=plain(twice)))


def detach_truth(numbers: Mapping[str, float]) -> Truth:
    """Run the program with these numbers, and see which leaves have a gradient."""
    grads = final_grads("detach", numbers)
    answer = "both" if len(grads) == len(PARAMETERS) else next(iter(grads), "none")
    told = {name: plain(grads[name]) if name in grads else "None" for name in PARAMETERS}
    sentence = _("`w.grad` is **{w}** and `b.grad` is **{b}**: the graph ends where `detach()` stands.")
    return Truth(answer, sentence.format(**told))
