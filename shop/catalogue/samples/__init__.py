"""The prints that the shop draws itself: what (prints/*.toml), with which inks (palettes), and how (a module a family).

Everything is seeded: the same print is the same pixels on the same NumPy and Pillow.
"""
