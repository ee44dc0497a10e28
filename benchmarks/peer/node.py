"""Whether the contestants that run on Node.js can be asked, and the packages they need."""

import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
OLDEST = 20  # Node.js


def missing() -> str | None:
    """What keeps them from running here, if anything does."""
    if not (shutil.which("node") and shutil.which("npm")):
        return f"Node.js {OLDEST} or newer with npm"
    said = subprocess.run(["node", "--version"], capture_output=True, encoding="utf-8").stdout
    if int(said.removeprefix("v").partition(".")[0]) < OLDEST:
        return f"Node.js {OLDEST} or newer (this is {said.strip()})"
    return None


def installed() -> None:
    """The packages that the lock names, and no others; CalledProcessError if they cannot be had."""
    lock, stamp = HERE / "package-lock.json", HERE / "node_modules" / ".installed"
    if not stamp.exists() or stamp.read_bytes() != lock.read_bytes():
        words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(words, cwd=HERE, check=True)
        shutil.copyfile(lock, stamp)
