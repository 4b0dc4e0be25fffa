"""The secrets of the compose set-up: made once, kept in a volume that only its services see."""

from pathlib import Path

from config.secret import read_or_create_secret
from deploy.errors import DeployError

NAMES = ("secret_key", "database_password")


def make_secrets(data: Path) -> None:
    for name in NAMES:
        path = data / "secrets" / name
        try:
            existed = path.exists()
            read_or_create_secret(path)
            if name == "database_password":
                # PostgreSQL reads it as a user of its own, in the other container that sees this volume.
                path.chmod(0o444)
        except OSError as error:
            raise DeployError(f"cannot write {path}: {error.strerror}") from error
        print(f"secrets | {name}: {'kept' if existed else 'made'}", flush=True)
