"""The imports between modules: `python -m tests.structure` counts rooms, levels and arrows.

`python -m tests.structure --mermaid` draws them into docs/architecture.md; a test compares.

A room is a folder or, at the top of core/ and pages/, a file. An import under `if TYPE_CHECKING:` names a type and runs
nothing, so it draws no arrow.
"""

import ast
import re
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILES = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py")), *sorted((ROOT / "core").rglob("*.py"))]

ARCHITECTURE = ROOT / "docs" / "architecture.md"
DIAGRAM = re.compile(r"```mermaid\n.*?```\n", re.DOTALL)
# The trainer stands in plain sight; all else in core/ has a room.
TRAINER = {
    *("activations", "losses", "optimizers", "schedules", "regularization", "augmentation", "features", "models"),
    *("seeding", "training", "inference", "scheduler", "__init__"),
}
# What the diagram says of a group of rooms, from the top down; a room belongs to the longest name that it begins with.
# "core" is the trainer with its blocks and settings: they need each other, as a network may be made of blocks, and a
# block may be an activation. Its scheduler is apart: what computes in the background takes its turn there.
GROUPS = {
    "app": "opens the page that was asked for",
    "pages": "one file a lesson: words, controls, order",
    "pages.parts": "the larger parts of a page",
    "pages.ui": "what pages share",
    "core.lessons": "what one lesson computes, says and draws",
    "core.playground": "the 2-D playground",
    "core.experiments": "search, seeds, learning rate, landscape",
    "core.export": "weights, ONNX, curves, report",
    "core.codegen": "a run as a script and a notebook",
    "core.runs": "trainings in the background",
    "core.interpret": "looking inside a trained network",
    "core.pretrained": "networks that come with the app",
    "core": "the trainer: registries, networks, settings, train()",
    "core.datasets": "what there is to learn from",
    "core.scheduler": "one lock for all that computes, background jobs",
    "core.digits": "pen strokes → a 28×28 image",
    "core.plots": "numbers → drawings",
    "core.text": "languages and numbers",
}


def module_name(file: Path) -> str:
    """Return the dotted name that imports a file."""
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imported(source: str, package: str) -> set[str]:
    """Return the dotted names that a module of this package imports when it runs, relative ones made absolute."""
    names = set()
    for node in _running(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*parents, *([node.module] if node.module else [])])
            names |= {f"{base}.{alias.name}" for alias in node.names}
    return names


def imports() -> dict[str, set[str]]:
    """Return module -> the modules of this project that it imports."""
    known = {module_name(file) for file in FILES}
    graph = {}
    for file in FILES:
        package = ".".join(file.relative_to(ROOT).parent.parts)
        names = imported(file.read_text(encoding="utf-8"), package)
        modules = {name if name in known else name.rpartition(".")[0] for name in names}
        graph[module_name(file)] = (modules & known) - {module_name(file)}
    return graph


def room(module: str) -> str:
    """Return the room in which a module stands."""
    parts = module.split(".")
    if parts[:2] in (["core", "lessons"], ["pages", "parts"]):
        return ".".join(parts[:3])
    return ".".join(parts[:2]) if parts[0] == "core" or parts[:2] == ["pages", "ui"] else parts[0]


def between_rooms(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return room -> the rooms that it imports from."""
    rooms: dict[str, set[str]] = {}
    for module, others in graph.items():
        rooms.setdefault(room(module), set()).update({room(other) for other in others} - {room(module)})
    return {name: {other for other in others if other in rooms} for name, others in rooms.items()}


def levels(graph: dict[str, set[str]]) -> dict[str, int]:
    """Return on which level each node stands: 1 where it imports nothing. Raises graphlib.CycleError for a circle."""
    found: dict[str, int] = {}
    for name in TopologicalSorter(graph).static_order():
        found[name] = 1 + max((found[other] for other in graph[name]), default=0)
    return found


def diagram() -> str:
    """Return the groups of rooms and their imports as a Mermaid block.

    An arrow is left out where others lead to the same group: core.runs needs core.text too, but by way of the trainer.
    """
    graph: dict[str, set[str]] = {name: set() for name in GROUPS}
    for name, others in between_rooms(imports()).items():
        graph[_group(name)] |= {_group(other) for other in others} - {_group(name)}
    heights = levels(graph)
    lines = [f'    {_identifier(name)}["<b>{_label(name)}</b><br>{words}"]' for name, words in GROUPS.items()]
    for name in GROUPS:
        direct = {other for other in graph[name] if not any(other in _below(graph, near) for near in graph[name])}
        for other in sorted(direct, key=lambda group: (-heights[group], group)):
            lines.append(f"    {_identifier(name)} --> {_identifier(other)}")
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```", ""])


def _group(name: str) -> str:
    if name in {"core", "core.blocks", "core.config", *(f"core.{file}" for file in TRAINER)} - {"core.scheduler"}:
        return "core"
    if name.startswith("core."):
        return next(group for group in GROUPS if group != "core" and f"{name}.".startswith(f"{group}."))
    return max((group for group in GROUPS if f"{name}.".startswith(f"{group}.")), key=len)


def _label(group: str) -> str:
    if group == "core":
        return "core/*.py, core/blocks/, core/config/"
    path = group.replace(".", "/")
    return f"{path}.py" if (ROOT / f"{path}.py").is_file() else f"{path}/"


def _identifier(group: str) -> str:
    return group.replace(".", "_")


def _below(graph: dict[str, set[str]], name: str) -> set[str]:
    return set().union(*({other} | _below(graph, other) for other in graph[name]))


def _running(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        yield node
        yield from _running(node)


if __name__ == "__main__":
    if "--mermaid" in sys.argv:
        text = ARCHITECTURE.read_text(encoding="utf-8")
        ARCHITECTURE.write_text(DIAGRAM.sub(diagram(), text, count=1), encoding="utf-8")
        sys.exit()
    rooms = between_rooms(imports())
    heights = levels(rooms)
    for height in range(max(heights.values()), 0, -1):
        print(f"{height:3}  {', '.join(sorted(name for name, level in heights.items() if level == height))}")
    print(f"{len(rooms)} rooms, {max(heights.values())} levels, {sum(map(len, rooms.values()))} arrows")
