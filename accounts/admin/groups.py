"""The groups of the staff in the admin: to be read. They are what mesopinions/staff_groups.py says."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from accounts.selectors.staff import members_of, rights_of
from mesopinions.core.staff import ReadOnly, StaffList


class GroupAdmin(ReadOnly, StaffList):
    fields = readonly_fields = ("name", "members", "rights")
    list_display = ("name", "members")
    sortable_by = ("name",)
    ordering = ["name"]

    @admin.display(description=_("membres"))
    def members(self, group: Group) -> int:
        return members_of(group)

    @admin.display(description=_("droits"))
    def rights(self, group: Group) -> str:
        return "\n".join(rights_of(group)) or "–"
