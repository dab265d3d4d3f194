"""What the catalogue refuses, by name. The docstring is the sentence that the editor reads."""

from __future__ import annotations

from dataclasses import dataclass


class CatalogueRefusal(ValueError):
    """派单目录现在不能这样改。"""

    def __init__(self, message: str = ""):
        super().__init__(message or (type(self).__doc__ or "").strip())


@dataclass(frozen=True)
class Problem:
    """Something an editor should see; only errors stop publication. `category` is the code of the leaf concerned."""

    text: str
    is_error: bool
    category: str = ""
    entries: tuple[int, ...] = ()


class AlreadyPublished(CatalogueRefusal):
    """这一版目录已经发布，不能再改；请另建草案。"""


class NotPublishable(CatalogueRefusal):
    """目录还有问题，不能发布。"""

    def __init__(self, problems: tuple[Problem, ...]):
        super().__init__(f"{self.__doc__}{'；'.join(problem.text for problem in problems[:5])}")
        self.problems = problems


class StartsTooEarly(CatalogueRefusal):
    """新版的生效日期必须晚于上一版的生效日期。"""


class StartsInThePast(CatalogueRefusal):
    """生效日期不能早于今天：已经派出的工单是按当时的目录派的。"""


class AlreadyInForce(CatalogueRefusal):
    """这一版已经生效，不能撤回；要改请另建草案。"""


class DraftThere(CatalogueRefusal):
    """已经有一份草案，请在它上面改，或先放弃它。"""


class NoDraft(CatalogueRefusal):
    """没有草案；请先新建草案再改。"""


class NothingPublished(CatalogueRefusal):
    """还没有发布过的目录，不能从它复制草案；请先导入一版。"""


class EntryGone(CatalogueRefusal):
    """这一条已经被别人改过或删掉，请刷新后再改；您填的内容还在。"""


class EntryThere(CatalogueRefusal):
    """草案里同一分类、区域和条件已经有一条，请直接改那一条。"""


class NobodyNamed(CatalogueRefusal):
    """请写明主办单位：一个单位类别，或指定一家单位。"""
