"""答复模板 of a case's leaf: the catalogue's own text, and the knowledge items in force."""

from dataclasses import dataclass
from datetime import date

from petitions.models import KnowledgeItem, Petition
from routing.models import CatalogueEntry

MOST = 6


@dataclass(frozen=True)
class Template:
    name: str
    text: str
    basis: str = ""


def of(case: Petition, today: date) -> list[Template]:
    """Two statements; none for a case without a leaf."""
    if case.category_id is None:
        return []
    entries = CatalogueEntry.objects.filter(category=case.category_id, version=case.catalogue_version_id)
    texts = entries.exclude(answer_template="").values_list("answer_template", flat=True)
    found = [Template("派单目录模板", text) for text in dict.fromkeys(texts[:MOST])]
    items = KnowledgeItem.objects.in_force(today).filter(category=case.category_id)[:MOST]
    return (found + [Template(item.title, item.answer, item.basis) for item in items])[:MOST]
