import torch

from core.lessons.home.scene import PLANE, REACH, plane, scene
from core.lessons.home.training_loop import BATCH, POINTS, ROUNDS, journey, tiny_network

PARAMETERS = 3 * 2 + 3 + 3 + 1


def test_a_scene_has_every_number_of_every_round():
    trip = journey(0)
    made = scene(trip, 0)
    shapes = {name: list(value.shape) for name, value in made.items() if isinstance(value, torch.Tensor)}
    assert shapes == {
        "points": [POINTS, 2],
        "classes": [POINTS],
        "chosen": [ROUNDS, BATCH],
        "hidden": [ROUNDS, BATCH, 3],
        "outputs": [ROUNDS, BATCH],
        "loss": [ROUNDS],
        "right": [ROUNDS],
        "weights": [ROUNDS + 1, PARAMETERS],
        "gradients": [ROUNDS, PARAMETERS],
        "planes": [ROUNDS + 1, PLANE[1], PLANE[0]],
        "steepest": [ROUNDS],
    }
    for number, shown in enumerate(trip.rounds):
        assert made["outputs"][number].equal(shown.outputs.flatten())
        assert made["loss"][number].item() == torch.tensor(shown.loss).item()
        assert made["weights"][number][: 3 * 2].equal(shown.weights["0.weight"].flatten())
        name, row, column = shown.steepest
        assert made["gradients"][number][made["steepest"][number]] == shown.gradients[name][row, column]
    moved = made["weights"][:-1] - made["rate"] * made["gradients"]
    torch.testing.assert_close(made["weights"][1:], moved)


def test_the_plane_is_what_the_network_says_of_its_corners_and_the_up_is_up():
    weights = journey(0).rounds[-1].moved
    network = tiny_network()
    network.load_state_dict(weights)
    made = plane(weights)
    x, y = REACH
    with torch.no_grad():
        corners = 255 * network(torch.tensor([[-x, y], [x, y], [-x, -y], [x, -y]])).flatten()
    found = torch.stack([made[0, 0], made[0, -1], made[-1, 0], made[-1, -1]]).float()
    torch.testing.assert_close(found, corners, atol=0.51, rtol=0)
