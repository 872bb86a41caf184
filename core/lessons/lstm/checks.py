"""The questions to check yourself with at the end of the page LSTM."""

from core.text.check import Check, Wrong
from core.text.i18n import N_

CHECKS = (
    Check(
        "lstm.state",
        N_("An LSTM has read some rows of a digit. What does it keep of them?"),
        N_("A state of a fixed size"),
        N_("Its hidden and cell state have as many numbers after the last row as after the first."),
        (
            Wrong(
                N_("All rows, to look them up again"),
                N_("No row is kept: each one changes the state, and is gone."),
                "lstm?part=digit&digit=7&number=1&row=14&forget=learnt",
            ),
            Wrong(
                N_("The last row, as it comes last"),
                N_("The state still depends on the first row; without a memory it could hardly read a digit."),
                "lstm?part=digit&digit=7&number=1&row=28&forget=zero",
            ),
        ),
    ),
    Check(
        "lstm.weights",
        N_("Which weights does an LSTM use for the next row?"),
        N_("The same as for all rows before"),
        N_("One set of weights is used again at each step; only the state and the row are new."),
        (
            Wrong(
                N_("A set of its own for each row"),
                N_("Then it could read only as many rows as it has sets: the weights are shared by all steps."),
                "lstm?part=digit&digit=7&number=1&row=28&forget=learnt",
            ),
            Wrong(
                N_("The old ones, changed by its gates"),
                N_("Gates scale the state and not the weights, which stay as training has left them."),
                "lstm?part=digit&digit=7&number=1&row=14&forget=learnt",
            ),
        ),
    ),
    Check(
        "lstm.forget",
        N_("The forget gate of a cell is at 0. What happens to what the cell held?"),
        N_("It is erased before something new comes in"),
        N_("The old value is multiplied by the forget gate, and 0 times anything is 0."),
        (
            Wrong(
                N_("It is kept, as forgetting is switched off"),
                N_("It is the other way round: 1 keeps all, and 0 erases all."),
                "lstm?part=digit&digit=7&number=1&row=28&forget=zero",
            ),
            Wrong(
                N_("It is kept, and nothing new can come in"),
                N_("Letting in is the work of the input gate, which a forget gate of 0 does not close."),
                "lstm?part=digit&digit=7&number=1&row=28&forget=zero",
            ),
        ),
    ),
    Check(
        "lstm.order",
        N_("The rows of a digit are read from bottom to top instead. What does the LSTM make of them?"),
        N_("Something else: the order counts"),
        N_("Each state depends on the one before, so the same rows in another order lead to another state."),
        (
            Wrong(
                N_("The same: the rows are the same"),
                N_("It does not add the rows up: what a row does depends on what was read before."),
                "lstm?part=digit&digit=6&number=1&row=18&forget=learnt",
            ),
            Wrong(
                N_("Nothing: an error, as it was trained otherwise"),
                N_("The shapes fit, so it computes an answer; nothing warns that the order is new to it."),
                "lstm?part=digit&digit=6&number=1&row=28&forget=learnt",
            ),
        ),
    ),
)
