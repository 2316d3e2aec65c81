#!/bin/sh
# Run once, when the data folder is new: the site's role owns its database and is no superuser.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv password SITE_PASSWORD
CREATE ROLE mesopinions LOGIN PASSWORD :'password';
CREATE DATABASE mesopinions OWNER mesopinions;
SQL
