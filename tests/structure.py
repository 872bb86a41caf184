"""The imports between modules: `python -m tests.structure` counts rooms, levels and arrows.

A room is a folder or, at the top of core/ and pages/, a file. An import under `if TYPE_CHECKING:` names a type and runs
nothing, so it draws no arrow.
"""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILES = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py")), *sorted((ROOT / "core").rglob("*.py"))]


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


def _running(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        yield node
        yield from _running(node)


if __name__ == "__main__":
    rooms = between_rooms(imports())
    heights = levels(rooms)
    for height in range(max(heights.values()), 0, -1):
        print(f"{height:3}  {', '.join(sorted(name for name, level in heights.items() if level == height))}")
    print(f"{len(rooms)} rooms, {max(heights.values())} levels, {sum(map(len, rooms.values()))} arrows")
