"""A field that nobody classified stops the site, whatever app it belongs to."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import models
from django.db.models import F, Q
from django.test.utils import isolate_apps

from privacy.checks import problems
from privacy.registry import (
    Action,
    Basis,
    Category,
    Declaration,
    Erasure,
    Kept,
    Registry,
    Retention,
    days,
)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def letter():
    with isolate_apps("privacy"):

        class Letter(models.Model):
            sender = models.CharField(max_length=20)
            sent_at = models.DateTimeField()
            created_at = models.DateTimeField()

            class Meta:
                app_label = "privacy"

        yield Letter


@pytest.fixture
def complete(letter):
    return Declaration(
        letter,
        category=Category.MAILS,
        personal=["sender"],
        impersonal=["id", "sent_at", "created_at"],
        purpose="To answer",
        basis=[Basis.CONTRACT],
        retention=Retention(after="sent_at", period=days(7), action=Action.DELETE),
        rows_of=lambda subject: Q(sender=subject.email),
    )


def complaints(model, *declarations):
    return [(error.id, error.msg) for error in problems(Registry([*declarations]), [model])]


def test_a_complete_declaration_passes(letter, complete):
    assert complaints(letter, complete) == []


def test_a_model_that_nobody_declared_is_refused(letter):
    assert complaints(letter) == [("privacy.E001", "nobody declared what it holds about people.")]


def test_a_field_that_nobody_classified_is_named(letter, complete):
    [(number, message)] = complaints(letter, replace(complete, impersonal=["id", "sent_at"]))

    assert number == "privacy.E002"
    assert "created_at" in message


def test_a_field_classified_twice_is_named(letter, complete):
    [(number, message)] = complaints(letter, replace(complete, impersonal=[*complete.impersonal, "sender"]))

    assert number == "privacy.E003"
    assert "sender" in message


def test_a_field_that_does_not_exist_is_named(letter, complete):
    [(number, message)] = complaints(letter, replace(complete, personal=["sender", "signature"]))

    assert number == "privacy.E004"
    assert "signature" in message


def test_a_model_may_be_declared_in_parts(letter, complete):
    technical = Declaration(letter, category=Category.TECHNICAL, personal=[], impersonal=complete.impersonal)

    assert complaints(letter, replace(complete, impersonal=[]), technical) == []


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({"rows_of": None}, "privacy.E005"),
        ({"purpose": ""}, "privacy.E006"),
        ({"basis": []}, "privacy.E006"),
        ({"source": []}, "privacy.E006"),
        ({"retention": []}, "privacy.E006"),
        ({"erase": Erasure.KEEP}, "privacy.E006"),
        ({"withheld": ["sent_at"]}, "privacy.E004"),
    ],
    ids=["rows_of", "purpose", "basis", "source", "retention", "kept", "withheld"],
)
def test_personal_fields_need_reasons_an_end_and_a_way_to_find_them(letter, complete, change, number):
    assert [complaint[0] for complaint in complaints(letter, replace(complete, **change))] == [number]


@pytest.mark.parametrize(
    "change",
    [{"kept_until": "you say so", "retention": []}, {"erase": Erasure.KEEP, "kept": Kept("RGPD, art. 7.1", "Proof")}],
    ids=["kept until", "kept by law"],
)
def test_words_or_a_law_stand_in_for_a_period(letter, complete, change):
    assert complaints(letter, replace(complete, **change)) == []


@pytest.mark.parametrize(
    "rule",
    [
        Retention(after="sender", period=days(7), action=Action.DELETE),
        Retention(after="opened_at", period=days(7), action=Action.DELETE),
        Retention(after="sender.sent_at", period=days(7), action=Action.DELETE),
        Retention(
            after="sent_at",
            period=days(7),
            at_most=days(9),
            at_most_after="id",
            at_most_moment="x",
            action=Action.DELETE,
        ),
        Retention(after=F("sent_at"), period=days(7), action=Action.DELETE),
    ],
    ids=["no date", "no field", "no relation", "no date at most", "no words"],
)
def test_a_period_counts_from_a_date_that_can_be_told(letter, complete, rule):
    assert [complaint[0] for complaint in complaints(letter, replace(complete, retention=rule))] == ["privacy.E007"]


def test_two_rules_of_one_name_are_refused(letter, complete):
    rule = complete.rules[0]

    assert [number for number, _ in complaints(letter, replace(complete, retention=[rule, rule]))] == ["privacy.E008"]


def test_settings_change_a_period(letter, complete, settings):
    settings.RETENTION_PERIODS = {"privacy.letter": "2 years"}

    assert [rule.period.months for rule in complete.rules] == [24]
    assert complaints(letter, complete) == []


def test_settings_that_change_an_unknown_rule_are_refused(letter, complete, settings):
    settings.RETENTION_PERIODS = {"privacy.postcard": "2 years"}

    [(number, message)] = complaints(letter, complete)
    assert number == "privacy.E009"
    assert "privacy.postcard" in message


def test_a_field_added_to_any_installed_app_makes_manage_py_check_fail(tmp_path):
    (tmp_path / "newcomer").mkdir()
    (tmp_path / "newcomer" / "__init__.py").touch()
    (tmp_path / "newcomer" / "models.py").write_text(
        "from django.db import models\n\n\nclass Guest(models.Model):\n    phone = models.CharField(max_length=20)\n"
    )
    (tmp_path / "newcomer" / "personal_data.py").write_text(
        "from newcomer.models import Guest\nfrom privacy import registry\n\nregistry.register_impersonal(Guest, 'id')\n"
    )
    (tmp_path / "newcomer_settings.py").write_text(
        "from mesopinions.settings import *\n\nINSTALLED_APPS = [*INSTALLED_APPS, 'newcomer']\n"
    )

    checked = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(tmp_path), "DJANGO_SETTINGS_MODULE": "newcomer_settings"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 1
    assert "newcomer.Guest: (privacy.E002) the field phone is not classified" in checked.stderr
