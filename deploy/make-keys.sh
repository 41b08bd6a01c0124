#!/bin/sh
# Makes what compose.yaml needs to be secret, once, in the folder $1: each file is for one user to read.
set -eu
cd "$1"
umask 077
secret() { head -c 36 /dev/urandom | base64 | tr -d '/+=\n'; }
[ -s auth-secret ] || secret > auth-secret
[ -s metrics-token ] || secret > metrics-token
[ -s postgres-password ] || secret > postgres-password
[ -s database-url ] || printf 'postgres://syncline:%s@postgres/syncline' "$(cat postgres-password)" > database-url
# The user of the server's image.
[ "$(id -u)" != 0 ] || chown 1000:1000 auth-secret metrics-token database-url
