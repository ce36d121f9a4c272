"""What the entries beside this file run; the code lives in `scripts.lib`."""
