"""How often one visitor, or one address, may do a thing. Settings import this page, so it imports nothing of ours."""

# Requests allowed per window: name → (how many, seconds). One line a limit, read by core.rate_limit.
RATE_LIMITS = {
    "sign-ip": (60, 60),
    "sign-email": (10, 3600),
    "resend-ip": (20, 3600),
    "resend-email": (4, 3600),
    "link-ip": (120, 60),
    "unsubscribe-ip": (1200, 60),  # a mail provider's few machines unsubscribe for all of its users
    "rights-ip": (20, 3600),
    "appeal-ip": (20, 3600),
    "rights-email": (4, 3600),
    "entrance-ip": (60, 60),
    "entrance-email": (6, 3600),  # mails that strangers can have sent to somebody: codes, or that there is no account
    "login-ip": (60, 60),
    "login-email": (10, 900),  # 350,000 guesses a year; whoever is kept out by them comes in with a code
    "passkey-ip": (120, 60),  # a question and an answer each time
    "provider-ip": (30, 300),
    "code-mail-user": (6, 3600),
    "code-mail-email": (4, 3600),
    "code-typed-user": (20, 900),
    "factor-user": (10, 900),
    "sessions-user": (20, 900),  # each time every session is read
    "search-ip": (60, 60),
    "image-ip": (60, 60),
    "draft-email": (600, 600),  # each step, and every few seconds of writing
    "preview-email": (600, 600),
    "submit-email": (10, 3600),
}
