"""WPS 表格: a JavaScript add-in in WPS and a service of ours on the same computer.

The add-in draws the ribbon and touches the cells; the service runs the buttons. What the service
may ask of the add-in, and how the two talk, is in `operations`.
"""
