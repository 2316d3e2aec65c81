"""Who may open what: one row for every address of the site (tests/architecture/test_access.py)."""

ANY = ("stranger", "oscar", "alice", "mona", "admin")
# A stranger is led to the login, who is in gets the page.
OWN = (302, 200, 200, 200, 200)
# A stranger gets the page, who is in has nothing to do there.
WAY_IN = (200, 302, 302, 302, 302)
SENT_EMPTY = (422, 302, 302, 302, 302)
# Asks everybody again who they are, or leads back to where it began: nobody is in the middle of anything here.
ELSEWHERE = (302, 302)
ACCOUNTS = {
    **dict.fromkeys(("account_login", "account_request_login_code", "account_signup"), (WAY_IN, SENT_EMPTY)),
    "account_logout": (OWN, 302),
    "account_inactive": (200, 405),
    "account_reset_password": (200, 422),
    "account_password_reset_completed": (200, 405),
    "account_advice": (200, 405),
    **dict.fromkeys(
        (
            *("account_confirm_login_code", "account_confirm_password_reset_code", "account_complete_password_reset"),
            *("account_email_verification_sent", "account_email", "account_email_confirm", "account_keep"),
            *("account_change_password", "account_set_password", "account_reauthenticate_by_code"),
            *(
                "mfa_authenticate",
                "mfa_login_webauthn",
                "mfa_index",
                "mfa_reauthenticate",
                "mfa_reauthenticate_webauthn",
            ),
            *("mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"),
            *("mfa_download_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_edit_webauthn"),
            *("mfa_remove_webauthn", "socialaccount_connections", "socialaccount_signup"),
        ),
        ELSEWHERE,
    ),
    "account": (OWN, (302, 405, 405, 405, 405)),
    "account_signatures": (OWN, (302, 405, 405, 405, 405)),
    "account_profile": (OWN, (302, 303, 303, 303, 303)),
    "account_preferences": (OWN, (302, 400, 400, 400, 400)),
    "account_close": (OWN, (302, 303, 303, 303, 303)),
    "account_security": (OWN, 405),
    "account_reauthenticate": (OWN, (302, 422, 422, 422, 422)),
    "account_end_session": ((302, 303, 303, 303, 303), (302, 404, 404, 404, 404)),  # another account's
    "usersessions_list": ((302, 303, 303, 303, 303), (302, 303, 303, 303, 303)),
    **dict.fromkeys(("google_login", "facebook_login"), (302, 405)),
    **dict.fromkeys(("google_callback", "facebook_callback", "socialaccount_login_error"), (401, 405)),
    "socialaccount_login_cancelled": (200, 405),
    "socialaccount_drop_signup": (405, 303),
    "facebook_deletion": (405, 400),
    "facebook_deletion_status": (404, 405),
}
# Petitions as their authors see them: Alice's is public.
LAUNCHING = {
    "launch": (200, 422),
    "launch_similar": (302, 405),
    "launch_preview": ((302, 405, 405, 405, 405), (302, 200, 200, 200, 200)),
    "launch_step": ((302, 404, 404, 404, 404), (303, 404, 404, 404, 404)),
    "space": (OWN, (302, 405, 405, 405, 405)),
    "space_edit": ((302, 404, 200, 404, 404), (303, 404, 422, 404, 404)),
    "space_extend": ((302, 404, 200, 404, 404), (302, 404, 422, 404, 404)),
    "space_take_back": ((302, 405, 405, 405, 405), (302, 404, 303, 404, 404)),
    "space_delete": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
}
# name → what each of ANY gets for GET, and for an empty POST. One number stands for all five.
TABLE = {
    "healthz": (200, 200),
    "readyz": (200, 200),
    "communes": (200, 405),
    "home": (200, 405),
    "petition_list": (200, 405),
    "author": (200, 405),
    "petition_short": (301, 405),
    "petition": (200, 405),
    "petition_image": (302, 405),
    "petition_history": (200, 405),
    "petition_journal": (200, 405),
    "petition_updates": (200, 405),
    "petition_update": (200, 405),
    "petition_comments": (200, 405),
    "victories": (200, 405),
    "picture": (404, 405),  # of a petition that is not public
    **LAUNCHING,
    "decision": (200, 422),
    "sign": (302, 422),
    "sign_pending": (200, 422),
    "signature": (200, 400),
    "signature_confirm": (303, 303),
    "signature_thanks": (303, 303),
    "signature_disown": (200, 200),
    "my_signatures": (200, 422),
    "my_signatures_list": (200, 405),
    "unblock": (200, 303),
    "unsubscribe": (200, 303),
    "privacy": (200, 405),
    "rights": (200, 422),
    "rights_sent": (200, 405),
    "rights_request": (200, 303),
    "mail_returns": (404, 404),  # open to a provider alone, where the environment names its secret
    "rights_file": (404, 405),  # not made yet
    **ACCOUNTS,
    "dev_style": (200, 405),
    "dev_mails": (200, 200),  # these four exist on a developer's machine only
    "dev_mail": (404, 404),
    "dev_mail_html": (404, 404),
}
