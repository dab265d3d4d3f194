"""A model as a file of its own, outside the database: checked when read, written whole or not at all."""

import hashlib
import os
from pathlib import Path

_MAGIC = b"jiesu-text-model\n"
_DIGEST = 64


class NotAModel(ValueError):
    """这不是本系统训练的模型文件。"""


class Damaged(ValueError):
    """模型文件的校验和不符,可能已损坏或被改动,拒绝使用。"""


def write(path: Path, payload: bytes) -> None:
    """Under another name first: a crash leaves a .part file, never half a model."""
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(_MAGIC + hashlib.sha256(payload).hexdigest().encode() + b"\n" + payload)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def read(path: Path) -> bytes:
    """The model's bytes. Raises NotAModel or Damaged."""
    content = path.read_bytes()
    start = len(_MAGIC) + _DIGEST + 1
    if not content.startswith(_MAGIC) or len(content) < start:
        raise NotAModel
    if hashlib.sha256(content[start:]).hexdigest().encode() != content[len(_MAGIC) : start - 1]:
        raise Damaged
    return content[start:]
