"""The site on one machine with nothing installed: embedded PostgreSQL and Redis, and the supervisor of `make run`.

Production never imports this package.
"""
