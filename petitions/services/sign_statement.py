"""The one SQL call that signs (see docs/adr/0004-one-statement-to-sign.md).

The function, in petitions/migrations/0004, writes the signature, its consents, its comment and the mail, or nothing: in
one round trip, planned once a connection, and without a lock that another signer waits for. It gives no row for a
petition that cannot be signed.
"""

SIGN = """
SELECT theme, slug, added_id, known_id FROM petitions_sign(
    %(petition_id)s, %(today)s, %(at)s, %(user_id)s, %(first_name)s, %(last_name)s, %(email)s, %(canonical_email)s,
    %(country)s, %(postal_code)s, %(city)s, %(departement)s, %(is_name_public)s, %(language)s, %(ip_address)s,
    %(browser)s, %(is_disposable)s, %(subject_key)s, %(purposes)s, %(scopes)s, %(versions)s, %(hashes)s, %(comment)s,
    %(kind)s
)
"""
