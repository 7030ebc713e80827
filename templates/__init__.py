"""Every word a reader sees: a template for each format, and a file of words for each language.

A package of its own rather than a bare folder, so that a `templates` folder in the directory where the
program is started can never take its place.
"""
