"""The direction of the arrows: what may import what, and what the pure rooms must not know."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "daemon"
PURE = ("mail", "desk")
FORBIDDEN_IN_PURE = frozenset(
    {"socket", "time", "random", "secrets", "os", "logging", "peewee", "threading", "subprocess", "asyncio", "tempfile"}
)
ALLOWED = {
    "mail": {"mail"},
    "desk": {"desk", "mail"},
    "wire": {"wire", "desk", "mail"},
    "store": {"store", "desk", "mail"},
}


def modules(room: str) -> list[Path]:
    return sorted((PACKAGE / room).rglob("*.py"))


def imports(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_a_room_imports_only_rooms_below_it(room: str) -> None:
    for file in modules(room):
        for name in imports(file):
            parts = name.split(".")
            if parts[0] == "daemon":
                assert parts[1] in ALLOWED[room], f"{file.name} imports {name}"


@pytest.mark.parametrize("room", PURE)
def test_a_pure_room_knows_no_socket_clock_chance_environment_log_or_database(room: str) -> None:
    for file in modules(room):
        known = {name.split(".")[0] for name in imports(file)}
        assert not known & FORBIDDEN_IN_PURE, f"{file.name} imports {known & FORBIDDEN_IN_PURE}"


@pytest.mark.parametrize("room", PURE)
def test_a_pure_room_opens_no_file_and_asks_no_clock(room: str) -> None:
    for file in modules(room):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"open", "print"}, f"{file.name}:{node.lineno}"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert node.func.attr not in {"now", "utcnow", "read_text", "read_bytes"}, f"{file.name}:{node.lineno}"


def test_python_daemon_is_no_dependency_for_it_has_our_import_name() -> None:
    assert "python-daemon" not in (PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8")
