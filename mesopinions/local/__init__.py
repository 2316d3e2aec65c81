"""The site on one machine with nothing installed: embedded PostgreSQL and Redis, and the supervisor of `make run`.

Production reads from it only where a local site keeps its data (data_dir).
"""
