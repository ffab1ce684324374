"""The house's plan and its pinned packages."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLACED = {"DJANGO_SETTINGS_MODULE": "ofrecord.settings"}
# Every module of the product and every address, where only the packages that are named are there.
IMPORTED = """
import importlib, pkgutil, sys
from importlib.metadata import packages_distributions
missing = {
    name for name, of in packages_distributions().items()
    if not {each.lower().replace("_", "-") for each in of} & {"ofrecord", *sys.argv[1:]}
}
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in missing:
            raise ModuleNotFoundError(f"No module named {name!r}")
sys.meta_path.insert(0, Absent())
import django, ofrecord
from django.urls import get_resolver
django.setup()
for module in pkgutil.walk_packages(ofrecord.__path__, "ofrecord."):
    if "migrations" not in module.name and not module.name.endswith("__main__"):
        importlib.import_module(module.name)
waiting = [get_resolver()]
while waiting:
    waiting += getattr(waiting.pop(), "url_patterns", [])
"""
PINS = sorted((ROOT / "requirements").glob("*.txt"))


def judged(checkout: Path) -> "subprocess.CompletedProcess[str]":
    """What the import contract says of this copy."""
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-logo", "--no-cache"],
        cwd=checkout,
        env={"PYTHONPATH": str(checkout / "src"), "PATH": ""},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copytree(
        ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "static")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_a_module_that_is_not_on_the_plan_fails_the_contract(checkout: Path) -> None:
    (checkout / "src" / "ofrecord" / "helpers.py").write_text('"""Not on the plan."""\n')
    done = judged(checkout)
    assert done.returncode == 1
    assert "ofrecord.helpers" in done.stdout


def test_an_import_that_goes_upward_fails_the_contract(checkout: Path) -> None:
    (checkout / "src" / "ofrecord" / "journal" / "upward.py").write_text(
        "from ofrecord.changes import models\n"
    )
    done = judged(checkout)
    assert done.returncode == 1
    assert "ofrecord.journal is not allowed to import ofrecord.changes" in done.stdout


def test_doors_do_not_know_each_other(checkout: Path) -> None:
    (checkout / "src" / "ofrecord" / "cli" / "neighbour.py").write_text(
        "from ofrecord.portal import urls\n"
    )
    (checkout / "src" / "ofrecord" / "portal").mkdir(exist_ok=True)
    (checkout / "src" / "ofrecord" / "portal" / "__init__.py").touch()
    (checkout / "src" / "ofrecord" / "portal" / "urls.py").touch()
    done = judged(checkout)
    assert done.returncode == 1
    assert "ofrecord.cli is not allowed to import ofrecord.portal" in done.stdout


@pytest.mark.parametrize("pins", PINS, ids=lambda path: path.name)
def test_every_package_is_pinned_with_hashes_and_without_addresses(pins: Path) -> None:
    blocks = re.split(r"\n(?=\S)", pins.read_text().strip())
    for block in blocks:
        assert re.match(r"[a-z0-9._-]+==\S+", block), block
        assert "--hash=sha256:" in block, block
    assert not re.search(r"://|--(extra-)?index|--find-links", pins.read_text())


def test_every_package_we_ask_for_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    base = (ROOT / "requirements" / "base.txt").read_text()
    test = (ROOT / "requirements" / "test.txt").read_text()
    for wanted in project["project"]["dependencies"]:
        assert re.search(rf"^{name_of(wanted)}==", base, re.MULTILINE), wanted
    for wanted in project["dependency-groups"]["test"]:
        assert re.search(rf"^{name_of(wanted)}==", test, re.MULTILINE), wanted


def test_the_product_imports_nothing_that_only_the_tests_install(
    environment: dict[str, str],
) -> None:
    """Where the product is used, what the tests need besides is not there."""
    given = {"DATABASE_URL": "postgresql://user@nowhere/none", **PLACED}
    base = (ROOT / "requirements" / "base.txt").read_text()
    pinned = re.findall(r"^([a-z0-9._-]+)==", base, re.MULTILINE)
    words = [sys.executable, "-c", IMPORTED, *pinned]
    done = subprocess.run(words, env=environment | given, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def name_of(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return found.group().lower()
