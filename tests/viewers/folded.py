#!/usr/bin/env python3
"""Opens folded stacks with inferno and speedscope: both show the report's total, without warnings."""

from flames import compare_folded
from viewers import Comparison, inputs

compare = Comparison()
for name, file, total in inputs("folded"):
    compare_folded(compare, name, file, total["deep"])
compare.finish()
