"""Small files to load."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

AREAS = "name,parent,level\n东省,,province\n甲市,东省,city\n乙区,甲市,district\n丙镇,乙区,street\n"


def a_file(tmp_path: Path, text: str, name: str = "file.csv", encoding: str = "utf-8") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def the_refusal(*command: object) -> str:
    """What a command says when it refuses."""
    with pytest.raises(CommandError) as refused:
        call_command(*(str(part) for part in command))
    return str(refused.value)
