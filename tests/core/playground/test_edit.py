from core.playground.edit import add_layer, remove_layer, resize_layer, toggle_feature

SHAPE = {"features": ("x1", "x2"), "hidden": (4, 2), "activations": ("tanh", "relu"), "dropouts": ()}


def test_features_keep_the_order_of_the_menu_and_one_always_stays():
    assert toggle_feature(SHAPE, "product")["features"] == ("x1", "x2", "product")
    assert toggle_feature(SHAPE, "x1")["features"] == ("x2",)
    assert toggle_feature({**SHAPE, "features": ("x1",)}, "x1")["features"] == ("x1",)
    assert toggle_feature({**SHAPE, "features": ("product",)}, "x1")["features"] == ("x1", "product")


def test_a_new_layer_has_the_activation_of_the_one_before_it():
    grown = add_layer(SHAPE)
    assert grown == {**SHAPE, "hidden": (4, 2, 2), "activations": ("tanh", "relu", "relu")}
    assert add_layer({**SHAPE, "hidden": (), "activations": ()})["hidden"] == (2,)
    full = {**SHAPE, "hidden": (2,) * 6, "activations": ()}
    assert add_layer(full) == full


def test_the_last_layer_can_be_taken_away_until_none_is_left():
    less = remove_layer(SHAPE)
    assert less == {**SHAPE, "hidden": (4,), "activations": ("tanh",)}
    none = remove_layer(less)
    assert none["hidden"] == none["activations"] == ()
    assert remove_layer(none) == none


def test_layers_keep_1_to_8_neurons():
    assert resize_layer(SHAPE, 0, +1)["hidden"] == (5, 2)
    assert resize_layer(SHAPE, 1, -1)["hidden"] == (4, 1)
    assert resize_layer(SHAPE, 1, -5)["hidden"] == (4, 1)
    assert resize_layer(SHAPE, 0, +9)["hidden"] == (8, 2)
    assert resize_layer(SHAPE, 7, +1) == SHAPE
