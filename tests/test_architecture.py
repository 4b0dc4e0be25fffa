"""Who may know whom: the rules of the design, held against every import."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("config", "shop", "chat", "deploy")

# The floors of the shop, from the ground up: nobody imports a floor above the own.
FLOORS: list[set[str]] = [
    {"money", "catalogue", "mail"},
    {"stock"},
    {"basket", "orders"},
    {"payments", "customers"},
    {"checkout"},
    {"exchange", "office"},
]


def imported_modules(path: Path) -> Iterator[str]:
    """Every dotted name that a file imports; ``from a import b`` counts as ``a.b``, for b may be a module."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide who knows whom"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules_below(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def breaches(folder: str, is_breach: Callable[[Path, str], bool]) -> list[str]:
    """The imports of the project's own modules, below ``folder``, of which ``is_breach(file, module)`` says yes."""
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules_below(folder)
        for name in imported_modules(path)
        if name.split(".")[0] in PACKAGES and is_breach(path.relative_to(ROOT), name)
    ]


def outside(*allowed: str) -> Callable[[Path, str], bool]:
    """Anything of the project but the named packages."""
    return lambda _path, name: not any(name == own or name.startswith(own + ".") for own in allowed)


def above_own_floor(path: Path, name: str) -> bool:
    own, theirs = floor_of(path.with_suffix("").parts), floor_of(tuple(name.split(".")))
    return own is not None and theirs is not None and theirs > own


def floor_of(parts: tuple[str, ...]) -> int | None:
    if len(parts) < 2 or parts[0] != "shop":
        return None
    return next((number for number, rooms in enumerate(FLOORS) if parts[1] in rooms), None)


def test_no_part_of_the_shop_knows_a_floor_above_its_own() -> None:
    assert breaches("shop", above_own_floor) == []


def test_every_room_of_the_shop_has_its_floor() -> None:
    rooms = {path.relative_to(ROOT / "shop").parts[0].removesuffix(".py") for path in modules_below("shop")}
    assert rooms - {"__init__"} <= set().union(*FLOORS)


def test_the_shop_knows_of_the_chat_only_how_to_publish() -> None:
    assert breaches("shop", outside("shop", "chat.live.publish")) == []


def test_the_streams_know_nothing_of_the_rest() -> None:
    assert breaches("chat/live", outside("chat.live")) == []


def test_the_chat_knows_nothing_of_the_shop() -> None:
    assert breaches("chat", outside("chat")) == []


def test_the_laboratory_imports_no_application() -> None:
    assert breaches("deploy/lab", outside("deploy")) == []


def test_the_comparison_knows_of_the_site_only_how_a_server_is_named() -> None:
    assert breaches("deploy/compare", outside("deploy", "config.served_by")) == []


def test_config_knows_only_addresses_and_routes() -> None:
    def is_more(_path: Path, name: str) -> bool:
        return not name.startswith("config.") and not {"urls", "routing"} & set(name.split("."))

    assert breaches("config", is_more) == []


def test_nothing_imports_the_deployment() -> None:
    for folder in ("config", "shop", "chat"):
        assert breaches(folder, lambda _path, name: name.split(".")[0] == "deploy") == []


def test_one_file_alone_names_the_channel_layer() -> None:
    naming = [
        str(path.relative_to(ROOT))
        for path in modules_below("chat") + modules_below("shop")
        if any(name.startswith("channels.layers") for name in imported_modules(path))
    ]
    assert naming == ["chat/live/doorbell.py"]
