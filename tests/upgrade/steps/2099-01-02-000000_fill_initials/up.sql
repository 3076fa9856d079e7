-- In pieces, each a transaction. A row that a request holds is filled in the next round.
DO $$
DECLARE
    filled BIGINT;
BEGIN
    LOOP
        UPDATE resources SET initials = left(display_name, 1) WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM resources WHERE initials IS NULL AND display_name <> '' LIMIT 500 FOR UPDATE SKIP LOCKED));
        GET DIAGNOSTICS filled = ROW_COUNT;
        COMMIT;
        EXIT WHEN filled = 0;
    END LOOP;
END
$$;
