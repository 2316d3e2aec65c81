"""What Django itself can tell about the code."""

from io import StringIO

from django.core.management import call_command


def test_the_system_checks_have_nothing_to_say():
    said = StringIO()

    call_command("check", fail_level="WARNING", stdout=said, stderr=said)

    assert "no issues (0 silenced)" in said.getvalue()
