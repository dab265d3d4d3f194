"""The one-command runner, without the minute that a whole start takes (tests/browser has that)."""

import socket

import pytest

from backend import run


def test_a_taken_port_is_passed_over_for_the_next_free_one():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port < run.free_port("127.0.0.1", port) < port + run.PORTS_TO_TRY


def test_no_free_port_is_refused_with_a_sentence():
    with pytest.raises(run.NoFreePort, match="PORT="):
        run.free_port("192.0.2.1", 8000)  # an address that no machine has


def test_static_files_are_collected_once_per_build(settings, tmp_path):
    settings.VAR_DIR, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
    run.collect_static_files()
    marker = tmp_path / "static" / "marker"
    marker.touch()

    run.collect_static_files()
    assert marker.exists(), "the second start must not collect again"

    (tmp_path / "static.stamp").write_text("an older build")
    run.collect_static_files()
    assert not marker.exists()
