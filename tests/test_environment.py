"""Configuration: what stops a start, and with which words."""

import subprocess
import sys

import pytest

from backend import env

PRODUCTION = {
    "APP_ENV": "production",
    "DATABASE_URL": "postgres://jiesu@127.0.0.1/jiesu",
    "SECRET_KEY": "x" * 60,
    "FIELD_KEYS": "k",
    "BLIND_INDEX_KEY": "b",
    "MODEL_KEY": "m",
    "ALLOWED_HOSTS": "example.org",
    "SITE_URL": "https://example.org",
}


def start_with(variables: dict[str, str]) -> subprocess.CompletedProcess:
    clean = {name: None for name in [*PRODUCTION, "DEBUG", "REDIS_URL", "BROKER_URL"]}
    child = env.for_child(**(clean | variables))
    return subprocess.run(
        [sys.executable, "-c", "import backend.settings as s; print(s.DEBUG, s.EMBEDDED_DATABASE)"],
        env=child,
        cwd=env.BASE_DIR,
        capture_output=True,
        text=True,
    )


def test_a_complete_production_environment_starts_without_debug_even_when_asked_for():
    started = start_with(PRODUCTION | {"DEBUG": "1"})
    assert started.stdout.strip() == "False False"


@pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "APP_ENV"])
def test_a_missing_production_value_stops_the_start_by_name(name):
    started = start_with({key: value for key, value in PRODUCTION.items() if key != name})
    assert started.returncode != 0
    assert f"The environment variable {name} must be set in production" in started.stderr


def test_an_unknown_mode_is_refused_with_the_known_ones(monkeypatch):
    monkeypatch.setenv("APP_ENV", "prod")
    with pytest.raises(env.BadVariable, match="development, test, production"):
        env.mode()


def test_another_database_engine_is_refused():
    with pytest.raises(env.BadVariable, match="no other engine"):
        env.parse_database_url("mysql://root@localhost/x")


def test_a_database_url_with_escapes_and_a_socket_folder_is_understood():
    parsed = env.parse_database_url("postgres://an%40na:p%3Aw@/jie?host=%2Fvar%2Frun&sslmode=require")
    assert (parsed["USER"], parsed["PASSWORD"], parsed["NAME"], parsed["HOST"], parsed["OPTIONS"]) == (
        "an@na",
        "p:w",
        "jie",
        "/var/run",
        {"sslmode": "require"},
    )


def test_a_kept_secret_is_made_once_and_readable_by_its_owner_only(tmp_path, monkeypatch):
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    first, second = env.kept_secret("key"), env.kept_secret("key")
    assert first == second
    assert [(file.name, file.stat().st_mode & 0o777) for file in (tmp_path / "secrets").iterdir()] == [("key", 0o600)]
