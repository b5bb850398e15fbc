"""Sample ledgers on real places with invented people, and the truth about them.

The truth is written from values before they are corrupted and shares no code with the rules it
tests: samples import the sheets, the vocabulary and the divisions only.
"""

from workbooks.samples.delivery import SampleTruth, clean_rows, write_samples
from workbooks.samples.styles import STYLES

__all__ = ["STYLES", "SampleTruth", "clean_rows", "write_samples"]
