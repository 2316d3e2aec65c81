"""Launching a petition: one page a step (`steps`, `pages`), the way in for everybody (`start`), and the preview."""
