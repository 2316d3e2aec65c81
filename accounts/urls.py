"""Every address under /compte/. allauth's are named one by one: its doors for scripts of Google and Facebook stay shut.

The names in English are allauth's own, because it looks them up.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as third_party
from django.urls import path
from django.views.generic import RedirectView

from accounts.adapters import callbacks
from accounts.reauthentication import reauthentication_required as proven
from accounts.views import addresses, closing, entrance, overview, preferences, profile, security, social

to_security = RedirectView.as_view(pattern_name="account_security")

urlpatterns = [
    # --- In and out
    path("login/", account.login, name="account_login"),
    path("login/code/", entrance.RequestLoginCode.as_view(), name="account_request_login_code"),
    path("login/code/confirm/", entrance.ConfirmLoginCode.as_view(), name="account_confirm_login_code"),
    path("logout/", entrance.Logout.as_view(), name="account_logout"),
    path("signup/", entrance.Signup.as_view(), name="account_signup"),
    path("confirm-email/", entrance.ConfirmEmail.as_view(), name="account_email_verification_sent"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("password/reset/", entrance.ResetPassword.as_view(), name="account_reset_password"),
    path("password/reset/confirm/", entrance.ConfirmResetCode.as_view(), name="account_confirm_password_reset_code"),
    path("password/reset/complete/", entrance.CompleteReset.as_view(), name="account_complete_password_reset"),
    path("password/reset/done/", account.password_reset_from_key_done, name="account_password_reset_completed"),
    path("2fa/authenticate/", security.SecondFactor.as_view(), name="mfa_authenticate"),
    path("2fa/webauthn/login/", security.PasskeyLogin.as_view(), name="mfa_login_webauthn"),
    # --- Google and Facebook
    path("google/login/", social.begin, {"provider": "google"}, name="google_login"),
    path("google/login/callback/", callbacks.google, name="google_callback"),
    path("facebook/login/", social.begin, {"provider": "facebook"}, name="facebook_login"),
    path("facebook/login/callback/", callbacks.facebook, name="facebook_callback"),
    path("facebook/suppression/", social.facebook_deletion, name="facebook_deletion"),
    path("facebook/suppression/<str:code>/", social.facebook_deletion_status, name="facebook_deletion_status"),
    path("3rdparty/", social.connections, name="socialaccount_connections"),
    path("3rdparty/signup/", social.Signup.as_view(), name="socialaccount_signup"),
    path("3rdparty/signup/oublier/", social.drop_signup, name="socialaccount_drop_signup"),
    path("3rdparty/login/cancelled/", third_party.login_cancelled, name="socialaccount_login_cancelled"),
    path("3rdparty/login/error/", third_party.login_error, name="socialaccount_login_error"),
    # --- The owner's pages
    path("", overview.account, name="account"),
    path("profil/", profile.profile, name="account_profile"),
    path("preferences/", preferences.preferences, name="account_preferences"),
    path("fermer/", closing.close, name="account_close"),
    path("fermer/annuler/", closing.keep, name="account_keep"),
    # --- Security
    path("securite/", security.security, name="account_security"),
    path("securite/conseils/", security.advice, name="account_advice"),
    path("email/", addresses.change, name="account_email"),
    path("email/confirmer/", addresses.confirm, name="account_email_confirm"),
    path("password/change/", proven(account.password_change), name="account_change_password"),
    path("password/set/", proven(account.password_set), name="account_set_password"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("reauthenticate/code/", security.reauthenticate_by_code, name="account_reauthenticate_by_code"),
    path("sessions/", security.end_other_sessions, name="usersessions_list"),
    path("sessions/<int:session_id>/fermer/", security.end_session, name="account_end_session"),
    path("2fa/", to_security, name="mfa_index"),
    path("2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", proven(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", proven(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", proven(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", proven(recovery.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", proven(recovery.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("2fa/webauthn/", to_security, name="mfa_list_webauthn"),
    path("2fa/webauthn/add/", proven(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("2fa/webauthn/reauthenticate/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", proven(webauthn.remove_webauthn), name="mfa_remove_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/edit/", proven(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
]
