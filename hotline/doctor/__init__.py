"""`hotline doctor`: checks the whole deployment, from the carrier's settings to the free space on the disk.

A check is a small function that looks at one fact, and passes it to the core for its verdict. `hotline.doctor.checks`
lists them all.
"""
