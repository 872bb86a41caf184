"""What stands around the code: the files that name packages agree, and the documents name files that exist."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.structure import ROOT

CPU_INDEX = "--extra-index-url https://download.pytorch.org/whl/cpu"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DECLARED = {
    "requirements.txt": PROJECT["dependencies"],
    "requirements-dev.txt": PROJECT["optional-dependencies"]["dev"],
}
LOCKS = {"requirements.txt": "requirements.lock", "requirements-dev.txt": "requirements-dev.lock"}
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "docs/architecture.md")


def lines(name: str) -> list[str]:
    """Return what a file of requirements says, without comments."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def required(texts: list[str]) -> dict[str, Requirement]:
    """Return the requirements by the name of their package; options are none."""
    found = map(Requirement, (text for text in texts if not text.startswith("-")))
    return {canonicalize_name(requirement.name): requirement for requirement in found}


def pinned(requirement: Requirement) -> str | None:
    """Return the version that a requirement allows, or None where it allows several."""
    exact = [item.version for item in requirement.specifier if item.operator == "=="]
    return exact[0] if exact else None


@pytest.mark.parametrize("name", DECLARED)
def test_requirements_are_those_of_the_project(name):
    files, project = required(lines(name)), required(DECLARED[name])
    assert files.keys() == project.keys()
    for package, requirement in files.items():
        assert requirement.extras == project[package].extras
        version = pinned(requirement)
        allowed = project[package].specifier
        assert allowed.contains(version) if version else requirement.specifier == allowed, package


@pytest.mark.parametrize("name", LOCKS)
def test_locks_have_every_requirement_in_a_version_that_is_allowed(name):
    lock = required(lines(LOCKS[name]))
    for package, requirement in required(lines(name)).items():
        assert requirement.specifier.contains(pinned(lock[package])), f"{package}: make lock"


@pytest.mark.parametrize("name", LOCKS.values())
def test_locks_hold_exact_versions_and_no_addresses(name):
    for line in lines(name):
        assert re.fullmatch(r"[a-z0-9-]+==[a-z0-9.]+( ; [^@/]+)?", line), line
        assert not line.startswith(("cuda-", "nvidia-", "triton"))


def test_both_locks_agree():
    assert set(lines("requirements.lock")) <= set(lines("requirements-dev.lock"))


def test_torch_comes_from_the_cpu_index_and_nothing_else_is_named():
    assert CPU_INDEX in lines("requirements.txt")
    assert [line for line in lines("requirements.txt") if line.startswith("-")] == [CPU_INDEX]
    assert [line for line in lines("requirements-dev.txt") if line.startswith("-")] == ["-r requirements.txt"]


@contextmanager
def index(status: int | None):
    """A server on this machine that answers with a status, or never where it is None; gives its address."""
    if status is None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            yield f"http://127.0.0.1:{silent.getsockname()[1]}/cpu"
        return

    class Index(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status if self.path == "/cpu/torch/" else 500)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Index) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/cpu"
        server.shutdown()


@pytest.mark.parametrize(("status", "named"), [(200, True), (404, False), (None, False)])
def test_make_names_the_cpu_index_only_where_it_answers(tmp_path, status, named):
    (tmp_path / ".ci").mkdir()
    script = shutil.copy(ROOT / ".ci" / "cpu_index.py", tmp_path / ".ci")
    with index(status) as address:
        option = f"--extra-index-url {address}"
        (tmp_path / "requirements.txt").write_text(f"# torch\n{option}\ntorch==2.13.0\n", encoding="utf-8")
        direct = {**os.environ, "no_proxy": "127.0.0.1"}
        process = subprocess.run([sys.executable, script], env=direct, capture_output=True, text=True, timeout=30)
    assert (process.returncode, process.stdout.strip(), process.stderr) == (0, option if named else "", "")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_name_files_that_exist(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    links = [Path(name).parent / link for link in re.findall(r"\]\(([^)#:]+)\)", text)]
    paths = re.findall(r"`((?:app\.py|(?:core|pages|tests|docs)/)[\w./-]*)`", text)
    named = [path for path in paths if "P" not in path]  # where P stands for any page
    assert named != []
    assert [str(path) for path in [*links, *named] if not (ROOT / path).exists()] == []
