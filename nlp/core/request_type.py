"""What the citizen wants: to ask, to be helped, to complain, to report, to propose or to thank."""

from collections.abc import Sequence

import numpy as np

from nlp.core import evaluate
from nlp.core.corpus import Sample
from nlp.core.features import Document, document
from nlp.core.guess import Guess
from nlp.core.linear import LinearText, Scores, best_temperature, softmax
from nlp.core.linear import fit as fit_linear

CALIBRATION_FOLDS = 3


def fit(samples: Sequence[Sample], *, seed: int = 0) -> tuple[LinearText, evaluate.Report]:
    """Learn the request type from the samples that have one; the report is of held-out guesses."""
    typed = [sample for sample in samples if sample.request_type]
    documents = [document(sample.text, sample.title) for sample in typed]
    truth = [sample.request_type for sample in typed]
    labels = sorted(set(truth))
    scores = np.full((len(typed), len(labels)), -2.0, dtype=np.float32)
    groups = evaluate.copies_together([sample.text for sample in typed])
    for seen, held in evaluate.folds(truth, groups, count=CALIBRATION_FOLDS, seed=seed):
        model = fit_linear([documents[at] for at in seen], [truth[at] for at in seen], seed=seed, content_only=False)
        columns = [labels.index(label) for label in model.labels]
        scores[np.ix_(held, columns)] = model.scores_of_all([documents[at] for at in held])
    temperature = best_temperature(scores, [labels.index(label) for label in truth])
    report = evaluate.measure(softmax(scores / temperature), labels, truth)
    return fit_linear(documents, truth, seed=seed, content_only=False).at_temperature(temperature), report


def suggest(model: LinearText, each: Document) -> Guess:
    """The likeliest request type; without evidence, which nobody asks for and which is half the work."""
    return _best(model, model.chances(model.features.row(each)))


def suggest_all(model: LinearText, documents: Sequence[Document]) -> list[Guess]:
    """`suggest` for each."""
    return [_best(model, chances) for chances in model.chances_of_all(documents)]


def _best(model: LinearText, chances: Scores) -> Guess:
    best = int(chances.argmax())
    return Guess(model.labels[best], float(chances[best]))
