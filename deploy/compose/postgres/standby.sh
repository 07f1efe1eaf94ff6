#!/usr/bin/env bash
# Makes an empty folder a copy of the primary, and runs it as a standby whose commits the primary waits for.

set -euo pipefail

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    mkdir -p "$PGDATA" && chown postgres "$PGDATA" && chmod 700 "$PGDATA"
    gosu postgres env PGPASSWORD="$REPLICATION_PASSWORD" pg_basebackup --pgdata "$PGDATA" --write-recovery-conf \
        --wal-method stream --checkpoint fast \
        --dbname "host=primary user=replication application_name=standby"
fi
exec docker-entrypoint.sh "$@"
