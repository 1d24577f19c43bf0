-- The words within patients' names with which no text of a name begins (`marie` of `Anne-Marie`), beside the texts: whoever
-- types several words is found by the rarest of them. From here on they are indexed with the patient; those of the patients
-- who are there already are read from their texts.

INSERT INTO term (kind, text) VALUES ('p', 'Patient.name:words') ON CONFLICT DO NOTHING;

INSERT INTO strings (rid, comp, param, txt)
SELECT DISTINCT s.rid, 0::bigint, words.id, w.word
FROM term AS name
JOIN term AS words ON words.kind = 'p' AND words.text = 'Patient.name:words'
JOIN strings AS s ON s.param = name.id AND s.comp = 0 AND s.txt LIKE '% %'
CROSS JOIN LATERAL unnest(string_to_array(s.txt, ' ')) AS w (word)
WHERE name.kind = 'p' AND name.text = 'Patient.name' AND w.word <> ''
  AND NOT EXISTS (
    SELECT 1 FROM strings AS t WHERE t.rid = s.rid AND t.param = name.id AND split_part(t.txt, ' ', 1) = w.word);
