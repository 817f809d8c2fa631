"""The simulator knows nothing of the code it tests."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import hotline.simulator

FILES = sorted(Path(hotline.simulator.__file__).parent.glob("**/*.py"))
DRAWS = {"drawing.py", "screen.py", "terminal.py"}


def imports(path: Path) -> set[str]:
    """The modules a file imports, in full."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name} has a relative import"
            found.add(node.module or "")
    return found


def test_it_imports_nothing_else_of_ours_and_no_library_but_to_draw() -> None:
    assert len(FILES) > 15
    for path in FILES:
        for name in imports(path):
            top = name.partition(".")[0]
            allowed = name.startswith("hotline.simulator") if top == "hotline" else top in sys.stdlib_module_names
            assert allowed or (top == "rich" and path.name in DRAWS), f"{path.name} imports {name}"


def test_calls_can_be_simulated_without_anything_that_draws() -> None:
    for path in FILES:
        if path.name not in DRAWS:
            assert not imports(path) & {f"hotline.simulator.{name[:-3]}" for name in DRAWS}, path.name


def test_the_example_with_several_phones_runs_too() -> None:
    readme = Path(hotline.simulator.__file__).with_name("README.md").read_text("utf-8")
    (example,) = (block for block in re.findall(r"```python\n(.*?)```", readme, re.DOTALL) if "<Queue>" in block)
    done = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_example_of_its_readme_runs_in_a_process_that_has_nothing_else_of_ours() -> None:
    readme = Path(hotline.simulator.__file__).with_name("README.md").read_text("utf-8")
    example = re.search(r"```python\n(.*?)```", readme, re.DOTALL)
    assert example
    assert len(example[1].splitlines()) <= 22
    loaded = "\nimport sys; print(*(name for name in sys.modules if name.startswith('hotline.')))"
    done = subprocess.run([sys.executable, "-c", example[1] + loaded], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert all(name.startswith("hotline.simulator") for name in done.stdout.split())
