-- Whose a resource is that tells about another. A Provenance says when something was written and by whom; who may not see
-- that something must not learn it there. It takes its patients, sites and labels from what it points at, and so does a
-- Binary from its security context. What could name a patient and names none takes the patients of what it points at.
-- The columns of the row itself hold what was taken, so that searches ask one row, and a change is passed on when it
-- happens: hardly ever.

CREATE TABLE follows (
    type  text COLLATE "C" PRIMARY KEY,
    param text
);
COMMENT ON TABLE follows IS 'Types whose rows take policy columns from what they point at.';
COMMENT ON COLUMN follows.param IS 'All of them from the targets of this parameter (empty: of references that no parameter reads); NULL: patients alone, from every target, when it names none.';

INSERT INTO follows VALUES ('Provenance', 'target'), ('Binary', '');
INSERT INTO follows SELECT unnest(ARRAY[
    'Account', 'AdverseEvent', 'Appointment', 'AppointmentResponse', 'AuditEvent', 'Basic', 'CarePlan', 'CareTeam', 'ChargeItem',
    'ClaimResponse', 'ClinicalImpression', 'Communication', 'CommunicationRequest', 'Composition', 'Consent', 'Contract',
    'DetectedIssue', 'DeviceMetric', 'DeviceRequest', 'DeviceUseStatement', 'DiagnosticReport', 'DocumentManifest',
    'DocumentReference', 'Encounter', 'EnrollmentRequest', 'EnrollmentResponse', 'Flag', 'GuidanceResponse',
    'ImmunizationEvaluation', 'Invoice', 'Linkage', 'List', 'MeasureReport', 'Media', 'MedicationAdministration',
    'MedicationDispense', 'MessageHeader', 'MolecularSequence', 'Observation', 'PaymentNotice', 'PaymentReconciliation',
    'Procedure', 'QuestionnaireResponse', 'RequestGroup', 'ServiceRequest', 'Specimen', 'SupplyDelivery', 'SupplyRequest',
    'Task', 'VerificationResult'
]), NULL;

CREATE TABLE follower (
    rid   bigint   PRIMARY KEY,
    type  smallint NOT NULL,
    param integer,
    org   integer[],
    lab   integer[]
);
COMMENT ON TABLE follower IS 'Rows that take policy columns from what they point at: by which parameter (as follows.param), and the sites and labels that they name themselves.';

-- What is followed stays as it is until the transaction ends: whoever changes it then finds the row that has just taken
-- from it.
CREATE FUNCTION hold_followed(followed bigint[]) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM 1 FROM resource t WHERE t.self = ANY (followed) ORDER BY t.self FOR SHARE;
END $$;

-- What some resources have together.
CREATE FUNCTION policy_of(targets bigint[], OUT pats bigint[], OUT org integer[], OUT lab integer[]) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM hold_followed(targets);
    SELECT array_agg(DISTINCT x.pat ORDER BY x.pat) FILTER (WHERE x.pat IS NOT NULL),
           array_agg(DISTINCT x.org ORDER BY x.org) FILTER (WHERE x.org IS NOT NULL),
           array_agg(DISTINCT x.lab ORDER BY x.lab) FILTER (WHERE x.lab IS NOT NULL)
    INTO pats, org, lab
    FROM resource t,
         LATERAL unnest(coalesce(t.pats, ARRAY[t.pat]), t.org, t.lab) AS x(pat, org, lab)
    WHERE t.self = ANY (targets);
END $$;

-- The policy columns of a follower, from what it names itself and from its targets. Where these are decides alone, not where
-- somebody wrote about them; labels add up.
CREATE FUNCTION followed(p_param integer, own_org integer[], own_lab integer[], targets bigint[],
                         OUT pats bigint[], OUT org integer[], OUT lab integer[]) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    t record;
BEGIN
    SELECT * INTO t FROM policy_of(targets);
    pats := t.pats;
    org := own_org;
    lab := own_lab;
    IF p_param IS NOT NULL THEN
        org := CASE WHEN t.org IS NOT NULL OR t.pats IS NOT NULL THEN t.org ELSE own_org END;
        lab := CASE WHEN own_lab IS NULL THEN t.lab WHEN t.lab IS NULL THEN own_lab
                    ELSE ARRAY(SELECT l FROM unnest(own_lab || t.lab) AS l GROUP BY l ORDER BY l) END;
    END IF;
END $$;

-- What a row about to be written will follow, by which parameter; no row when it follows nothing.
CREATE FUNCTION to_follow(p_self bigint, p_pat bigint, p_type smallint, r_target bigint[], r_param integer[], pats bigint[])
RETURNS TABLE (by_param integer, targets bigint[]) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    name record;
BEGIN
    IF p_pat IS NOT NULL OR cardinality(r_target) = 0 THEN
        RETURN;
    END IF;
    SELECT t.text AS type, w.param INTO name FROM term t JOIN follows w ON w.type = t.text WHERE t.id = p_type;
    IF NOT FOUND OR (name.param IS NULL AND pats IS NOT NULL) THEN
        RETURN;
    END IF;
    IF name.param IS NOT NULL THEN
        by_param := coalesce((SELECT id FROM term WHERE kind = 'p' AND text = name.type || '.' || name.param), 0);
    END IF;
    targets := ARRAY(
        SELECT DISTINCT t FROM unnest(r_target, r_param) AS x(t, p) WHERE (by_param IS NULL OR p = by_param) AND t <> p_self);
    RETURN NEXT;
END $$;

-- All that a row about to be written points at stays, and what it will follow stays as it is. In this order, in which a
-- delete takes both: who takes them the other way round waits for the delete while it waits for them.
CREATE FUNCTION hold_targets(p_self bigint, p_pat bigint, p_type smallint, r_target bigint[], r_param integer[], pats bigint[],
                             targets bigint[], seen bigint) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF p_pat IS NULL THEN
        PERFORM hold_followed(w.targets) FROM to_follow(p_self, p_pat, p_type, r_target, r_param, pats) AS w;
    END IF;
    IF cardinality(targets) > 0 AND (seen < cardinality(targets) OR lock_targets(targets) < cardinality(targets)) THEN
        RAISE EXCEPTION USING ERRCODE = 'OS001', MESSAGE = 'a referenced resource is not there';
    END IF;
END $$;

-- The policy columns of a row about to be written that may follow others; notes that it does.
CREATE FUNCTION follow_targets(p_rid bigint, p_self bigint, p_pat bigint, p_type smallint, r_target bigint[], r_param integer[],
                               INOUT pats bigint[], INOUT org integer[], INOUT lab integer[]) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    w record;
    f record;
BEGIN
    SELECT * INTO w FROM to_follow(p_self, p_pat, p_type, r_target, r_param, pats);
    IF NOT FOUND THEN
        RETURN;
    END IF;
    INSERT INTO follower (rid, type, param, org, lab) VALUES (p_rid, p_type, w.by_param, org, lab);
    SELECT * INTO f FROM followed(w.by_param, org, lab, w.targets);
    pats := f.pats;
    org := f.org;
    lab := f.lab;
END $$;

-- The policy columns of a row that follows others, anew.
CREATE FUNCTION follow_again(p_type smallint, p_rid bigint) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    w follower;
    f record;
BEGIN
    SELECT * INTO w FROM follower WHERE rid = p_rid;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT * INTO f FROM followed(w.param, w.org, w.lab, ARRAY(
        SELECT DISTINCT x.target FROM refs x
        WHERE x.src = p_rid AND (w.param IS NULL OR x.param = w.param)
          AND x.target <> (SELECT self FROM resource WHERE type = p_type AND rid = p_rid)));
    UPDATE resource r SET pats = f.pats, org = f.org, lab = f.lab
    WHERE r.type = p_type AND r.rid = p_rid AND (r.pats, r.org, r.lab) IS DISTINCT FROM (f.pats, f.org, f.lab);
END $$;

CREATE FUNCTION pass_on_policy() RETURNS trigger LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    params integer[] := ARRAY(SELECT p.id FROM follows w JOIN term p ON p.kind = 'p' AND p.text = w.type || '.' || w.param) || 0;
    w record;
BEGIN
    FOR w IN SELECT DISTINCT f.type, f.rid FROM refs x JOIN follower f ON f.rid = x.src AND f.param = x.param
             WHERE x.target = NEW.self AND x.param = ANY (params) LOOP
        PERFORM follow_again(w.type, w.rid);
    END LOOP;
    IF (OLD.pat, OLD.pats) IS DISTINCT FROM (NEW.pat, NEW.pats) THEN
        FOR w IN SELECT DISTINCT f.type, f.rid FROM refs x JOIN follower f ON f.rid = x.src AND f.param IS NULL
                 WHERE x.target = NEW.self LOOP
            PERFORM follow_again(w.type, w.rid);
        END LOOP;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER resource_policy AFTER UPDATE ON resource FOR EACH ROW
    WHEN (OLD.pat IS DISTINCT FROM NEW.pat OR OLD.pats IS DISTINCT FROM NEW.pats
          OR OLD.org IS DISTINCT FROM NEW.org OR OLD.lab IS DISTINCT FROM NEW.lab)
    EXECUTE FUNCTION pass_on_policy();

COMMENT ON COLUMN resource.pats IS 'Every patient whose it is, when that is not just pat: in whose compartment it is, whose resources it holds, or whom what it tells about is about (follower).';

-- The writing functions, as before but for `follow_targets`.

CREATE OR REPLACE FUNCTION unindex_resource(p_rid bigint) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    DELETE FROM strings WHERE rid = p_rid;
    DELETE FROM numbers WHERE rid = p_rid;
    DELETE FROM dates WHERE rid = p_rid;
    DELETE FROM refs WHERE src = p_rid;
    DELETE FROM panel WHERE src = p_rid;
    DELETE FROM follower WHERE rid = p_rid;
END $$;

CREATE OR REPLACE FUNCTION create_resource(
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
    PERFORM hold_targets(p_self, p_pat, p_type, r_target, r_param, p_pats, targets, seen);
    IF p_pat IS NULL AND cardinality(r_target) > 0 THEN
        SELECT f.pats, f.org, f.lab INTO p_pats, p_org, p_lab
        FROM follow_targets(p_rid, p_self, p_pat, p_type, r_target, r_param, p_pats, p_org, p_lab) AS f;
    END IF;
    INSERT INTO resource (rid, self, pat, upd, d_lo, d_hi, ver, type, sv, long, id, pats, org, lab, tok, body)
    VALUES (p_rid, p_self, p_pat, p_upd, p_lo, p_hi, p_ver, p_type, p_sv, p_long, p_id, p_pats, p_org, p_lab, p_tok, p_body);
    INSERT INTO change (at, rid, ver, type, op) VALUES (p_upd, p_rid, p_ver, p_type, 'c');
    PERFORM index_resource(p_rid, p_pat, s_param, s_txt, s_comp, n_param, n_comp, n_sys, n_code, n_unit, n_lo, n_hi,
                           t_param, t_comp, t_lo, t_hi, r_target, r_param, panel_actor, panel_until);
END $$;

CREATE OR REPLACE FUNCTION replace_resource(
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
    PERFORM hold_targets(p_self, p_pat, p_type, r_target, r_param, p_pats, targets, seen);
    INSERT INTO history (at, rid, pat, ver, type, deleted, id, pats, org, lab, tok, body)
    SELECT upd, rid, pat, ver, type, deleted, id, pats, org, lab, tok, body FROM resource WHERE type = p_type AND rid = p_rid;
    PERFORM unindex_resource(p_rid);
    IF p_pat IS NULL AND cardinality(r_target) > 0 THEN
        SELECT f.pats, f.org, f.lab INTO p_pats, p_org, p_lab
        FROM follow_targets(p_rid, p_self, p_pat, p_type, r_target, r_param, p_pats, p_org, p_lab) AS f;
    END IF;
    UPDATE resource SET pat = p_pat, upd = p_upd, d_lo = p_lo, d_hi = p_hi, ver = p_ver, sv = p_sv, long = p_long, deleted = false,
                        pats = p_pats, org = p_org, lab = p_lab, tok = p_tok, body = p_body
    WHERE type = p_type AND rid = p_rid;
    INSERT INTO change (at, rid, ver, type, op) VALUES (p_upd, p_rid, p_ver, p_type, 'u');
    PERFORM index_resource(p_rid, p_pat, s_param, s_txt, s_comp, n_param, n_comp, n_sys, n_code, n_unit, n_lo, n_hi,
                           t_param, t_comp, t_lo, t_hi, r_target, r_param, panel_actor, panel_until);
END $$;

CREATE OR REPLACE FUNCTION reindex_resource(
    p_rid bigint, p_self bigint, p_pat bigint, p_upd timestamptz, p_lo timestamptz, p_hi timestamptz, p_ver integer,
    p_type smallint, p_sv smallint, p_long boolean, p_id text, p_pats bigint[], p_org integer[], p_lab integer[], p_tok bigint[], p_body bytea,
    s_param integer[], s_txt text[], s_comp bigint[],
    n_param integer[], n_comp bigint[], n_sys bigint[], n_code bigint[], n_unit bigint[], n_lo numeric[], n_hi numeric[],
    t_param integer[], t_comp bigint[], t_lo timestamptz[], t_hi timestamptz[],
    r_target bigint[], r_param integer[],
    panel_actor bigint[], panel_until timestamptz
) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM 1 FROM resource WHERE type = p_type AND rid = p_rid AND ver = p_ver AND NOT deleted FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM unindex_resource(p_rid);
    IF p_pat IS NULL AND cardinality(r_target) > 0 THEN
        SELECT f.pats, f.org, f.lab INTO p_pats, p_org, p_lab
        FROM follow_targets(p_rid, p_self, p_pat, p_type, r_target, r_param, p_pats, p_org, p_lab) AS f;
    END IF;
    UPDATE resource SET pat = p_pat, d_lo = p_lo, d_hi = p_hi, sv = p_sv, long = p_long, pats = p_pats, org = p_org, lab = p_lab, tok = p_tok
    WHERE type = p_type AND rid = p_rid AND ver = p_ver AND NOT deleted;
    PERFORM index_resource(p_rid, p_pat, s_param, s_txt, s_comp, n_param, n_comp, n_sys, n_code, n_unit, n_lo, n_hi,
                           t_param, t_comp, t_lo, t_hi, r_target, r_param, panel_actor, panel_until);
    RETURN true;
END $$;

-- What is already there. The bodies of Bundle and Parameters have to be read for whose they are (store/reindex.py);
-- until then they are nobody's, and so are their earlier versions.

INSERT INTO follower (rid, type, param, org, lab)
SELECT r.rid, r.type, CASE WHEN w.param IS NOT NULL THEN coalesce(p.id, 0) END, r.org, r.lab
FROM follows w
JOIN term t ON t.kind = 't' AND t.text = w.type
LEFT JOIN term p ON p.kind = 'p' AND p.text = w.type || '.' || w.param
JOIN resource r ON r.type = t.id AND NOT r.deleted AND r.pat IS NULL AND (w.param IS NOT NULL OR r.pats IS NULL)
WHERE EXISTS (SELECT 1 FROM refs x WHERE x.src = r.rid);

SELECT follow_again(type, rid) FROM follower ORDER BY rid;

UPDATE history h SET pats = r.pats, org = r.org, lab = r.lab
FROM follower f JOIN resource r ON r.type = f.type AND r.rid = f.rid
WHERE h.rid = f.rid AND h.pat IS NULL AND (f.param IS NOT NULL OR h.pats IS NULL);

CREATE TEMPORARY TABLE unknown ON COMMIT DROP AS
SELECT r.type, r.rid FROM term t JOIN resource r ON r.type = t.id
WHERE t.kind = 't' AND (t.text IN ('Bundle', 'Parameters') OR t.text = 'Provenance' AND r.deleted);

UPDATE resource r SET pats = '{0}', org = NULL FROM unknown u WHERE r.type = u.type AND r.rid = u.rid;

UPDATE history h SET pats = '{0}', org = NULL FROM unknown u WHERE h.rid = u.rid;
