"""The one reader of the process environment: what may be configured from outside passes through here.

In production a value without a default must be given: the start is refused with the name of the missing variable.
"""

import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent
MODES = ("development", "test", "production")
YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


class BadEnvironment(Exception):
    """The environment does not allow a start."""


class MissingVariable(BadEnvironment):
    def __init__(self, name: str):
        super().__init__(f"The environment variable {name} must be set in production (see docs/operations.md).")


class BadVariable(BadEnvironment):
    def __init__(self, name: str, value: str, wanted: str):
        super().__init__(f"The environment variable {name} is {value!r}, but must be {wanted}.")


def is_set(name: str) -> bool:
    return bool(os.environ.get(name))


def mode() -> str:
    """development, test or production. pytest cannot set a variable before Django is configured, hence the look."""
    value = os.environ.get("APP_ENV") or ("test" if "pytest" in sys.modules else "development")
    if value not in MODES:
        raise BadVariable("APP_ENV", value, "one of " + ", ".join(MODES))
    return value


def is_production() -> bool:
    return mode() == "production"


def text(name: str, default: str | None = None, *, outside_production: Callable[[], str] | None = None) -> str:
    """Return the variable or its default; `outside_production` makes a value where none need be configured.

    Raises MissingVariable when nothing is left to return.
    """
    if is_set(name):
        return os.environ[name]
    if default is not None:
        return default
    if outside_production is not None and not is_production():
        return outside_production()
    raise MissingVariable(name)


def flag(name: str, default: bool) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() not in YES | NO:
        raise BadVariable(name, value, "1 or 0")
    return value.lower() in YES


def number(name: str, default: int) -> int:
    value = os.environ.get(name) or str(default)
    try:
        return int(value)
    except ValueError:
        raise BadVariable(name, value, "a whole number") from None


def words(name: str, default: str | None = None, *, outside_production: Callable[[], str] | None = None) -> list[str]:
    """Return a comma-separated variable as a list without blanks."""
    value = text(name, default, outside_production=outside_production)
    return [word.strip() for word in value.split(",") if word.strip()]


def path(name: str, default: Path) -> Path:
    return Path(os.environ.get(name) or default).resolve()


def var_dir() -> Path:
    """Return the folder of all that the running system writes."""
    return path("VAR_DIR", BASE_DIR / "var")


def wants_embedded_database() -> bool:
    """A production system never falls back to the embedded server: a forgotten DATABASE_URL must stop the start."""
    return not is_set("DATABASE_URL") and not is_production()


def override(name: str, value: str) -> None:
    os.environ[name] = value


def use_default(name: str, value: str) -> None:
    os.environ.setdefault(name, value)


def for_child(**changes: str | None) -> dict[str, str]:
    """Return the environment for a child process; a change of None removes the variable."""
    merged = {**os.environ, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def kept_secret(name: str, make: Callable[[], str] = lambda: secrets.token_urlsafe(48)) -> str:
    """Return a secret of this machine from var/secrets, made on first use (never used in production).

    The file appears whole or not at all: two processes starting together read the same secret.
    """
    file = var_dir() / "secrets" / name
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = file.with_name(f"{name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(make())
        try:
            os.link(draft, file)
        except FileExistsError:
            pass  # another process was first: its secret counts
        finally:
            draft.unlink()
    return file.read_text().strip()


def parse_database_url(url: str) -> dict[str, object]:
    """Translate postgres://user:password@host:port/name?option=value into Django's settings."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise BadVariable("DATABASE_URL", parts.scheme, "a postgres:// address; no other engine is supported")
    options: dict[str, object] = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }
