"""The browser that pages are opened in: which one, and with what flags."""

import shutil
import subprocess

from backend import env

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str | None:
    """Return a browser that really answers (Ubuntu's chromium-browser is a stub), CHROMIUM first."""
    for name in filter(None, (env.text("CHROMIUM", ""), *BROWSERS)):
        found = shutil.which(name)
        if found and subprocess.run([found, "--version"], capture_output=True).returncode == 0:
            return found
    return None
