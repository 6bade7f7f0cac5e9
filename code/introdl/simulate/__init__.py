"""Made-up people and machines whose rules we know, for questions no table at hand can answer; simulated, and called so.

A simulator states every rule and every constant it uses and takes a seed, so that the same call gives the same people.
What a model achieves on such data is a property of the simulator. Only the way of working carries over to real data.

:func:`repeated_walks`, for the chapter *How good is the model? Check it on people it has never met*, has many
walks for each person, which the slides' table has not.

:func:`milling`, for the part *When to trust a model*, has thousands of parts of a milling machine, few of which fail,
for reasons that are known exactly.

:func:`reactor_batches`, for the case *Manufacturing*, has batches of a stirred reactor, minute by minute, with planted
faults.

:func:`two_stage_screening`, for the case *Dementia*, has elders of whom only those who were referred got a diagnosis.

:func:`spirometry_people` and :func:`oscillometry`, for the case *Estimate a hard blow from quiet breathing*, have
people from published reference equations, and a device that no open table has.
"""

from introdl.simulate.batches import BATCH_FAULTS, BATCH_UNITS, reactor_batches
from introdl.simulate.lungs import oscillometry, spirometry_people
from introdl.simulate.machines import MILLING_UNITS, milling
from introdl.simulate.screening import two_stage_screening
from introdl.simulate.tags import TAG_UNITS, tag_night, tag_readings
from introdl.simulate.timed_up_and_go import TUG_WALK_UNITS, instrumented_tug
from introdl.simulate.walking import repeated_walks

__all__ = [
    "BATCH_FAULTS",
    "BATCH_UNITS",
    "MILLING_UNITS",
    "TAG_UNITS",
    "TUG_WALK_UNITS",
    "instrumented_tug",
    "milling",
    "oscillometry",
    "reactor_batches",
    "repeated_walks",
    "spirometry_people",
    "tag_night",
    "tag_readings",
    "two_stage_screening",
]
