"""The truth file: what was done on purpose, with the numbers of the cases, for detectors to be scored against."""

from collections.abc import Mapping
from typing import Any

from petitions.management.simulate.plan import Plan


def told(plan: Plan, numbers: Mapping[str, str]) -> dict[str, Any]:
    """The plan's truth; keys of cases become their numbers."""
    truth = plan.truth()
    for list_of in ("bursts", "cheats"):
        for each in truth[list_of]:
            each["cases"] = [numbers[key] for key in each["cases"] if key in numbers]
    return truth
