"""The prints that the shop draws itself: what is drawn (prints/*.toml), with what (palettes), and how (one module a family).

Everything is seeded: the same print is the same pixels on the same NumPy and Pillow.
"""
