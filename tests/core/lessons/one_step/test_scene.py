import numpy as np
import pytest

from core.activations import ACTIVATIONS
from core.lessons.one_step.explain import STAGES, place_of, view, views
from core.lessons.one_step.scene import NODES, scene
from core.lessons.one_step.trace import LARGEST, MAX_STEPS, WEIGHTS, Setup, trace
from core.optimizers import OPTIMIZERS

FORWARD, BACKWARD = list(STAGES).index("forward"), list(STAGES).index("backward")


def made(setup=None, picked="w11"):
    return scene(setup or Setup(), picked, {"w11": 0.5}, {"w11": (-LARGEST, LARGEST)})


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_number_is_that_of_the_trace(optimizer):
    setup = Setup(optimizer=optimizer, zero_grad=False)
    found, moments = made(setup), trace(setup, MAX_STEPS)
    assert len(moments) == found["last"] + 1 == len(found["notices"])
    for place, moment in enumerate(moments):
        np.testing.assert_array_equal(found["weights"][place], moment.weights)
        gradients = np.full(9, np.nan) if moment.gradients is None else moment.gradients
        np.testing.assert_array_equal(found["gradients"][place], gradients)
        assert found["losses"][place] == pytest.approx(np.nan if moment.loss is None else moment.loss, nan_ok=True)
        for table, numbers in (("nodes", moment.nodes), ("slopes", moment.node_gradients)):
            flat = [*numbers["z"], *numbers["h"], *numbers["y"]] if numbers else [np.nan] * len(NODES)
            np.testing.assert_array_equal(found[table][place], flat)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_what_travels_adds_up_to_what_torch_computes(activation):
    setup = Setup(activation=activation)
    found, names = made(setup), list(WEIGHTS)
    for step in range(3):
        forward, backward = len(STAGES) * step + FORWARD, len(STAGES) * step + BACKWARD
        carried = dict(zip(names, found["carried"][forward], strict=True))
        z1, z2, h1, h2, y = found["nodes"][forward]
        assert sum(carried[name][1] for name in ("w11", "w12", "b1")) == pytest.approx(z1)
        assert sum(carried[name][1] for name in ("w21", "w22", "b2")) == pytest.approx(z2)
        assert sum(carried[name][1] for name in ("v1", "v2", "c")) == pytest.approx(y)
        assert [carried[name][0] for name in ("w11", "w12", "v1", "v2")] == [*setup.inputs, h1, h2]

        carried = dict(zip(names, found["carried"][backward], strict=True))
        gradients = dict(zip(names, found["gradients"][backward], strict=True))
        for name in ("w11", "w12", "w21", "w22", "b1", "b2", "c"):
            assert carried[name][1] == pytest.approx(gradients[name])
        slopes = dict(zip(NODES, found["slopes"][backward], strict=True))
        assert (carried["v1"][1], carried["v2"][1]) == pytest.approx((slopes["h1"], slopes["h2"]))
        assert carried["v1"][0] == carried["v2"][0] == slopes["y"]


def test_nothing_travels_while_nothing_runs_through_the_network():
    found = made()
    for place, stage in enumerate(STAGES):
        assert np.isnan(found["carried"][place]).all() == (stage not in ("forward", "backward"))


def test_the_sentences_speak_of_the_picked_weight():
    found = made(picked="v2")
    for step, stage in ((1, "backward"), (2, "step")):
        sentence = STAGES[stage].notice(view(Setup(), step, stage, "v2"))
        assert "output.weight[0, 1]" in sentence
        assert found["notices"][place_of(step, stage)] == sentence


def test_it_ends_where_the_numbers_do():
    wild = Setup(weights=(LARGEST,) * 9, inputs=(LARGEST,) * 2, activation="identity", learning_rate=10.0)
    found = made(wild)
    assert len(found["notices"]) == len(views(wild, "w11")) < found["last"]
    for table in ("weights", "gradients", "nodes", "slopes", "losses"):
        assert not np.isinf(found[table].astype(np.float32)).any()
