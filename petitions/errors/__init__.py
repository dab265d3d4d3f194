"""Every refusal by name. The docstring is the sentence that the person reads, so it says what to do next."""

from petitions.errors.around import *  # noqa: F403
from petitions.errors.base import PetitionError as PetitionError
from petitions.errors.calls import *  # noqa: F403
from petitions.errors.cases import *  # noqa: F403
from petitions.errors.managing import *  # noqa: F403
from petitions.errors.statistics import *  # noqa: F403
