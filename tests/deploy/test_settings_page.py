"""docs/settings.md names every environment variable that anything reads, and no other."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r"""(?:environ(?:ment|\.get)?[(\[]|env(?:\.\w+)?\()\s*["']([A-Z][A-Z_]+)["']""")
# Python's, Django's and the machine's own words; nobody sets them for this site.
FOREIGN = {"PATH", "PYTHONPATH", "TMPDIR", "DJANGO_SETTINGS_MODULE", "PYTHONUNBUFFERED", "CI"}
# What a WSGI application finds in its own "environ".
FOREIGN |= {"CONTENT_LENGTH", "PATH_INFO", "QUERY_STRING", "REQUEST_METHOD"}


def variables_read() -> set[str]:
    found: set[str] = set()
    for folder in ("config", "shop", "chat", "deploy", "tests"):
        for path in (ROOT / folder).rglob("*.py"):
            # The laboratory's tests set variables for programs of their own.
            if "tests/deploy/lab" not in path.as_posix():
                found |= set(READ.findall(path.read_text(encoding="utf-8")))
    for path in (ROOT / "deploy" / "topologies").glob("*.toml"):
        found |= set(re.findall(r"^([A-Z][A-Z_]+) = ", path.read_text(encoding="utf-8"), re.MULTILINE))
    for path in (ROOT / "deploy" / "servers").glob("*.*"):
        said = re.sub(r"^[#;].*", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        found |= set(re.findall(r"(?:\$\{|if-env = )([A-Z][A-Z_]+)", said))
    for path in (ROOT / "deploy" / "docker" / "compose").glob("*.yml"):
        found |= set(re.findall(r"\$\{([A-Z_]+)", path.read_text(encoding="utf-8")))
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    found |= set(re.findall(r"\$\{([A-Z_]+)", text))
    for service in yaml.safe_load(text)["services"].values():
        found |= set(service.get("environment") or {})
    return found - FOREIGN


def variables_described() -> set[str]:
    return set(re.findall(r"`([A-Z][A-Z_]{3,})`", (ROOT / "docs/settings.md").read_text(encoding="utf-8")))


def test_every_variable_is_described() -> None:
    assert variables_read() - variables_described() == set()


def test_nothing_is_described_that_nobody_reads() -> None:
    values = {"DEBUG", "INFO", "WARNING", "ERROR"}
    assert variables_described() - variables_read() - values == {"FORWARDED_ALLOW_IPS"} - variables_read()
