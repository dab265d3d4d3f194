"""The model that the project ships, without a database: trained from the authored corpus at first use, then kept."""

import hashlib
import logging
import re
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from nlp import training
from nlp.core import artefact, category, corpus, modelfile
from nlp.core.category import CategoryModel
from nlp.core.labels import rows
from nlp.core.unit_kind import Duty

_LIMITS = ("area", "season", "hours", "tags")

log = logging.getLogger(__name__)


def category_model(*, say: Callable[[str], object] = log.info) -> CategoryModel:
    """The category model of today's corpus; another corpus or format is another file."""
    path = Path(settings.VAR_DIR) / "text" / f"shipped-{_stamp()}.model"
    try:
        return artefact.category_from_bytes(modelfile.read(path))
    except FileNotFoundError:
        say("首次使用：正在用随项目提供的语料训练模型（约一分钟）……")
    except (modelfile.NotAModel, modelfile.Damaged):
        say("保存的模型文件已损坏，重新训练……")
    model, _ = category.fit(corpus.seed_samples(), corpus.leaves(), seed=training.SEED)
    path.parent.mkdir(parents=True, exist_ok=True)
    modelfile.write(path, artefact.category_to_bytes(model))
    return model


def duties() -> dict[str, Duty]:
    """Leaf code → kinds of units, from the shipped catalogue's rows that hold everywhere and always."""
    path = Path(settings.BASE_DIR) / "routing" / "data" / "catalogue.csv"
    return {
        row["category"]: Duty(row["main_kind"], tuple(filter(None, re.split("[;, ]+", row["assisting_kinds"]))))
        for row in rows(path, needed=("category", "main_kind", "assisting_kinds"))
        if not any(row[name] for name in _LIMITS)
    }


def _stamp() -> str:
    """Changes with any text of the corpus and with the format."""
    digest = hashlib.sha256(str(artefact.FORMAT).encode())
    for path in [*sorted(corpus.SEED.glob("*.txt")), *sorted(corpus.LEAVES.parent.glob("*.txt"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
