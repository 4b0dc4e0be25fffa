"""The secrets of the compose set-up: made once, and kept."""

from pathlib import Path

from deploy.secrets import NAMES, make_secrets


def test_secrets_are_made_once_and_kept(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    made = {name: (tmp_path / "secrets" / name).read_text() for name in NAMES}
    assert len(set(made.values())) == len(NAMES)
    assert all(len(secret.strip()) >= 50 for secret in made.values())
    make_secrets(tmp_path)
    assert {name: (tmp_path / "secrets" / name).read_text() for name in NAMES} == made


def test_only_the_databases_word_is_read_by_another_user(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    modes = {name: (tmp_path / "secrets" / name).stat().st_mode & 0o777 for name in NAMES}
    assert modes == {"secret_key": 0o600, "database_password": 0o444}
