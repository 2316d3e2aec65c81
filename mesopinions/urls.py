"""Every address of the site. French has no prefix, English stands under /en/ (contract.md)."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path

from mesopinions.core import place_views, views
from mesopinions.core.styleguide.views import page as style_guide
from mesopinions.mail.views import mail_returns
from petitions.views.pictures import picture

handler400 = "mesopinions.core.views.bad_request"
handler403 = "mesopinions.core.views.permission_denied"
handler404 = "mesopinions.core.views.not_found"
handler429 = "mesopinions.core.views.slow_down"
handler500 = "mesopinions.core.views.server_error"

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    re_path(r"^communes/(?P<postal_code>[0-9]{5})/$", place_views.commune_names, name="communes"),
    re_path(r"^media/pictures/(?P<name>[0-9a-f]{32})/(?P<width>[0-9]{1,4})\.webp$", picture, name="picture"),
    path("mails/retours/<str:provider>/", mail_returns, name="mail_returns"),
    path("admin/", admin.site.urls),
    *i18n_patterns(
        path("", include("petitions.urls")),
        path("", include("mesopinions.mail.urls")),
        path("", include("privacy.urls")),
        path("compte/", include("accounts.urls")),
        prefix_default_language=False,
    ),
]

if settings.LOCAL:
    urlpatterns += [path("dev/style/", style_guide, name="dev_style")]
