#!/bin/sh
# Makes the role under which the service runs. It owns nothing: `story-comments migrate --grant-to comments_service` lets it use
# the tables, all but changing or removing decisions and entries of the record of staff acts.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set password="$SERVICE_PASSWORD" <<'SQL'
CREATE ROLE comments_service LOGIN PASSWORD :'password';
SQL
