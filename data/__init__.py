"""The slides' own data, installed as ``introdl.data``."""
