"""The rows that say who answers for what, where, and by when. One file per noun."""

from .area import Area
from .audit import AuditEntry
from .calendar import Holiday, HolidayYear, Season
from .catalogue import Assessment, CatalogueEntry, CatalogueVersion
from .category import Category, Tier
from .deadline import DeadlineRule, Mode, Stage, Unit
from .department import Department, UnitKind
from .parameter import Parameter, Stamp
from .staff import Role, Staff

__all__ = [
    "Area",
    "Assessment",
    "AuditEntry",
    "CatalogueEntry",
    "CatalogueVersion",
    "Category",
    "DeadlineRule",
    "Department",
    "Holiday",
    "HolidayYear",
    "Mode",
    "Parameter",
    "Role",
    "Season",
    "Staff",
    "Stage",
    "Stamp",
    "Tier",
    "Unit",
    "UnitKind",
]
