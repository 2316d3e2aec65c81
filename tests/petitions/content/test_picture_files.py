"""Rows of pictures and their files: both, or neither."""

import os
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from PIL import Image

from petitions.models import Picture
from petitions.services.pictures import LOST_AFTER, folder_of, forget_pictures, store_picture, tidy_pictures
from tests.petitions.content.conftest import files_of, picture_bytes, upload


def test_a_transaction_that_fails_leaves_no_row_and_its_files_go_with_the_daily_job(petition, media):
    with pytest.raises(RuntimeError), transaction.atomic():
        store_picture(petition=petition, file=upload(picture_bytes()), alt="", at=timezone.now())
        raise RuntimeError

    assert not Picture.objects.exists()
    [folder] = media.iterdir()
    assert tidy_pictures(now=timezone.now()) == 0  # it may be of a transaction that is still open
    assert tidy_pictures(now=timezone.now() + LOST_AFTER + timedelta(minutes=1)) == 1
    assert not folder.exists()


def test_the_daily_job_leaves_pictures_that_have_their_row(store):
    picture = store(picture_bytes())

    assert tidy_pictures(now=timezone.now() + timedelta(days=400)) == 0
    assert files_of(picture)


def test_the_daily_job_works_before_the_first_picture(db, media):
    assert tidy_pictures(now=timezone.now()) == 0


def test_a_disk_that_is_full_leaves_nothing_behind(store, media, monkeypatch):
    def full(*_args, **_saving):
        raise OSError(28, os.strerror(28))

    data = picture_bytes()
    monkeypatch.setattr(Image.Image, "save", full)
    with pytest.raises(OSError, match="No space"):
        store(data)

    assert list(media.iterdir()) == []
    assert not Picture.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_files_stay_until_the_deletion_of_the_row_is_certain(petition):
    picture = store_picture(petition=petition, file=upload(picture_bytes()), alt="", at=timezone.now())
    with transaction.atomic():
        forget_pictures([picture.pk])
        assert files_of(picture)

    assert not folder_of(picture.name).exists()
    assert not Picture.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_pictures_at_once_have_each_their_own_files(petition):
    made = []

    def send():
        try:
            made.append(store_picture(petition=petition, file=upload(picture_bytes()), alt="", at=timezone.now()))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({picture.name for picture in made}) == len({picture.pk for picture in made}) == 2
    assert all(len(files_of(picture)) == 2 for picture in made)
