"""What the chapters of *Introduction to Deep Learning* import."""

__version__ = "0.1.0"
