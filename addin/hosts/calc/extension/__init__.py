"""导师帮带.oxt: the buttons and formulas inside the clerk's own LibreOffice.

LibreOffice runs `component.py` with its own Python, whichever that is. The component starts `helper`
in ours and hands on what the clerk does: a press is carried out by the helper over UNO, in the very
document that is open; a formula is values in and values out, over the helper's standard streams.
"""
