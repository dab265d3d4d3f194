"""What happens because time passed: reminders, escalations, automatic signing, expiry to call-back.

`petitions/alarms.py` says which limits ring when, `acts.py` what is done then, `sweep.py` finds the cases by index and
does it in batches, `explain.py` says in words what a sweep would do.
"""

from .sweep import Swept, look_at_all_again, sweep

__all__ = ["Swept", "look_at_all_again", "sweep"]
