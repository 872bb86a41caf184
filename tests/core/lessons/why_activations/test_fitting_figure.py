import json

import pytest
import torch

from core.lessons.why_activations.fitting import POINTS, Fit, FitConfig
from core.lessons.why_activations.fitting_figure import fit_chart


def test_all_three_curves_are_drawn():
    fit = Fit(FitConfig(target="step"))
    fit.advance_to(3)
    rows = fit_chart(fit)["data"]["values"]
    assert len(rows) == POINTS
    for name, values in (("target", fit.y), ("network", fit.outputs), ("line", fit.line)):
        assert [row[name] for row in rows] == pytest.approx(values[:, 0].tolist(), rel=1e-3)


def test_only_the_data_change_while_it_learns_else_the_chart_blinks():
    before, after = Fit(FitConfig()), Fit(FitConfig(target="step", activation="relu", width=3))
    after.advance_to(5)
    charts = [fit_chart(before), fit_chart(after)]
    assert charts[0].pop("data") != charts[1].pop("data")
    assert charts[0] == charts[1]


def test_a_fit_that_ran_away_can_be_sent():
    fit = Fit(FitConfig())
    fit.outputs = torch.full_like(fit.outputs, float("nan"))
    chart = fit_chart(fit)
    json.dumps(chart, allow_nan=False)
    assert {row["network"] for row in chart["data"]["values"]} == {None}


def test_a_look_stays_small():
    assert len(json.dumps(fit_chart(Fit(FitConfig())))) < 20_000
