"""Server-rendered pages: a screen is a module here, its templates, a line in `navigation.py`."""
