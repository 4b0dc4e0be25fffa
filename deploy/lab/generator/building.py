"""Compiles the load generator when it is first needed."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from deploy.errors import DeployError

SOURCES = Path(__file__).parent / "source"
ROOT = Path(__file__).parents[3]
FLAGS = ("-O2", "-std=gnu11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror")
COMPILE_SECONDS = 120


def generator_path(*, flags: Sequence[str] = FLAGS, folder: Path | None = None) -> Path:
    """The compiled program, in DATA_DIR/lab unless ``folder`` is given. Its name carries a hash of what it is made of,
    so that a changed source is compiled anew. Raises DeployError without a compiler or a folder to write to."""
    folder = folder or Path(os.environ.get("DATA_DIR") or ROOT / "var") / "lab"
    path = folder / f"generator-{_fingerprint(flags)}"
    if not path.exists():
        _compile(path, flags)
    return path


def _fingerprint(flags: Sequence[str]) -> str:
    made_of = hashlib.sha256(" ".join([*flags, platform.machine(), *platform.libc_ver()]).encode())
    for source in sorted(SOURCES.iterdir()):
        made_of.update(source.name.encode() + b"\0" + source.read_bytes())
    return made_of.hexdigest()[:16]


def _compile(path: Path, flags: Sequence[str]) -> None:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise DeployError(
            'the load generator needs a C compiler: "cc" is not installed (apt-get install build-essential)'
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Whoever compiles at the same time writes a file of their own, and the last one to be ready wins.
        handle, unfinished = tempfile.mkstemp(prefix="generator-", dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise DeployError(f"the load generator cannot be written to {path.parent}: {error.strerror}") from None
    sources = sorted(str(source) for source in SOURCES.glob("*.c"))
    try:
        done = subprocess.run(
            [compiler, *flags, "-o", unfinished, *sources, "-lm"],
            capture_output=True,
            text=True,
            timeout=COMPILE_SECONDS,
            check=False,
        )
        if done.returncode:
            raise DeployError(f"the load generator does not compile: {_first_error(done.stderr)}")
        Path(unfinished).chmod(0o755)
        Path(unfinished).replace(path)
    except subprocess.TimeoutExpired:
        raise DeployError(f"the load generator was not compiled within {COMPILE_SECONDS} s") from None
    finally:
        Path(unfinished).unlink(missing_ok=True)


def _first_error(output: str) -> str:
    lines = output.splitlines() or ["the compiler says nothing"]
    return next((line for line in lines if "error" in line), lines[-1])
