import contextlib
import io

import pytest
import torch
from streamlit.testing.v1 import AppTest

from core.datasets import DATASETS, available, default_dataset, load
from core.lessons.convolution.convolution import (
    KERNELS,
    MAX_PADDING,
    MAX_STRIDE,
    POOLINGS,
    Layer,
    convolve,
    explain_size,
    kernel_from_rows,
    notice,
    pick_example,
    strongest,
)
from core.pretrained import load as load_checkpoint
from tests.pages.app import address, as_read, open_page, picture, settle

WINDOW = "convolution_window"

TRAINED = len(KERNELS["trained"].filters())


def key(name: str) -> str:
    return f"convolution.{name}"


def press(at: AppTest, label: str) -> None:
    next(button for button in at.button if button.label == label).click()
    at.run()
    assert not at.exception


def move(at: AppTest, name: str, value: int) -> None:
    at.slider(key=key(name)).set_value(value).run()
    assert not at.exception


def place(at: AppTest) -> tuple[int, int]:
    header, arrays = picture(at, WINDOW)
    row, column = divmod(header["values"]["place"], arrays["output"].shape[1])
    return row, column


def image(label: int = 3, number: int = 0) -> torch.Tensor:
    return pick_example(load(default_dataset()), label, number)


def check(at: AppTest, kernel: torch.Tensor, layer: Layer, read: torch.Tensor | None = None) -> None:
    """Picture and sentences on the page are those of these settings, and the code on it gives their numbers."""
    maps = convolve(image() if read is None else read, kernel, layer)
    arrays = picture(at, WINDOW)[1]
    assert torch.equal(torch.from_numpy(arrays["output"].copy()), maps.output)
    assert torch.equal(torch.from_numpy(arrays["kernel"].copy()), kernel)
    assert notice(maps, kernel, layer.stride) in [element.value for element in at.markdown]
    assert explain_size(28, len(kernel), layer, maps) in [element.value for element in at.caption]
    names: dict = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(at.code[0].value, names)
    assert names["output"][0, 0].equal(maps.output if maps.pooled is None else maps.pooled)


def filters(name: str) -> torch.Tensor:
    return KERNELS[name].filters()


def test_begins_where_most_is_found_and_the_address_is_bare():
    at = open_page("convolution")
    assert place(at) == strongest(convolve(image(), filters("vertical")[0], Layer()).output)
    assert address(at) == {}
    check(at, filters("vertical")[0], Layer())


@pytest.mark.parametrize("name", [name for name in KERNELS if KERNELS[name].filters is not None])
def test_every_kernel_of_the_menu(name):
    at = open_page("convolution")
    at.selectbox(key=key("kernel")).set_value(name).run()
    assert not at.exception
    check(at, filters(name)[0], Layer())


def test_the_trained_filters_say_how_their_pixels_were_normalized():
    def sentences(kernel: str) -> list[str]:
        at = open_page("convolution", kernel=kernel)
        return [element.value for element in at.caption if "normalized" in element.value]

    (sentence,) = sentences("trained")
    shipped = load_checkpoint("cnn")
    assert f"(pixel − {shipped.data_mean}) / {shipped.data_std}" in sentence
    assert not sentences("vertical")


def test_every_trained_filter_at_the_ends():
    at = open_page("convolution", kernel="trained")
    for number in (TRAINED - 1, 0):
        move(at, "filter", number)
        check(at, filters("trained")[number], Layer())


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize(("stride", "padding", "bias"), [(1, 0, -2.0), (MAX_STRIDE, MAX_PADDING, 2.0)])
def test_the_layer_at_its_extremes_and_the_place_at_all_corners(stride, padding, bias, pooling):
    at = open_page("convolution", stride=str(stride), padding=str(padding), bias=str(bias), relu="1", pooling=pooling)
    layer = Layer(stride, padding, bias, True, pooling)
    rows, columns = convolve(image(), filters("vertical")[0], layer).output.shape
    for row, column in ((0, 0), (0, columns - 1), (rows - 1, 0), (rows - 1, columns - 1)):
        settle(at, WINDOW, row=row, column=column)
        assert place(at) == (row, column)
        check(at, filters("vertical")[0], layer)


def test_a_place_that_is_gone_moves_to_the_edge():
    at = open_page("convolution", row="25", column="20")
    assert place(at) == (25, 20)
    move(at, "stride", 3)
    assert place(at) == (8, 8)
    check(at, filters("vertical")[0], Layer(stride=3))


def test_the_pictures():
    at = open_page("convolution")
    at.selectbox(key=key("class")).set_value("8").run()
    at.number_input(key=key("number")).set_value(100).run()
    check(at, filters("vertical")[0], Layer(), image(8, 99))
    assert address(at)["class"] == "8"
    there = [name for name in DATASETS if DATASETS[name].shape == (1, 28, 28) and available(name)]
    assert at.selectbox(key=key("dataset")).options == [DATASETS[name].label for name in there]
    for name in there:
        at.selectbox(key=key("dataset")).set_value(name).run()
        assert not at.exception
        check(at, filters("vertical")[0], Layer(), pick_example(load(name), 8, 99))


@pytest.mark.parametrize("size", [3, 5])
def test_a_kernel_of_ones_own_is_in_the_address(size):
    at = open_page("convolution", kernel="own", size=str(size))
    rows = [[float(x == y == size // 2) for x in range(size)] for y in range(size)]
    check(at, kernel_from_rows(rows), Layer())  # it begins with the one that changes nothing
    for y, x, number in ((0, size - 1, -10.0), (size - 1, 0, 10.0), (1, 1, 0.25)):
        at.number_input(key=key(f"w{y}{x}")).set_value(number).run()
        rows[y][x] = number
    check(at, kernel_from_rows(rows), Layer())
    again = open_page("convolution", **address(at))
    check(again, kernel_from_rows(rows), Layer())
    assert place(again) == place(at)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1e30])
def test_a_weight_that_no_browser_would_send(number):
    at = open_page("convolution", kernel="own")
    at.number_input(key=key("w00")).set_value(number).run()
    assert not at.exception
    check(at, kernel_from_rows([[0, 0, 0], [0, 1, 0], [0, 0, 0]]), Layer())


def test_a_kernel_of_zeros():
    at = open_page("convolution", kernel="own", w11="0")
    check(at, torch.zeros(3, 3), Layer())


def test_try_this():
    at = open_page("convolution", bias="1", row="3", column="4")
    for label, kernel, layer in (
        ("Vertical edges", filters("vertical")[0], Layer()),
        ("Blur", filters("blur")[0], Layer()),
        ("Half the size", filters("vertical")[0], Layer(stride=2, padding=1)),
        ("A trained filter", filters("trained")[23], Layer(relu=True, pooling="max")),
    ):
        press(at, label)
        check(at, kernel, layer)
        assert place(at) == strongest(convolve(image(), kernel, layer).output)
    press(at, "Half the size")
    assert convolve(image(), filters("vertical")[0], Layer(stride=2, padding=1)).output.shape == (14, 14)
    assert address(at) == {"stride": "2", "padding": "1"}


def test_a_place_that_is_chosen_in_the_picture_is_in_the_address():
    at = open_page("convolution")
    settle(at, WINDOW, row=4, column=6)
    assert place(at) == (4, 6)
    assert address(at) == {"row": "4", "column": "6"}
    settle(at, WINDOW, row=99, column="<b>")
    assert place(at) == (4, 6)


def test_a_click_chooses_a_filter():
    """What a click on a filter leaves behind; AppTest cannot click on one."""
    at = open_page("convolution", kernel="trained")
    at.session_state[key("picked")] = {"filter": 5}
    at.run()
    check(at, filters("trained")[5], Layer())
    assert address(at) == {"kernel": "trained", "filter": "5"}


@pytest.mark.parametrize(
    "parameters",
    [
        {"row": "26"},
        {"row": "-1", "column": "nan"},
        {"column": "1e9"},
        {"stride": "0"},
        {"stride": "1000000000"},
        {"padding": "-1"},
        {"bias": "nan"},
        {"bias": "1e30"},
        {"relu": "2"},
        {"pooling": "min"},
        {"kernel": "x" * 5000},
        {"kernel": "trained", "filter": "24"},
        {"kernel": "own", "size": "4"},
        {"kernel": "own", "w00": "nan"},
        {"kernel": "own", "w22": "1e30"},
        {"kernel": "own", "w11": ""},
        {"dataset": "cifar"},
        {"class": "10"},
        {"number": "0"},
        {"number": "<b>"},
    ],
    ids=lambda parameters: str(parameters)[:40],
)
def test_nonsense_in_the_address_gets_a_sentence(parameters):
    at = open_page("convolution", **parameters)
    assert not at.error
    (warning,) = at.warning
    assert all(f"{name}={value[:40]}" in as_read(warning) for name, value in parameters.items() if name != "kernel")
    kernel = torch.tensor([[0.0, 0, 0], [0, 1, 0], [0, 0, 0]]) if parameters.get("kernel") == "own" else None
    if kernel is None:
        kernel = filters("trained" if parameters.get("kernel") == "trained" else "vertical")[0]
    check(at, kernel, Layer())


def test_unknown_names_in_the_address_do_no_harm():
    at = open_page("convolution", bogus="1", w99="3")
    check(at, filters("vertical")[0], Layer())


@pytest.mark.parametrize(("name", "value"), [("stride", 0), ("padding", 9), ("filter", 99)])
def test_a_value_of_a_slider_that_no_browser_would_send(name, value):
    at = open_page("convolution", kernel="trained")
    at.slider(key=key(name)).set_value(value).run()
    assert not at.exception
    assert not at.error


def test_every_control_has_a_label():
    at = open_page("convolution", kernel="own")
    assert all(control.label for control in [*at.selectbox, *at.slider, *at.number_input, *at.button, *at.toggle])
