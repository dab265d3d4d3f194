"""Models as bytes and back: arrays and plain JSON, never code, so that loading one cannot run anything."""

import io
import json
from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

import numpy as np

from nlp.core.category import CategoryModel
from nlp.core.features import Block, Features
from nlp.core.linear import Curve, LinearText
from nlp.core.topic import TopicModel
from nlp.core.trust import Trust
from nlp.core.unit_kind import UnitModel

# 1: three TF-IDF blocks, one weight matrix, temperature, curves. 2: four blocks, with or without function words.
FORMAT = 2


class UnknownFormat(ValueError):
    """模型文件的格式版本与当前程序不符,请重新训练。"""


def category_to_bytes(model: CategoryModel) -> bytes:
    return _to_bytes(
        model.linear,
        {
            "leaf_curve": astuple(model.leaf_curve),
            "branch_curve": astuple(model.branch_curve),
            "sure_from": model.sure_from,
            "answer_from": dict(model.answer_from),
        },
    )


def category_from_bytes(stored: bytes) -> CategoryModel:
    linear, more = _from_bytes(stored)
    return CategoryModel(
        linear, Curve(*more["leaf_curve"]), Curve(*more["branch_curve"]), float(more["sure_from"]), more["answer_from"]
    )


def linear_to_bytes(model: LinearText) -> bytes:
    return _to_bytes(model, {})


def linear_from_bytes(stored: bytes) -> LinearText:
    return _from_bytes(stored)[0]


def topic_to_bytes(model: TopicModel) -> bytes:
    return _to_bytes(model.linear, _trusted(model))


def topic_from_bytes(stored: bytes) -> TopicModel:
    """Raises UnknownFormat when it is a model of something else, or older than `Trust`."""
    linear, more = _from_bytes(stored)
    if "trust" not in more:
        raise UnknownFormat
    return TopicModel(linear, Trust(*map(tuple, more["trust"])), float(more["answer_from"]))


def _trusted(model: TopicModel) -> dict[str, Any]:
    return {"trust": astuple(model.trust), "answer_from": model.answer_from}


def unit_to_bytes(model: UnitModel) -> bytes:
    more = _trusted(model.words)
    known = {"leaves": model.leaves, "kinds": model.kinds, "areas": model.areas}
    return _to_bytes(model.words.linear, more | {"unit": known}, beside=model.beside)


def unit_from_bytes(stored: bytes) -> UnitModel:
    """Raises UnknownFormat when it is a model of something else."""
    known = _from_bytes(stored)[1].get("unit")
    if known is None:
        raise UnknownFormat
    with np.load(io.BytesIO(stored), allow_pickle=False) as arrays:
        beside = arrays["beside"]
    return UnitModel(
        topic_from_bytes(stored), beside, tuple(known["leaves"]), tuple(known["kinds"]), tuple(known["areas"])
    )


def is_unit(stored: bytes) -> bool:
    return "unit" in _from_bytes(stored)[1]


def _to_bytes(model: LinearText, more: Mapping[str, Any], **arrays: Any) -> bytes:
    head = {
        "format": FORMAT,
        "labels": model.labels,
        "temperature": model.temperature,
        "content_only": model.features.content_only,
        "blocks": [{"weight": block.weight, "terms": list(block.vocabulary)} for block in model.features.blocks],
        "more": dict(more),
    }
    written = io.BytesIO()
    np.savez(
        written,
        head=np.frombuffer(json.dumps(head, ensure_ascii=False).encode(), dtype=np.uint8),
        weights=model.weights,
        offsets=model.offsets,
        idf=np.concatenate([block.idf for block in model.features.blocks]),
        **arrays,
    )
    return written.getvalue()


def _from_bytes(stored: bytes) -> tuple[LinearText, dict[str, Any]]:
    with np.load(io.BytesIO(stored), allow_pickle=False) as arrays:
        head = json.loads(arrays["head"].tobytes())
        if head.get("format") != FORMAT:
            raise UnknownFormat
        features = Features(_blocks(head["blocks"], arrays["idf"]), head["content_only"])
        model = LinearText(tuple(head["labels"]), features, arrays["weights"], arrays["offsets"], head["temperature"])
    return model, head["more"]


def _blocks(heads: list[dict[str, Any]], idf: Any) -> tuple[Block, ...]:
    blocks: list[Block] = []
    first = 0
    for head in heads:
        terms = head["terms"]
        vocabulary = {term: at for at, term in enumerate(terms)}
        blocks.append(Block(head["weight"], first, idf[first : first + len(terms)], vocabulary))
        first += len(terms)
    return tuple(blocks)
