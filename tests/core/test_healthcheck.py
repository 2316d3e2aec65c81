import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_command_is_content_when_a_worker_runs(celery_worker_process, capsys):
    call_command("healthcheck")

    assert "Everything is there" in capsys.readouterr().out


def test_the_command_names_the_missing_worker():
    with pytest.raises(CommandError, match="Missing: worker"):
        call_command("healthcheck")
