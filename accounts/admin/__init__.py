"""The admin, a module a subject. Services change what it shows; here it is found, read and acted on."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group

from accounts.admin.accounts import AccountAdmin
from accounts.admin.groups import GroupAdmin

# allauth's own lists show addresses, secrets and sessions of everybody, and change them past our services.
admin.site.unregister([Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken, UserSession])
admin.site.unregister(Group)
admin.site.register(Group, GroupAdmin)

__all__ = ["AccountAdmin", "GroupAdmin"]
