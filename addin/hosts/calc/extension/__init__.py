"""导师帮带.oxt: the buttons and formulas inside the clerk's own LibreOffice.

LibreOffice runs `component.py` with its own Python, whichever that is. The component starts `helper`
in ours and hands on what the clerk does: a press is carried out by the helper over UNO, in the very
document that is open; a formula is values in and values out, over the helper's standard streams.
"""

from __future__ import annotations

IDENTIFIER = "cn.bangdai"
"""What LibreOffice knows the extension by; protocol and services in `component.py` begin with it."""
