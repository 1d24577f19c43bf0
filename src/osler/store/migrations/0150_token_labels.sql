-- Labels that a token does not get to see, whatever its role reveals.
ALTER TABLE api_token ADD COLUMN withheld text[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN api_token.withheld IS 'Security labels, system|code, beyond those that its role withholds.';
