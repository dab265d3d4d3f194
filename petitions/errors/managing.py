"""Refusals of administration: accounts, areas, days, limits, parameters. Nothing is changed by what was refused."""

from petitions.errors.base import PetitionError


class ChangedMeanwhile(PetitionError):
    """您打开之后别人改过这一项，请看最新的内容再改；您填的还在，没有保存。"""


# ── accounts ──
class OwnAccount(PetitionError):
    """自己的角色、单位、停用和密码重置要由另一位管理员来办；改自己的密码请到“修改密码”。"""


class BadAccount(PetitionError):
    """账号的内容不完整，没有保存。"""


class WorkLeft(PetitionError):
    """这个人还有没办完的事，账号没有停用：请核对下面的清单，选好接手的人，再停用。"""


# ── areas ──
class BadArea(PetitionError):
    """这样改，地区树就不成立了，没有保存。"""


class AreaStillUsed(PetitionError):
    """这里还有没办结的工单或启用的下级，不能停用；请先改派或停用下级。"""


# ── units ──
class BadUnit(PetitionError):
    """单位的内容不完整，没有保存。"""


class UnitStillUsed(PetitionError):
    """这个单位还有没办结的工单、启用的账号、下级单位或派单目录条目，不能停用；请先交出去。"""


# ── days, limits, numbers ──
class BadDay(PetitionError):
    """这一天不能这样设，没有保存。"""


class BadRule(PetitionError):
    """时限规则不能这样设，没有保存。"""


class BadValue(PetitionError):
    """这个值不能用，参数没有改。"""
