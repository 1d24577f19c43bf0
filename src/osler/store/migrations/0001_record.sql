-- The record: one row per resource, few indexes (ADR 1). Types, parameters, sites and labels are interned in `term`;
-- what search compares is a keyed 64-bit hash, so no index holds a patient's words except `strings`.

CREATE TABLE property (
    name  text PRIMARY KEY,
    value text NOT NULL
);
COMMENT ON TABLE property IS 'Facts fixed when the database was made: hash key, time zone.';

CREATE TABLE term (
    id   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind "char" NOT NULL,
    text text COLLATE "C" NOT NULL,
    UNIQUE (kind, text)
);
COMMENT ON TABLE term IS 'Interned names: t resource type, p search parameter, o organization or site id, l security label.';

CREATE TABLE dictionary (
    id      smallint PRIMARY KEY,
    type    smallint NOT NULL,
    data    bytea NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE dictionary IS 'zstd dictionaries of resource bodies, one or more a type; never deleted while a body names it.';

CREATE SEQUENCE resource_rid AS bigint INCREMENT BY 512;
COMMENT ON SEQUENCE resource_rid IS 'Row ids in blocks of 512: a process takes a block and numbers its rows from it.';

CREATE TABLE resource (
    rid     bigint      NOT NULL,
    self    bigint      NOT NULL,
    pat     bigint,
    upd     timestamptz NOT NULL,
    d_lo    timestamptz NOT NULL DEFAULT '-infinity',
    d_hi    timestamptz NOT NULL DEFAULT 'infinity',
    ver     integer     NOT NULL,
    type    smallint    NOT NULL,
    sv      smallint    NOT NULL,
    deleted boolean     NOT NULL DEFAULT false,
    long    boolean     NOT NULL DEFAULT false,
    id      text COLLATE "C" NOT NULL,
    pats    bigint[],
    org     integer[],
    lab     integer[],
    tok     bigint[]    NOT NULL,
    body    bytea       NOT NULL,
    PRIMARY KEY (type, rid)
);
ALTER TABLE resource ALTER COLUMN body SET STORAGE EXTERNAL;
COMMENT ON COLUMN resource.self IS 'Keyed hash of Type/id: what references, chains and _id look up.';
COMMENT ON COLUMN resource.pat IS 'self of the patient who is its subject (a Patient: its own). This reference is in no row of refs.';
COMMENT ON COLUMN resource.pats IS 'Every patient in whose compartment it is, when that is not just pat.';
COMMENT ON COLUMN resource.d_lo IS 'Primary clinical date, half-open span d_lo to d_hi; absent is minus to plus infinity.';
COMMENT ON COLUMN resource.long IS 'Whether that span is over a day: only such rows are indexed by their end.';
COMMENT ON COLUMN resource.tok IS 'Keyed hashes of index tokens (docs/reference/search-semantics.md).';
COMMENT ON COLUMN resource.body IS 'Two bytes dictionary id, then one zstd frame of the canonical JSON.';

CREATE UNIQUE INDEX resource_self ON resource (self);
CREATE INDEX resource_patient ON resource (pat, type, d_lo) WHERE NOT deleted;
CREATE INDEX resource_date ON resource (type, d_lo) WHERE NOT deleted;
CREATE INDEX resource_until ON resource (type, d_hi) WHERE long AND NOT deleted;
CREATE INDEX resource_updated ON resource (type, upd) WHERE NOT deleted;
CREATE INDEX resource_patients ON resource USING gin (pats) WHERE pats IS NOT NULL AND NOT deleted;
-- New rows wait in the index's pending list and go in sorted: connections keep it short (gin_pending_list_limit), bulk
-- loads long. Measured: 12,300 rows/s instead of 4,400.
CREATE INDEX resource_tokens ON resource USING gin (tok) WHERE NOT deleted;
ALTER TABLE resource ALTER COLUMN tok SET STATISTICS 1000;

CREATE TABLE strings (
    rid   bigint  NOT NULL,
    comp  bigint  NOT NULL,
    param integer NOT NULL,
    txt   text COLLATE "C" NOT NULL
);
CREATE INDEX strings_text ON strings (param, txt);
CREATE INDEX strings_rid ON strings (rid);

CREATE TABLE numbers (
    rid   bigint  NOT NULL,
    comp  bigint  NOT NULL,
    code  bigint  NOT NULL,
    sys   bigint  NOT NULL,
    unit  bigint  NOT NULL,
    param integer NOT NULL,
    lo    numeric,
    hi    numeric
);
COMMENT ON TABLE numbers IS 'Numbers and quantities; sys, code and unit are keyed hashes of system|code, code and unit text. NULL is open.';
CREATE INDEX numbers_value ON numbers (param, comp, lo);
CREATE INDEX numbers_rid ON numbers (rid);

CREATE TABLE dates (
    rid   bigint      NOT NULL,
    comp  bigint      NOT NULL,
    lo    timestamptz NOT NULL,
    hi    timestamptz NOT NULL,
    param integer     NOT NULL
);
CREATE INDEX dates_value ON dates (param, comp, lo);
CREATE INDEX dates_rid ON dates (rid);

CREATE TABLE refs (
    target bigint  NOT NULL,
    src    bigint  NOT NULL,
    param  integer NOT NULL
);
COMMENT ON TABLE refs IS 'Literal references between resources of this database, but for the one in resource.pat: target is a self, src a rid; param 0 is read by no parameter.';
CREATE INDEX refs_target ON refs (target, param);
CREATE INDEX refs_src ON refs (src);

CREATE TABLE history (
    at      timestamptz NOT NULL,
    rid     bigint      NOT NULL,
    pat     bigint,
    ver     integer     NOT NULL,
    type    smallint    NOT NULL,
    deleted boolean     NOT NULL,
    id      text COLLATE "C" NOT NULL,
    pats    bigint[],
    org     integer[],
    lab     integer[],
    tok     bigint[]    NOT NULL,
    body    bytea       NOT NULL
) PARTITION BY RANGE (at);
ALTER TABLE history ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX history_version ON history (rid, ver);
CREATE TABLE history_default PARTITION OF history DEFAULT;
COMMENT ON TABLE history IS 'Superseded versions; `at` is the lastUpdated of that version. The current version is in `resource`.';

CREATE TABLE change (
    seq  bigint GENERATED ALWAYS AS IDENTITY,
    tx   xid8        NOT NULL DEFAULT pg_current_xact_id(),
    at   timestamptz NOT NULL,
    rid  bigint      NOT NULL,
    ver  integer     NOT NULL,
    type smallint    NOT NULL,
    op   "char"      NOT NULL
) PARTITION BY RANGE (at);
CREATE INDEX change_type ON change (type, seq);
CREATE INDEX change_seq ON change (seq);
CREATE TABLE change_default PARTITION OF change DEFAULT;
COMMENT ON TABLE change IS 'One narrow row a write: c create, u update, d delete. Read only below pg_snapshot_xmin: commit order is not seq order.';

CREATE TABLE panel (
    actor   bigint      NOT NULL,
    pat     bigint      NOT NULL,
    src     bigint      NOT NULL,
    until   timestamptz NOT NULL DEFAULT 'infinity',
    PRIMARY KEY (actor, pat, src)
);
CREATE INDEX panel_src ON panel (src);
COMMENT ON TABLE panel IS 'Which practitioner (self hash) has which patient in care, kept by the transaction that writes CareTeam or Encounter (src).';

-- A writer locks what it points at against a delete, and a delete locks what goes against writers: each its own advisory
-- lock for each resource. Locks live in a table of fixed size, which one bundle could fill, so above `many` a transaction
-- locks this empty table instead. Its modes say who waits: few targets (ROW SHARE) only for a mass delete, many targets
-- (SHARE) for every delete, few deletes (ROW EXCLUSIVE) for writers of many targets, a mass delete (EXCLUSIVE) for all.
CREATE TABLE integrity ();
COMMENT ON TABLE integrity IS 'Always empty; transactions that write or delete many resources lock it.';

CREATE FUNCTION many() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 256';

-- Share-locks every target and counts those that are there. Each statement of a volatile function has its own snapshot,
-- so a delete that committed while we waited for its lock is seen. A delete holds the exclusive lock until it commits.
CREATE FUNCTION lock_targets(targets bigint[]) RETURNS integer LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    t bigint;
    present integer;
BEGIN
    IF cardinality(targets) > many() THEN
        LOCK TABLE integrity IN SHARE MODE;
    ELSE
        PERFORM 1 FROM integrity FOR KEY SHARE;
        FOR t IN SELECT DISTINCT x FROM unnest(targets) AS x ORDER BY x LOOP
            PERFORM pg_advisory_xact_lock_shared(t);
        END LOOP;
    END IF;
    SELECT count(*) INTO present FROM resource WHERE self = ANY (targets) AND NOT deleted;
    RETURN present;
END $$;

-- Waits for the writers that are about to point at these; `delete_resource` follows.
CREATE FUNCTION lock_deleted(selfs bigint[]) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    s bigint;
BEGIN
    IF cardinality(selfs) > many() THEN
        LOCK TABLE integrity IN EXCLUSIVE MODE;
    ELSE
        LOCK TABLE integrity IN ROW EXCLUSIVE MODE;
        FOR s IN SELECT x FROM unnest(selfs) AS x ORDER BY x LOOP
            PERFORM pg_advisory_xact_lock(s);
        END LOOP;
    END IF;
END $$;

CREATE FUNCTION index_resource(
    p_rid bigint, p_pat bigint,
    s_param integer[], s_txt text[], s_comp bigint[],
    n_param integer[], n_comp bigint[], n_sys bigint[], n_code bigint[], n_unit bigint[], n_lo numeric[], n_hi numeric[],
    t_param integer[], t_comp bigint[], t_lo timestamptz[], t_hi timestamptz[],
    r_target bigint[], r_param integer[],
    panel_actor bigint[], panel_until timestamptz
) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF cardinality(s_param) > 0 THEN
        INSERT INTO strings (rid, comp, param, txt)
        SELECT p_rid, c, p, t FROM unnest(s_param, s_txt, s_comp) AS u(p, t, c);
    END IF;
    IF cardinality(n_param) > 0 THEN
        INSERT INTO numbers (rid, comp, code, sys, unit, param, lo, hi)
        SELECT p_rid, c, co, s, u, p, l, h
        FROM unnest(n_param, n_comp, n_sys, n_code, n_unit, n_lo, n_hi) AS x(p, c, s, co, u, l, h);
    END IF;
    IF cardinality(t_param) > 0 THEN
        INSERT INTO dates (rid, comp, lo, hi, param)
        SELECT p_rid, c, l, h, p FROM unnest(t_param, t_comp, t_lo, t_hi) AS x(p, c, l, h);
    END IF;
    IF cardinality(r_target) > 0 THEN
        INSERT INTO refs (target, src, param) SELECT t, p_rid, p FROM unnest(r_target, r_param) AS x(t, p);
    END IF;
    IF cardinality(panel_actor) > 0 AND p_pat IS NOT NULL THEN
        INSERT INTO panel (actor, pat, src, until) SELECT a, p_pat, p_rid, panel_until FROM unnest(panel_actor) AS a;
    END IF;
END $$;

-- Takes the indexes of a resource away before they are written anew.
CREATE FUNCTION unindex_resource(p_rid bigint) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    DELETE FROM strings WHERE rid = p_rid;
    DELETE FROM numbers WHERE rid = p_rid;
    DELETE FROM dates WHERE rid = p_rid;
    DELETE FROM refs WHERE src = p_rid;
    DELETE FROM panel WHERE src = p_rid;
END $$;

-- One new resource with everything that indexes it, in one round trip. `seen` is how many of the distinct targets the
-- caller may see; a target that is missing, deleted or hidden refuses the whole write with the same error.
CREATE FUNCTION create_resource(
    p_rid bigint, p_self bigint, p_pat bigint, p_upd timestamptz, p_lo timestamptz, p_hi timestamptz, p_ver integer,
    p_type smallint, p_sv smallint, p_long boolean, p_id text, p_pats bigint[], p_org integer[], p_lab integer[], p_tok bigint[], p_body bytea,
    s_param integer[], s_txt text[], s_comp bigint[],
    n_param integer[], n_comp bigint[], n_sys bigint[], n_code bigint[], n_unit bigint[], n_lo numeric[], n_hi numeric[],
    t_param integer[], t_comp bigint[], t_lo timestamptz[], t_hi timestamptz[],
    r_target bigint[], r_param integer[],
    panel_actor bigint[], panel_until timestamptz,
    targets bigint[], seen bigint
) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF cardinality(targets) > 0 AND (seen < cardinality(targets) OR lock_targets(targets) < cardinality(targets)) THEN
        RAISE EXCEPTION USING ERRCODE = 'OS001', MESSAGE = 'a referenced resource is not there';
    END IF;
    INSERT INTO resource (rid, self, pat, upd, d_lo, d_hi, ver, type, sv, long, id, pats, org, lab, tok, body)
    VALUES (p_rid, p_self, p_pat, p_upd, p_lo, p_hi, p_ver, p_type, p_sv, p_long, p_id, p_pats, p_org, p_lab, p_tok, p_body);
    INSERT INTO change (at, rid, ver, type, op) VALUES (p_upd, p_rid, p_ver, p_type, 'c');
    PERFORM index_resource(p_rid, p_pat, s_param, s_txt, s_comp, n_param, n_comp, n_sys, n_code, n_unit, n_lo, n_hi,
                           t_param, t_comp, t_lo, t_hi, r_target, r_param, panel_actor, panel_until);
END $$;

-- A new version of a resource whose row the caller has locked: the version before goes to history. Also brings a deleted
-- resource back.
CREATE FUNCTION replace_resource(
    p_rid bigint, p_self bigint, p_pat bigint, p_upd timestamptz, p_lo timestamptz, p_hi timestamptz, p_ver integer,
    p_type smallint, p_sv smallint, p_long boolean, p_id text, p_pats bigint[], p_org integer[], p_lab integer[], p_tok bigint[], p_body bytea,
    s_param integer[], s_txt text[], s_comp bigint[],
    n_param integer[], n_comp bigint[], n_sys bigint[], n_code bigint[], n_unit bigint[], n_lo numeric[], n_hi numeric[],
    t_param integer[], t_comp bigint[], t_lo timestamptz[], t_hi timestamptz[],
    r_target bigint[], r_param integer[],
    panel_actor bigint[], panel_until timestamptz,
    targets bigint[], seen bigint
) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF cardinality(targets) > 0 AND (seen < cardinality(targets) OR lock_targets(targets) < cardinality(targets)) THEN
        RAISE EXCEPTION USING ERRCODE = 'OS001', MESSAGE = 'a referenced resource is not there';
    END IF;
    INSERT INTO history (at, rid, pat, ver, type, deleted, id, pats, org, lab, tok, body)
    SELECT upd, rid, pat, ver, type, deleted, id, pats, org, lab, tok, body FROM resource WHERE type = p_type AND rid = p_rid;
    UPDATE resource SET pat = p_pat, upd = p_upd, d_lo = p_lo, d_hi = p_hi, ver = p_ver, sv = p_sv, long = p_long, deleted = false,
                        pats = p_pats, org = p_org, lab = p_lab, tok = p_tok, body = p_body
    WHERE type = p_type AND rid = p_rid;
    INSERT INTO change (at, rid, ver, type, op) VALUES (p_upd, p_rid, p_ver, p_type, 'u');
    PERFORM unindex_resource(p_rid);
    PERFORM index_resource(p_rid, p_pat, s_param, s_txt, s_comp, n_param, n_comp, n_sys, n_code, n_unit, n_lo, n_hi,
                           t_param, t_comp, t_lo, t_hi, r_target, r_param, panel_actor, panel_until);
END $$;

-- Deletes a resource whose row the caller has locked, after `lock_deleted`; `check_unreferenced` must follow before the
-- commit.
CREATE FUNCTION delete_resource(p_type smallint, p_rid bigint, p_upd timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    INSERT INTO history (at, rid, pat, ver, type, deleted, id, pats, org, lab, tok, body)
    SELECT upd, rid, pat, ver, type, deleted, id, pats, org, lab, tok, body FROM resource WHERE type = p_type AND rid = p_rid;
    UPDATE resource SET deleted = true, ver = ver + 1, upd = p_upd, body = '' WHERE type = p_type AND rid = p_rid;
    INSERT INTO change (at, rid, ver, type, op) SELECT p_upd, rid, ver, type, 'd' FROM resource WHERE type = p_type AND rid = p_rid;
    PERFORM unindex_resource(p_rid);
END $$;

CREATE FUNCTION check_unreferenced(selfs bigint[]) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM refs WHERE target = ANY (selfs))
       OR EXISTS (SELECT 1 FROM resource WHERE pat = ANY (selfs) AND self <> pat AND NOT deleted) THEN
        RAISE EXCEPTION USING ERRCODE = 'OS002', MESSAGE = 'the resource is referenced';
    END IF;
END $$;
