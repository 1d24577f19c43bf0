-- The texts that stand behind hashed tokens, each once for a parameter of a type: what `:text` and `:below` look up to learn
-- which tokens to look for. Rows stay when the last resource with a text is gone; a search then finds nothing by them.

CREATE TABLE phrase (
    hash  bigint  NOT NULL,
    param integer NOT NULL,
    txt   text COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX phrase_text ON phrase (param, txt, hash);
COMMENT ON TABLE phrase IS 'Vocabulary of the tokens in resource.tok: displays and texts of codes, web addresses; txt is cut to 600 characters.';
