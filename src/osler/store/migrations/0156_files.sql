-- A Binary that does not say whose it is (no securityContext that leads anywhere here, so it follows nothing) is of a patient whom
-- nobody knows: most are letters and scans that a document has the address of.

UPDATE resource r SET pats = '{0}' FROM term t
WHERE t.kind = 't' AND t.text = 'Binary' AND r.type = t.id AND r.pat IS NULL AND r.pats IS NULL
  AND NOT EXISTS (SELECT 1 FROM follower f WHERE f.rid = r.rid);

UPDATE history h SET pats = '{0}' FROM term t
WHERE t.kind = 't' AND t.text = 'Binary' AND h.type = t.id AND h.pat IS NULL AND h.pats IS NULL;
