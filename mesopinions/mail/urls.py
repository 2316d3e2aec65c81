"""The page that lifts a mail block and, on a developer's machine, the mails themselves."""

from django.conf import settings
from django.urls import path

from mesopinions.mail import viewer, views

urlpatterns = [path("adresse-bloquee/<str:token>/", views.unblock, name="unblock")]

if settings.LOCAL:
    urlpatterns += [
        path("dev/mails/", viewer.mail_list, name="dev_mails"),
        path("dev/mails/<str:name>/", viewer.mail_page, name="dev_mail"),
        path("dev/mails/<str:name>/html/", viewer.mail_html, name="dev_mail_html"),
    ]
