"""Whole small websites of our own making, with the truth about every day that stands on them."""
