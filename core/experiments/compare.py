"""What is different between runs: their settings, and how well they do."""

from collections.abc import Sequence

import numpy as np

from core.config import TrainConfig
from core.config.describe import used_settings
from core.config.fields import SETTINGS
from core.runs import Status, View
from core.runs.history import Curve
from core.text.i18n import _
from core.training import Score

UNUSED = "–"  # stands for a setting that means nothing for a run


def differences(configs: Sequence[TrainConfig]) -> dict[str, list[str]]:
    """Return the settings that are not the same in all configs: label -> the value of each, in words."""
    used = [dict(used_settings(config)) for config in configs]
    labels = [_(setting.label) for setting in SETTINGS.values() if setting.label]
    rows = {label: [settings.get(label, UNUSED) for settings in used] for label in labels}
    return {label: words for label, words in rows.items() if len(set(words)) > 1}


def in_short(differing: dict[str, list[str]], place: int) -> str:
    """Return what is special about the config at this place among those of `differences`, in one line."""
    return " · ".join(f"{label} {words[place]}" for label, words in differing.items() if words[place] != UNUSED)


def explain_differences(differing: dict[str, list[str]]) -> str:
    """Return a sentence where nothing of importance differs between several configs, else nothing."""
    if not differing:
        return _("Nothing differs: the same settings and seed give the same run, number for number.")
    if list(differing) == [_(SETTINGS["seed"].label)]:
        return _("Nothing differs but the seed: what lies between these runs is luck.")
    return ""


def measure(configs: Sequence[TrainConfig]) -> str | None:
    """Return what these runs can be compared by, the name of a field of Score: accuracy, or loss where there is none.

    None where their numbers say nothing about one another, as they learn other data or are judged by other losses.
    """
    if len({(config.dataset, config.points, config.noise) for config in configs}) != 1:
        return None
    if configs[0].problem.task != "regression":
        return "accuracy"
    return "loss" if len({config.loss for config in configs}) == 1 else None


def last_score(view: View) -> Score | None:
    """Return the latest test: of all test data once the run is over, of a sample of them before."""
    return view.outcome.score if view.outcome else view.last_test


def best_so_far(view: View) -> tuple[float | None, float | None]:
    """Return the lowest loss and the highest accuracy of all tests of a run; None where there is none."""
    curve, last = view.test_curve, last_score(view)
    losses = _finite(curve.loss, last.loss if last else np.nan)
    accuracies = _finite(curve.accuracy, last.accuracy if last else np.nan)
    return (losses.min().item() if len(losses) else None, accuracies.max().item() if len(accuracies) else None)


def thinned(curve: Curve, maximum: int) -> list[float]:
    """Return the finite losses of a curve, at most so many and the last among them, for a small picture of it."""
    losses = curve.loss[np.isfinite(curve.loss)]
    stride = -(-len(losses) // maximum) or 1
    return losses[::-1][::stride][::-1].tolist()


def who_leads(names: Sequence[str], views: Sequence[View]) -> str:
    """Return one sentence on which run is best, by how much, and after what time; nothing before the first test.

    Args:
        names: of the runs, safe to stand in a sentence.
    """
    by = measure([view.config for view in views])
    if by is None:
        return _(
            "These runs learn other data or are judged by other losses, so their numbers do not tell which is best."
        )
    tested = [
        (getattr(score, by), view.last.seconds, name)
        for name, view in zip(names, views, strict=True)
        if (score := last_score(view)) and view.last and view.status is not Status.DIVERGED
    ]
    ranked = sorted(tested, key=lambda entry: entry[0], reverse=by == "accuracy")
    if not ranked:
        return ""
    value, seconds, best = ranked[0]
    words = _result(by, value, seconds)
    if len(ranked) == 1:
        return _("**{name}:** {result}.").format(name=best, result=words)
    next_value, next_seconds, following = ranked[1]
    gap = abs(value - next_value)
    if gap == 0:
        return _("**{best} and {following} are level:** {result}, the other after {seconds:.1f} s.").format(
            best=best, following=following, result=words, seconds=next_seconds
        )
    sentence = _("**{best} is best:** {result}. {following} comes next, {gap}: {next_result}.")
    if not all(view.status.over for view in views):
        sentence = _("**{best} is best so far:** {result}. {following} comes next, {gap}: {next_result}.")
    return sentence.format(
        best=best,
        result=words,
        following=following,
        gap=gap_words(by, gap),
        next_result=_result(by, next_value, next_seconds),
    )


def gap_words(by: str, gap: float) -> str:
    """Return by how much the second of two runs is worse."""
    if by == "accuracy":
        return _("{points:.2g} points behind").format(points=100 * gap)
    return _("its loss {gap:.2g} higher").format(gap=gap)


def _result(by: str, value: float, seconds: float) -> str:
    if by == "accuracy":
        return _("right in {accuracy:.1%} of the tests after {seconds:.1f} s of training").format(
            accuracy=value, seconds=seconds
        )
    return _("a test loss of {loss:.3g} after {seconds:.1f} s of training").format(loss=value, seconds=seconds)


def _finite(values: np.ndarray, last: float) -> np.ndarray:
    values = np.append(values, last)
    return values[np.isfinite(values)]
