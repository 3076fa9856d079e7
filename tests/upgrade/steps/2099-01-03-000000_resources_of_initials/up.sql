CREATE INDEX CONCURRENTLY IF NOT EXISTS resources_of_initials ON resources (initials);
