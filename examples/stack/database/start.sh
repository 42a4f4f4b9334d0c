#!/bin/sh
# Makes the cluster on first start, then becomes PostgreSQL itself, so that it gets the stop signal.
set -eu
programs=$(echo /usr/lib/postgresql/*/bin)
data=/var/lib/guestbook/cluster
as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }

if [ ! -s "$data/PG_VERSION" ]; then
  chown postgres:postgres /var/lib/guestbook
  install -o postgres -m 600 /dev/null /var/lib/guestbook/password
  printf '%s\n' "$PGPASSWORD" > /var/lib/guestbook/password
  as_postgres "$programs/initdb" --pgdata="$data" --username=guestbook --auth=scram-sha-256 --no-sync \
    --pwfile=/var/lib/guestbook/password --encoding=UTF8 --locale=C.UTF-8 > /dev/null
  rm /var/lib/guestbook/password
  echo 'host all all all scram-sha-256' >> "$data/pg_hba.conf"
  echo "CREATE DATABASE guestbook" | as_postgres "$programs/postgres" --single -D "$data" postgres > /dev/null
fi
mkdir -p /run/postgresql
chown postgres:postgres /run/postgresql
exec setpriv --reuid=postgres --regid=postgres --init-groups "$programs/postgres" -D "$data" -c 'listen_addresses=*'
