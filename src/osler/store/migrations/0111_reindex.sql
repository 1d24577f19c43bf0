-- Writes anew what indexes a resource, after the rules of indexing have changed: nothing else of its row, no version, no change.
-- False when the resource has been written since it was read: then that write has indexed it.
CREATE FUNCTION reindex_resource(
    p_rid bigint, p_self bigint, p_pat bigint, p_upd timestamptz, p_lo timestamptz, p_hi timestamptz, p_ver integer,
    p_type smallint, p_sv smallint, p_long boolean, p_id text, p_pats bigint[], p_org integer[], p_lab integer[], p_tok bigint[], p_body bytea,
    s_param integer[], s_txt text[], s_comp bigint[],
    n_param integer[], n_comp bigint[], n_sys bigint[], n_code bigint[], n_unit bigint[], n_lo numeric[], n_hi numeric[],
    t_param integer[], t_comp bigint[], t_lo timestamptz[], t_hi timestamptz[],
    r_target bigint[], r_param integer[],
    panel_actor bigint[], panel_until timestamptz
) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    UPDATE resource SET pat = p_pat, d_lo = p_lo, d_hi = p_hi, sv = p_sv, long = p_long, pats = p_pats, org = p_org, lab = p_lab, tok = p_tok
    WHERE type = p_type AND rid = p_rid AND ver = p_ver AND NOT deleted;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM unindex_resource(p_rid);
    PERFORM index_resource(p_rid, p_pat, s_param, s_txt, s_comp, n_param, n_comp, n_sys, n_code, n_unit, n_lo, n_hi,
                           t_param, t_comp, t_lo, t_hi, r_target, r_param, panel_actor, panel_until);
    RETURN true;
END $$;
