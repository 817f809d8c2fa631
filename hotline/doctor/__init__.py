"""`hotline doctor`: looks at the whole deployment, from the carrier's settings to the free space on the disk.

A check is a small function that asks one thing and has the core judge it; `hotline.doctor.checks` lists them all.
"""
