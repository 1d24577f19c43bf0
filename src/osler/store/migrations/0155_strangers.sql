-- A resource that names as its subject somebody who is no patient of this record (by an identifier, in words, inside itself, on
-- another server) is of a patient whom nobody knows. The bodies of those that are of no patient so far have to be read for that
-- (store/reindex.py); until then, and for good in earlier versions, they are as if they were such a patient's.

CREATE TEMPORARY TABLE about_patients ON COMMIT DROP AS
SELECT id AS type FROM term WHERE kind = 't' AND text IN (
    'Account', 'AdverseEvent', 'AllergyIntolerance', 'Basic', 'BodyStructure', 'CarePlan', 'CareTeam', 'ChargeItem', 'Claim',
    'ClaimResponse', 'ClinicalImpression', 'Communication', 'CommunicationRequest', 'Composition', 'Condition', 'Consent',
    'Contract', 'Coverage', 'CoverageEligibilityRequest', 'CoverageEligibilityResponse', 'DetectedIssue', 'Device',
    'DeviceRequest', 'DeviceUseStatement', 'DiagnosticReport', 'DocumentManifest', 'DocumentReference', 'Encounter',
    'EnrollmentRequest', 'EpisodeOfCare', 'ExplanationOfBenefit', 'FamilyMemberHistory', 'Flag', 'Goal', 'GuidanceResponse',
    'ImagingStudy', 'Immunization', 'ImmunizationEvaluation', 'ImmunizationRecommendation', 'Invoice', 'List', 'MeasureReport',
    'Media', 'MedicationAdministration', 'MedicationDispense', 'MedicationRequest', 'MedicationStatement', 'MolecularSequence',
    'NutritionOrder', 'Observation', 'Procedure', 'QuestionnaireResponse', 'RelatedPerson', 'RequestGroup', 'ResearchSubject',
    'RiskAssessment', 'ServiceRequest', 'Specimen', 'SupplyDelivery', 'Task', 'VisionPrescription'
);

CREATE TEMPORARY TABLE unread ON COMMIT DROP AS
SELECT r.type, r.rid FROM about_patients a JOIN resource r ON r.type = a.type
WHERE r.pat IS NULL
  AND (r.pats IS NULL OR EXISTS (SELECT 1 FROM follower f WHERE f.rid = r.rid AND f.param IS NULL));

-- Reading them anew says again which of them follow others.
DELETE FROM follower f USING unread u WHERE f.rid = u.rid;

UPDATE resource r SET pats = '{0}' FROM unread u WHERE r.type = u.type AND r.rid = u.rid;

UPDATE history h SET pats = '{0}' FROM about_patients a WHERE h.type = a.type AND h.pat IS NULL AND h.pats IS NULL;
