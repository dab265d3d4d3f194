"""What happens because time passed: reminders, escalations, automatic signing, expiry to call-back.

`petitions/alarms.py` says which limits ring when, `acts.py` what is done then, `sweep.py` finds the cases by index and
does it in batches, `explain.py` says in words what a sweep would do.
"""

from .explain import Foreseen, foresee
from .sweep import Swept, look_at_all_again, sweep, visit_one

__all__ = ["Foreseen", "Swept", "foresee", "look_at_all_again", "sweep", "visit_one"]
