"""The one place that draws: functions that take numbers and return a :class:`~introdl.figures.base.Figure`."""

from introdl.figures.base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PURPLE, Figure, Steps, new_figure
from introdl.figures.network import along_a_line, network
from introdl.figures.people import people_line, people_scatter
from introdl.figures.warmup import accuracy_intervals, downhill_walk

__all__ = [
    "BLUE",
    "GREEN",
    "GREY",
    "INK",
    "ORANGE",
    "PAPER",
    "PURPLE",
    "Figure",
    "Steps",
    "accuracy_intervals",
    "along_a_line",
    "downhill_walk",
    "network",
    "new_figure",
    "people_line",
    "people_scatter",
]
