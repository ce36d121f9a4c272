"""A module that takes down whoever imports it, as a broken native library does."""

import ctypes

ctypes.string_at(0)
