#!/usr/bin/env bash
# Run once, by the image, when the primary's folder is empty: the routers' role and database, and who may copy.

set -euo pipefail

# While this runs there is no standby to wait for.
PGOPTIONS='-c synchronous_commit=local' psql --username postgres --set ON_ERROR_STOP=1 \
    --set router="$ROUTER_DB_PASSWORD" --set replication="$REPLICATION_PASSWORD" <<'SQL'
CREATE ROLE router LOGIN PASSWORD :'router';
CREATE ROLE replication LOGIN REPLICATION PASSWORD :'replication';
CREATE DATABASE router OWNER router ENCODING 'UTF8' TEMPLATE template0;
SQL
echo "host replication replication all scram-sha-256" >>"$PGDATA/pg_hba.conf"
