-- name: citus_version
-- The version of the Citus extension of this database; no row where there is none.
SELECT extversion FROM pg_extension WHERE extname = 'citus'

-- name: nodes
-- Whether this is the coordinator, whether the others know where it is, and how many nodes hold rows.
SELECT citus_is_coordinator(), coalesce(bool_or(groupid = 0), false), count(*) FILTER (WHERE shouldhaveshards)
FROM pg_dist_node WHERE isactive AND noderole = 'primary'

-- name: tables
-- The tables of the bank in the order in which they were made, and whether each may lie over the nodes: a row names its
-- programme, and so does every key by which rows differ, so that one node can referee it.
SELECT c.relname,
       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'programme_id')
       AND NOT EXISTS (
           SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND NOT EXISTS (
               SELECT FROM pg_attribute a
               WHERE a.attrelid = c.oid AND a.attname = 'programme_id' AND a.attnum = ANY(i.indkey::smallint[])))
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
ORDER BY c.oid

-- name: places
-- Which tables lie over the nodes, and which are whole on each node.
SELECT c.relname, p.partmethod = 'h'
FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid
WHERE p.partmethod = 'h' OR p.repmodel = 't'

-- name: keys_between
-- How foreign keys from some tables to some others are taken away, and made again.
SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
       format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint
WHERE contype = 'f' AND conrelid = ANY(%(tables)s::regclass[]) AND confrelid = ANY(%(tables)s::regclass[])

-- name: programmes
-- Whether there is any programme.
SELECT EXISTS (SELECT FROM programme)

-- name: one_at_a_time
-- Nobody else spreads tables meanwhile.
SELECT pg_advisory_xact_lock(hashtextextended('spread', 0))

-- name: one_after_another
-- Tables that point at each other are spread in one transaction, which then may not work on several nodes at once.
SET LOCAL citus.multi_shard_modify_mode TO sequential

-- name: with_triggers
-- Ours look at nothing but the statement that fires them, and hold on every node.
SET LOCAL citus.enable_unsafe_triggers TO on

-- name: copy_table
-- Puts a table on every node.
SELECT create_reference_table(%(table)s::regclass)

-- name: spread_table
-- Spreads a table over the nodes by programme, beside another one so that a programme's rows lie together.
SELECT create_distributed_table(%(table)s::regclass, 'programme_id', colocate_with => %(beside)s)

-- name: shards
-- In how many parts the tables are cut.
SELECT count(*) FROM pg_dist_shard WHERE logicalrelid = %(table)s::regclass
