"""New words for a petition that is public already, a module a step.

`editing` is what its author writes and sends, `publishing` what becomes of it, `mailing` tells those who had signed.
"""
