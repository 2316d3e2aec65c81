"""The SQL that finds signatures which look made. Each gives the ids of one petition, oldest first.

None takes a crowd for a fraud because it is large, quick or from one place. A group is suspected when it is alike in
several ways that people are not at once: people behind one operator use many devices; those of one school or company
have like devices and live nearby; those of a national union live everywhere and have all sorts of devices.
"""

# A signature that was disputed and counts again was looked at by a person: no rule takes it a second time.
_SIGNED = """
signed AS MATERIALIZED (
    SELECT id, created_at, browser, is_disposable,
        lower(first_name) AS first_name, lower(last_name) AS last_name,
        network(set_masklen(ip_address, CASE family(ip_address) WHEN 4 THEN 24 ELSE 48 END))::text AS network,
        split_part(canonical_email, '@', 1) AS mailbox,
        substring(split_part(canonical_email, '@', 2) FROM '[^.]+[.][^.]+$') AS domain,
        COALESCE(NULLIF(departement, ''), country || left(postal_code, 2)) AS place,
        floor(extract(epoch FROM created_at) / 600) AS ten_minutes
    FROM petitions_signature AS signature
    WHERE petition_id = %(petition_id)s AND status IN ('pending', 'confirmed')
        AND NOT EXISTS (SELECT FROM petitions_dispute AS dispute WHERE dispute.signature_id = signature.id)
)"""

# What `keyed` groups by `key`, judged: nearly all with the same few browsers, and either from places that one network
# or one employer does not have, or faster than a class that signs together.
_ALIKE = """
crowds AS (
    SELECT key, count(*) AS size FROM keyed GROUP BY key HAVING count(*) >= %(at_least)s
), browsers AS (
    SELECT key, browser, size, count(*) AS used,
        row_number() OVER (PARTITION BY key ORDER BY count(*) DESC, browser) AS rank
    FROM keyed JOIN crowds USING (key) GROUP BY key, browser, size
), few AS (
    SELECT key, browser FROM browsers WHERE rank <= 3 AND used >= size / 10.0
), alike AS (
    SELECT key FROM browsers JOIN few USING (key, browser)
    GROUP BY key, size HAVING sum(used) >= size * %(same_browsers)s
), places AS (
    SELECT key, max(there) AS there
    FROM (SELECT key, count(*) AS there FROM keyed JOIN alike USING (key) GROUP BY key, place) AS place GROUP BY key
), paces AS (
    SELECT key, max(quick) AS quick
    FROM (SELECT key, count(*) AS quick FROM keyed JOIN alike USING (key) GROUP BY key, ten_minutes) AS pace
    GROUP BY key
), suspected AS (
    SELECT key FROM alike JOIN crowds USING (key) JOIN places USING (key) JOIN paces USING (key)
    WHERE there <= size * %(one_place)s OR quick >= %(pace)s
)
SELECT keyed.id FROM keyed JOIN suspected USING (key) JOIN few USING (key, browser) ORDER BY keyed.id
"""

NETWORK = f"""
WITH {_SIGNED}, keyed AS (
    SELECT *, network AS key FROM signed WHERE network IS NOT NULL
), {_ALIKE}"""  # noqa: S608 - statements of ours are all that goes in

# « At large » is what came last on other petitions: read from the end of the primary key, so it takes the same time on
# a site with a hundred million signatures.
DOMAIN = f"""
WITH {_SIGNED}, small AS (
    SELECT domain, bool_or(is_disposable) AS is_disposable FROM signed
    WHERE domain <> ALL(%(open_to_all)s) GROUP BY domain HAVING count(*) >= %(at_least)s
), elsewhere AS (
    SELECT petition_id, substring(split_part(canonical_email, '@', 2) FROM '[^.]+[.][^.]+$') AS domain
    FROM (
        SELECT petition_id, canonical_email FROM petitions_signature
        WHERE petition_id <> %(petition_id)s AND EXISTS (SELECT FROM small) ORDER BY id DESC LIMIT %(read_elsewhere)s
    ) AS last
), known AS (
    SELECT domain FROM elsewhere JOIN small USING (domain)
    GROUP BY domain HAVING count(*) >= %(known_signers)s AND count(DISTINCT petition_id) >= %(known_petitions)s
), keyed AS (
    SELECT signed.*, signed.domain AS key FROM signed JOIN small USING (domain)
    WHERE small.is_disposable OR signed.domain NOT IN (SELECT domain FROM known)
), {_ALIKE}"""  # noqa: S608 - statements of ours are all that goes in

# The ten minutes before and after go with a burst: it neither starts nor ends on the dot.
BURST = f"""
WITH {_SIGNED}, paces AS (
    SELECT ten_minutes, count(*) AS size FROM signed GROUP BY ten_minutes
), usual AS (
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY size) AS size FROM paces
), bursts AS (
    SELECT paces.* FROM paces, usual WHERE paces.size >= %(at_least)s AND paces.size >= usual.size * %(times)s
), calm AS (
    SELECT browser, count(*) / sum(count(*)) OVER () AS share FROM signed
    WHERE ten_minutes NOT IN (SELECT ten_minutes FROM bursts) GROUP BY browser
), machines AS (
    SELECT ten_minutes, browser, bursts.size, count(*) AS used FROM signed JOIN bursts USING (ten_minutes)
    GROUP BY ten_minutes, browser, bursts.size
    HAVING count(*) >= bursts.size * %(one_browser)s
), places AS (
    SELECT ten_minutes, browser, max(there) AS there
    FROM (
        SELECT ten_minutes, browser, count(*) AS there FROM signed JOIN machines USING (ten_minutes, browser)
        GROUP BY ten_minutes, browser, place
    ) AS place GROUP BY ten_minutes, browser
), suspected AS (
    SELECT ten_minutes, browser FROM machines JOIN places USING (ten_minutes, browser) LEFT JOIN calm USING (browser)
    WHERE COALESCE(calm.share, 0) <= %(usual_browser)s AND there <= used * %(one_place)s
)
SELECT id FROM signed WHERE EXISTS (
    SELECT FROM suspected
    WHERE suspected.browser = signed.browser AND abs(suspected.ten_minutes - signed.ten_minutes) <= 1
) ORDER BY id
"""  # noqa: S608 - a statement of ours is all that goes in

# Thresholds grow with the petition: among a million people some are called Martin Martin, and many marie59@.
NAMES = f"""
WITH {_SIGNED}, bounds AS (
    SELECT greatest(%(at_least)s, count(*) * %(share)s) AS size FROM signed
), typed AS (
    SELECT id FROM signed
    WHERE first_name ~ '[0-9]' OR last_name ~ '[0-9]'
        OR first_name || ' ' || last_name ~ 'azert|qwert|qsdf|asdf|wxcv|zxcv|([[:alpha:]])\\1\\1\\1'
), doubled AS (
    SELECT id FROM signed WHERE first_name = last_name
), namesakes AS (
    SELECT id, count(*) OVER (PARTITION BY first_name, last_name) AS size FROM signed
), numbered AS (
    SELECT id, count(*) OVER (PARTITION BY regexp_replace(mailbox, '[0-9]+', '', 'g'), domain) AS size
    FROM signed WHERE mailbox ~ '[0-9]'
)
SELECT id FROM (
    SELECT id, (SELECT count(*) FROM typed) AS size FROM typed
    UNION ALL SELECT id, (SELECT count(*) FROM doubled) FROM doubled
    UNION ALL SELECT id, size FROM namesakes
    UNION ALL SELECT id, size FROM numbered
) AS made, bounds WHERE made.size >= bounds.size GROUP BY id ORDER BY id
"""  # noqa: S608 - a statement of ours is all that goes in
