#!/bin/sh
# Runs once, when the data folder is empty: one database for each service (the last is the one that
# the health check of docker-compose.yml waits for).
set -eu
for service in identity exams certifications fulfillment notifications transcripts; do
    createdb --username "$POSTGRES_USER" --owner "$POSTGRES_USER" "$service"
done
