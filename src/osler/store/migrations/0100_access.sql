-- The gate's own tables: who may sign in, with what, and the audit of every access (ADR 2).

-- Audit -------------------------------------------------------------------------------------------------------------
-- Column order is by alignment: 64 bytes of data and 24 of header, 88 rows a page. Nothing is NULL (a null bitmap would cost
-- 8 bytes a row); 0 is "none". No btree: rows are found by month partition and the summary of `at`.

CREATE TABLE audit (
    num     bigint      NOT NULL,
    at      timestamptz NOT NULL,
    target  bigint      NOT NULL,
    pat     bigint      NOT NULL,
    mac     bigint      NOT NULL,
    writer  integer     NOT NULL,
    actor   integer     NOT NULL,
    what    integer     NOT NULL,
    n       integer     NOT NULL,
    action  smallint    NOT NULL,
    purpose smallint    NOT NULL,
    outcome smallint    NOT NULL,
    type    smallint    NOT NULL
) PARTITION BY RANGE (at);
CREATE INDEX audit_at ON audit USING brin (at) WITH (pages_per_range = 32, autosummarize = on);
CREATE TABLE audit_default PARTITION OF audit DEFAULT;
COMMENT ON TABLE audit IS 'One row a request. num has no gaps within a writer; mac is a keyed hash of every other column.';
COMMENT ON COLUMN audit.target IS 'self hash of the one resource asked for, 0 for searches.';
COMMENT ON COLUMN audit.pat IS 'self hash of the patient it was about, 0 for none or several.';
COMMENT ON COLUMN audit.what IS 'audit_shape: the shape of the request, without values.';
COMMENT ON COLUMN audit.n IS 'How many resources went out or were written.';
COMMENT ON COLUMN audit.type IS 'term of kind t, 0 for none.';

CREATE TABLE audit_writer (
    id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    opened_at  timestamptz NOT NULL,
    pid        integer     NOT NULL,
    started_at timestamptz NOT NULL,
    upto       bigint      NOT NULL DEFAULT 0,
    head       bigint      NOT NULL DEFAULT 0,
    sealed_at  timestamptz,
    closed     boolean     NOT NULL DEFAULT false
);
CREATE INDEX audit_writer_open ON audit_writer (id) WHERE NOT closed;
COMMENT ON TABLE audit_writer IS
    'One database connection that writes audit rows (pid and start of its backend). upto, head: where its last seal left it. '
    'Bookkeeping of the sealer only; verify trusts the seals.';

CREATE TABLE audit_actor (
    id      integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind    text   NOT NULL,
    ref     text   NOT NULL,
    display text   NOT NULL,
    via     text   NOT NULL,
    mac     bigint NOT NULL,
    UNIQUE (kind, ref, via, display)
);
COMMENT ON TABLE audit_actor IS 'Interned actors: a user, client or the system, as named at the time, by one session or token (via).';

CREATE TABLE audit_shape (
    id   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    text text   NOT NULL UNIQUE,
    mac  bigint NOT NULL
);

CREATE TABLE audit_key (
    fingerprint text PRIMARY KEY,
    since       timestamptz NOT NULL
);
COMMENT ON TABLE audit_key IS 'Which key file the macs were made with. The key itself is never in the database.';

CREATE TABLE seal (
    num     bigint      PRIMARY KEY,
    at      timestamptz NOT NULL,
    rows    integer     NOT NULL,
    writers integer[]   NOT NULL,
    uptos   bigint[]    NOT NULL,
    heads   bigint[]    NOT NULL,
    mac     bytea       NOT NULL
);
COMMENT ON TABLE seal IS
    'A chain over committed audit rows: up to which number each writer had come, and the running hash there. mac covers the mac before.';

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Rows in the default partition go to the one of their month when that is made (store/partitions.py).
    IF TG_OP = 'DELETE' AND current_setting('osler.moving', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit is only ever added to';
END $$;
CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_stays BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_only_grows BEFORE UPDATE OR DELETE ON seal FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_stays BEFORE TRUNCATE ON seal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_actor_only_grows BEFORE UPDATE OR DELETE ON audit_actor
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_shape_only_grows BEFORE UPDATE OR DELETE ON audit_shape
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Accounts ----------------------------------------------------------------------------------------------------------

CREATE TABLE account (
    id            text COLLATE "C" PRIMARY KEY,
    login         text COLLATE "C" NOT NULL UNIQUE,
    display       text        NOT NULL,
    roles         text[]      NOT NULL,
    practitioner  text,
    sites         text[],
    password      text        NOT NULL,
    must_change   boolean     NOT NULL DEFAULT false,
    pin           text,
    totp_secret   text,
    totp_pending  text,
    totp_step     bigint      NOT NULL DEFAULT 0,
    created_at    timestamptz NOT NULL,
    disabled_at   timestamptz
);
COMMENT ON COLUMN account.login IS 'Folded: lower case, NFKC.';
COMMENT ON COLUMN account.sites IS 'Organization ids the person is confined to; NULL is all.';
COMMENT ON COLUMN account.totp_step IS 'Last time step whose code was used: each code works once.';

CREATE TABLE recovery_code (
    account text COLLATE "C" NOT NULL REFERENCES account,
    hash    bytea NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (account, hash)
);

CREATE TABLE session (
    id         text COLLATE "C" PRIMARY KEY,
    hash       bytea       NOT NULL UNIQUE,
    account    text COLLATE "C" NOT NULL REFERENCES account,
    stage      text        NOT NULL CHECK (stage IN ('code', 'open', 'locked')),
    created_at timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL,
    ended_at   timestamptz,
    misses     integer     NOT NULL DEFAULT 0,
    address    text        NOT NULL,
    agent      text        NOT NULL
);
CREATE INDEX session_account ON session (account, created_at);
COMMENT ON COLUMN session.hash IS 'SHA-256 of the cookie; the cookie itself is kept nowhere.';
COMMENT ON COLUMN session.stage IS 'code: password was right, the second factor is still to come. locked: needs PIN or password.';

CREATE TABLE api_token (
    id           text COLLATE "C" PRIMARY KEY,
    name         text        NOT NULL,
    hash         bytea       NOT NULL UNIQUE,
    scopes       text[]      NOT NULL,
    roles        text[]      NOT NULL,
    account      text COLLATE "C" REFERENCES account,
    patient      text,
    sites        text[],
    created_at   timestamptz NOT NULL,
    created_by   text        NOT NULL,
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz
);
COMMENT ON COLUMN api_token.account IS 'Set for a token that acts for a person; NULL for a program of its own.';

CREATE TABLE sign_in_failure (
    key        bytea       PRIMARY KEY,
    failures   integer     NOT NULL,
    last_at    timestamptz NOT NULL,
    blocked_to timestamptz NOT NULL
);
COMMENT ON TABLE sign_in_failure IS 'Failed sign-ins by hashed login and hashed address, so that neither restart nor second worker forgets them.';
