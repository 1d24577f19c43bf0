-- How far the index is for each search parameter that a site has defined (docs/adr/0006-search-parameters-at-run-time.md). What they
-- are is in the SearchParameter resources; this can always be made anew.

CREATE TABLE custom_param (
    type    smallint    NOT NULL,
    code    text        NOT NULL,
    print   text        NOT NULL,
    since   timestamptz NOT NULL DEFAULT clock_timestamp(),
    first   bigint      NOT NULL DEFAULT 0,
    last    bigint      NOT NULL DEFAULT 0,
    reached bigint      NOT NULL DEFAULT -1,
    done    boolean     NOT NULL DEFAULT false,
    gone    boolean     NOT NULL DEFAULT false,
    late    bigint      DEFAULT -1,
    PRIMARY KEY (type, code)
);
COMMENT ON COLUMN custom_param.print IS 'Fingerprint of what it indexes: with another one, all rows of the type are looked at again.';
COMMENT ON COLUMN custom_param.reached IS 'Up to this rid the rows of the type are indexed by it; first and last say where they began and ended at since.';
COMMENT ON COLUMN custom_param.gone IS 'Deleted or retired: its tokens and rows are being taken away, then this row.';
COMMENT ON COLUMN custom_param.late IS 'As reached, for the second look at what was being written when it came; NULL when that is done.';
