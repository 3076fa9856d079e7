#!/bin/sh
# Runs database-b of docker-compose.ha.yml: copies database-a on the first start, and follows it until it is promoted.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    pg_basebackup --pgdata="$PGDATA" --write-recovery-conf --wal-method=stream --checkpoint=fast \
        --dbname="host=database-a user=scimd application_name=standby"
    # When it is promoted, its commits wait for nobody until somebody says otherwise.
    echo "synchronous_standby_names = ''" >>"$PGDATA/postgresql.auto.conf"
    chmod 700 "$PGDATA"
fi
exec postgres
