"""Keep trained models on disk and get them back: signed, checked, written whole or not at all."""

import hashlib
import hmac
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from nlp.core.artefact import FORMAT
from nlp.models import TrainedModel

_MAGIC = b"jiesu-model\n"
_SIGNATURE_LENGTH = 64


class ModelRefused(Exception):
    """模型文件不可用。"""

    def __init__(self, name: str = "") -> None:
        super().__init__(f"{self.__doc__}({name})" if name else self.__doc__)


class ModelMissing(ModelRefused):
    """模型文件不存在，请重新训练或从备份恢复。"""


class ModelAltered(ModelRefused):
    """模型文件与登记的校验和或签名不符，可能被改动过，已拒绝加载。"""


class FormatUnknown(ModelRefused):
    """模型文件的格式版本与当前程序不符，请重新训练。"""


@transaction.atomic
def keep(
    kind: str, payload: bytes, *, scores: Mapping[str, Any], trained_on: Mapping[str, Any], now: datetime
) -> TrainedModel:
    """Write a model and register it under the next version of its kind; it does not answer before `activate`."""
    last = TrainedModel.objects.filter(kind=kind).aggregate(last=Max("version"))["last"] or 0
    version = last + 1
    name = f"{kind}-{version}.model"
    content = _MAGIC + _signature(kind, version, payload).encode() + b"\n" + payload
    _write(_folder() / name, content)
    return TrainedModel.objects.create(
        kind=kind,
        version=version,
        file=name,
        checksum=hashlib.sha256(content).hexdigest(),
        format_version=FORMAT,
        scores=dict(scores),
        trained_on=dict(trained_on),
        created_at=now,
    )


def load(model: TrainedModel) -> bytes:
    """The model's bytes as they were kept. Raises ModelMissing, FormatUnknown or ModelAltered."""
    if model.format_version != FORMAT:
        raise FormatUnknown(model.file)
    path = _folder() / model.file
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ModelMissing(model.file) from None
    head, payload = content[: len(_MAGIC) + _SIGNATURE_LENGTH + 1], content[len(_MAGIC) + _SIGNATURE_LENGTH + 1 :]
    expected = _MAGIC + _signature(model.kind, model.version, payload).encode() + b"\n"
    same_file = hmac.compare_digest(hashlib.sha256(content).hexdigest(), model.checksum)
    if not (same_file and hmac.compare_digest(head, expected)):
        raise ModelAltered(model.file)
    return payload


@transaction.atomic
def activate(model: TrainedModel) -> None:
    """Let this model answer from now on, in place of the one of its kind that did."""
    TrainedModel.objects.select_for_update().filter(kind=model.kind, is_active=True).update(is_active=False)
    model.is_active = True
    model.save(update_fields=["is_active"])


def _signature(kind: str, version: int, payload: bytes) -> str:
    """Binds the bytes to their kind and version, so that files cannot be swapped for each other either."""
    key = hashlib.sha256(b"nlp.store:" + settings.MODEL_KEY.encode()).digest()
    signed = hmac.new(key, f"{kind}:{version}:{FORMAT}:".encode(), hashlib.sha256)
    signed.update(payload)
    return signed.hexdigest()


def _folder() -> Path:
    folder = Path(settings.MODEL_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _write(path: Path, content: bytes) -> None:
    """Under another name first: a crash leaves a .part file, never half a model."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
