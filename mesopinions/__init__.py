"""MesOpinions: a petition site whose privacy policy is executable."""

from mesopinions.celery import app as celery_app

__all__ = ["celery_app"]
