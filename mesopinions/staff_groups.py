"""Who may do what in the admin, on one page: group, model, actions. docs/operations.md shows the same table.

`manage.py staff_groups` makes the database equal to it wherever `migrate` runs, so a right that is not written here
does not last. The buttons and the actions of lists (« Masquer », « Essayer à nouveau », « Lever ») ask for `change`.
Nobody has `delete`: services erase and purge. A superuser may do all that the pages offer, and alone makes accounts,
puts them in groups and takes away lost second factors.
"""

STAFF_GROUPS: dict[str, dict[str, str]] = {
    # What is public and what became of it. Signers' addresses stay out of sight: they need accounts.user.
    "moderator": {
        "petitions.petition": "view change",
        "petitions.textversion": "view",
        "petitions.recipient": "view",
        "petitions.update": "view add change",
        "petitions.comment": "view change",
        "petitions.signature": "view",
        "petitions.dailytally": "view",
        "petitions.theme": "view",
        "petitions.submission": "view change",
        "petitions.appeal": "view change",
        "petitions.decision": "view",
        "petitions.invalidation": "view change",
        "petitions.dispute": "view change",
    },
    # Who writes that they cannot log in, got no mail, or never signed.
    "support": {
        "accounts.user": "view",
        "accounts.login": "view",
        "mfa.authenticator": "view",
        "socialaccount.socialaccount": "view",
        "usersessions.usersession": "view",
        "petitions.signature": "view",
        "mail.outgoingmail": "view change",
        "mail.mailblock": "view change",
        "petitions.decision": "view",
        "petitions.appeal": "view",
    },
    # People's rights, and what proves that they were kept.
    "dpo": {
        "privacy.rightsrequest": "view change",
        "privacy.requeststep": "view",
        "privacy.consentrecord": "view",
        "privacy.legalhold": "view add change",
        "privacy.restriction": "view add change",
        "privacy.purgerun": "view change",
        "privacy.tombstone": "view",
        "petitions.contributortrace": "view",
        "petitions.decision": "view",
        "petitions.appeal": "view",
    },
    # Payments and invoices, once there are some.
    "finance": {},
}
