-- Releases of code systems, value sets and FHIR packages that this site has loaded, as packed bytes: so that they are in every
-- backup and every process and machine of the installation finds them.

CREATE TABLE knowledge_release (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind         text        NOT NULL,
    name         text        NOT NULL,
    version      text        NOT NULL,
    effective_on date        NOT NULL,
    hash         bytea       NOT NULL,
    size         bigint      NOT NULL,
    count        bigint      NOT NULL,
    head         jsonb       NOT NULL,
    loaded_at    timestamptz NOT NULL,
    loaded_by    text        NOT NULL,
    turn         bigint,
    UNIQUE (kind, name, hash)
);
CREATE UNIQUE INDEX knowledge_release_turn ON knowledge_release (turn) WHERE turn IS NOT NULL;
CREATE SEQUENCE knowledge_turn AS bigint;
COMMENT ON TABLE knowledge_release IS 'What was loaded with `osler load`; none is ever deleted.';
COMMENT ON COLUMN knowledge_release.name IS 'The code system, value set or package; several of one kind can be in use beside each other.';
COMMENT ON COLUMN knowledge_release.hash IS 'SHA-256 of the bytes: the same release loaded again is the same row.';
COMMENT ON COLUMN knowledge_release.turn IS 'When it was put to use, counted; NULL is not in use. The highest of a name goes first, going back sets it to NULL.';

CREATE TABLE knowledge_piece (
    release bigint  NOT NULL REFERENCES knowledge_release,
    number  integer NOT NULL,
    data    bytea   NOT NULL,
    PRIMARY KEY (release, number)
);
ALTER TABLE knowledge_piece ALTER COLUMN data SET STORAGE EXTERNAL;
COMMENT ON TABLE knowledge_piece IS 'The bytes of a release in order, a megabyte each; they are packed already.';
