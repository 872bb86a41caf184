import contextlib
import io

from core.lessons.digit_network.network import untrained
from core.lessons.digit_network.parameters import parameters, script, table


def test_the_parameters_are_those_of_the_iterator():
    network = untrained("digits").layers
    found = parameters(network)
    assert [each.name for each in found] == [name for name, _tensor in network.named_parameters()]
    assert [each.count for each in found] == [tensor.numel() for tensor in network.parameters()]
    assert found[-1].so_far == sum(tensor.numel() for tensor in network.parameters())


def test_each_call_gives_one_row_more():
    network = untrained("digits").layers
    assert [len(table(network, calls).splitlines()) - 2 for calls in range(6)] == [0, 1, 2, 3, 4, 4]
    assert "| `3.weight` | `(10, 512)` | 5,120 | 407,040 |" in table(network, 4)


def test_the_program_prints_the_same_network_and_its_loss_falls():
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(script(), {})
    text = printed.getvalue()
    assert text.startswith(repr(untrained("digits").layers))
    assert "407050" in text
    losses = [float(line.split()[1]) for line in text.splitlines() if line.startswith("loss")]
    assert losses[1] < losses[0]
