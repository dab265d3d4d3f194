"""Read one message with the models in use: the only thing that the rest of the system asks of this app."""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import Any

from nlp import store
from nlp.core import artefact, facts, request_type, segment, urgency
from nlp.core.category import CategoryModel
from nlp.core.clean import plain
from nlp.core.facts import Facts
from nlp.core.features import Document, from_cut, whole_text
from nlp.core.guess import Guess, Suggestion
from nlp.core.linear import LinearText
from nlp.core.places import Gazetteer, Place
from nlp.core.redact import Finding, redact
from nlp.core.search import terms_of
from nlp.core.unit_kind import Catalogue, Duty, UnitModel
from nlp.core.urgency import Urgency
from nlp.models import TrainedModel

# How long a process may answer with a model that was replaced meanwhile.
LOOK_AGAIN_SECONDS = 5.0
NO_MODEL = "还没有可用的类别模型，请先运行 manage.py train。"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reading:
    """What a message says. `category` is empty, with a reason, when no model is there to ask."""

    clean_text: str
    read_text: str  # title and text as they were read; offsets of urgency, place and facts are in this
    redacted_text: str
    redacted_title: str
    redactions: tuple[Finding, ...]  # offsets in the text as it was given
    tokens: list[str]
    category: tuple[Guess, ...]
    branch: tuple[Guess, ...]
    category_is_sure: bool
    request_type: Guess | None
    urgency: Urgency
    place: Place
    model_version: str
    reasons: tuple[str, ...] = ()
    facts: Facts = Facts()
    units: tuple[Guess, ...] = ()  # kinds of the unit that would handle it; only where the duties were given


@dataclass(frozen=True)
class Models:
    """The models in use in this process, and why one is not."""

    category: CategoryModel | None = None
    request_type: LinearText | None = None
    unit: UnitModel | None = None
    versions: Mapping[str, int] | None = None
    files: frozenset[str] | None = None  # checksums of the files in use, None before the first look
    problems: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return " ".join(f"{kind}-{version}" for kind, version in sorted((self.versions or {}).items()))


def read(
    text: str,
    title: str = "",
    gazetteer: Gazetteer | None = None,
    k: int = 3,
    *,
    area_path: str = "",
    at: datetime | None = None,
    with_facts: bool = True,
    duties: Mapping[str, Duty] | None = None,
) -> Reading:
    """Everything the engine can tell about a message.

    `area_path` is what is known of its place already; with `at`, when it was sent, 昨晚 is worked out too.
    `with_facts=False` leaves out times, objects and demands, which cost a third and nobody reads in a batch.
    `duties` are the catalogue's kinds of units for each leaf; with them the likely kinds are told.
    """
    models = in_use()
    heard = Heard.of(text, title)
    suggestion = models.category.suggest(heard.document, k) if models.category else NOTHING
    kind = request_type.suggest(models.request_type, heard.document) if models.request_type else None
    reading = _reading(models, heard, suggestion, kind, gazetteer, area_path)
    if with_facts:
        found = facts.read(heard.whole, at=at, cut=heard.cut, place_is_known=bool(area_path))
        reading = replace(reading, facts=found)
    return replace(reading, units=_units(models, heard.document, reading.place, duties, k)) if duties else reading


def read_many(messages: Sequence[tuple[str, str]], gazetteer: Gazetteer | None = None, k: int = 3) -> Sequence[Reading]:
    """`read` of many (text, title), without facts, units and the words for the second and third leaf, which nobody
    reads in a heap; the models are gone through once for all. Everything else is the very same."""
    models = in_use()
    heard = [Heard.of(text, title) for text, title in messages]
    documents = [each.document for each in heard]
    suggestions = models.category.suggest_all(documents, k) if models.category else [NOTHING] * len(heard)
    kinds: Sequence[Guess | None] = [None] * len(heard)
    if models.request_type:
        kinds = request_type.suggest_all(models.request_type, documents)
    return [
        _reading(models, each, suggestion, kind, gazetteer, "")
        for each, suggestion, kind in zip(heard, suggestions, kinds, strict=True)
    ]


@dataclass(frozen=True)
class Heard:
    """A message cleaned and cut."""

    text: str
    title: str
    whole: str
    cut: list[str]
    document: Document

    @classmethod
    def of(cls, text: str, title: str) -> "Heard":
        whole = whole_text(text, title)
        cut = segment.words(whole)
        return cls(text, title, whole, cut, from_cut(whole, cut))


NOTHING = Suggestion((), (), False, (NO_MODEL,))


def _reading(
    models: Models,
    heard: Heard,
    suggestion: Suggestion,
    kind: Guess | None,
    gazetteer: Gazetteer | None,
    area_path: str,
) -> Reading:
    masked = redact(heard.text)
    return Reading(
        clean_text=plain(heard.text),
        read_text=heard.whole,
        redacted_text=masked.text,
        redacted_title=redact(heard.title).text,
        redactions=masked.findings,
        tokens=terms_of(heard.whole, segment.with_parts(heard.cut)),
        category=suggestion.leaves,
        branch=suggestion.branches,
        category_is_sure=suggestion.sure,
        request_type=kind,
        urgency=urgency.read(heard.whole),
        place=gazetteer.locate(heard.whole, known_path=area_path) if gazetteer else Place(),
        model_version=models.name,
        reasons=(*suggestion.reasons, *models.problems),
    )


def _units(models: Models, document: Document, place: Place, duties: Mapping[str, Duty], k: int) -> tuple[Guess, ...]:
    """By the model of unit kinds where it knows these leaves and duties; else the catalogue's opinion."""
    if models.category is None:
        return ()
    catalogue = _catalogue(models.category, duties)
    if models.unit and models.unit.fits(catalogue):
        return models.unit.predict(catalogue.case(document, place), catalogue, k).guesses
    return catalogue.guess(document, k)


def _catalogue(model: CategoryModel, duties: Mapping[str, Duty]) -> Catalogue:
    """The last one is kept: its tables are worth making once per model and edition."""
    global _kept
    if _kept is None or _kept.category is not model or _kept.duties is not duties:
        _kept = Catalogue(model, duties)
    return _kept


_kept: Catalogue | None = None


def term_weights() -> Mapping[str, float]:
    """How telling terms are, by the category model's corpus; empty when there is no model."""
    model = in_use().category
    return model.linear.features.term_weights if model else {}


def warm() -> None:
    """Load dictionaries and models now: called at process start, so that no citizen waits for them."""
    segment.warm()
    facts.read("昨晚小区停水，请尽快恢复。")  # compiles the lexicons
    in_use()


_changing = Lock()
_models = Models()
_looked_at: float | None = None


def in_use() -> Models:
    """The active models; the database is asked at most every few seconds, files are read only on a change."""
    global _models, _looked_at
    with _changing:
        now = time.monotonic()
        if _looked_at is None or now - _looked_at > LOOK_AGAIN_SECONDS:
            _models, _looked_at = _refreshed(_models), now
        return _models


def look_again() -> None:
    """Ask the database at the next message, in this process."""
    global _looked_at
    _looked_at = None


def _refreshed(models: Models) -> Models:
    active = {row.kind: row for row in TrainedModel.objects.filter(is_active=True)}
    files = frozenset(row.checksum for row in active.values())
    # A refused file is tried again at every look: it may have been restored from a backup.
    if files == models.files and not models.problems:
        return models
    loaded: dict[str, Any] = {}
    problems: list[str] = []
    for kind, row in active.items():
        try:
            loaded[kind] = _READERS[kind](store.load(row))
        except store.ModelRefused as refusal:
            # Calls keep coming in while somebody retrains: the case goes to a person, with this reason.
            log.error("Model %s was refused: %s", row.file, refusal)
            problems.append(str(refusal))
    versions = {kind: row.version for kind, row in active.items() if kind in loaded}
    return Models(
        loaded.get("category"), loaded.get("request_type"), loaded.get("unit"), versions, files, tuple(problems)
    )


_READERS = {
    TrainedModel.Kind.CATEGORY.value: artefact.category_from_bytes,
    TrainedModel.Kind.REQUEST_TYPE.value: artefact.linear_from_bytes,
    TrainedModel.Kind.UNIT.value: artefact.unit_from_bytes,
}
