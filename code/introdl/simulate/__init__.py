"""Made-up people and machines whose rules we know, for questions no table at hand can answer; simulated, and called so.

A simulator states every rule and every constant it uses and takes a seed, so that the same call gives the same people.
What a model achieves on such data is a property of the simulator. Only the way of working carries over to real data.

:func:`repeated_walks`, for the chapter *How good is the model? Check it on people it has never met*, has many
walks for each person, which the slides' table has not.

:func:`milling`, for the part *When to trust a model*, has thousands of parts of a milling machine, few of which fail,
for reasons that are known exactly.
"""

from introdl.simulate.machines import MILLING_UNITS, milling
from introdl.simulate.walking import repeated_walks

__all__ = ["MILLING_UNITS", "milling", "repeated_walks"]
