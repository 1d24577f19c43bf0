"""Small release files in the agencies' formats: a few public codes each, written here by hand."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

Files = Mapping[str, str | bytes]


def zipped(path: Path, files: Files) -> Path:
    """A zip with these files, the same bytes each time."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            info = zipfile.ZipInfo(name, (2026, 10, 20, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text)
    return path


def plain(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


# ICD-10-CM
DIAGNOSES = (
    ("E11", 0, "Type 2 diabetes mellitus", "Type 2 diabetes mellitus"),
    ("E112", 0, "Type 2 diabetes mellitus with kidney complications", "Type 2 diabetes mellitus with kidney complications"),
    ("E1122", 1, "Type 2 diabetes mellitus w diabetic chronic kidney disease",
     "Type 2 diabetes mellitus with diabetic chronic kidney disease"),
    ("E119", 1, "Type 2 diabetes mellitus without complications", "Type 2 diabetes mellitus without complications"),
    ("I10", 1, "Essential (primary) hypertension", "Essential (primary) hypertension"),
    ("Z99", 0, "Dependence on enabling machines and devices, NEC", "Dependence on enabling machines and devices, not elsewhere classified"),
    ("Z992", 1, "Dependence on renal dialysis", "Dependence on renal dialysis"),
)  # fmt: skip


def order_file(rows: Iterable[tuple[str, int, str, str]] = DIAGNOSES) -> str:
    return "".join(
        f"{number:05} {code:<7} {valid} {short:<60} {long}\r\n"
        for number, (code, valid, short, long) in enumerate(rows, 1)
    )


TABULAR = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular>
  <version>2027</version>
  <introduction><introSection type="title"><title>An excerpt</title></introSection></introduction>
  <chapter><name>4</name><desc>Endocrine, nutritional and metabolic diseases (E00-E89)</desc>
    <section id="E08-E13"><desc>Diabetes mellitus (E08-E13)</desc>
      <diag><name>E11</name><desc>Type 2 diabetes mellitus</desc>
        <includes><note>diabetes NOS</note></includes>
        <excludes1><note>type 1 diabetes mellitus (E10.-)</note></excludes1>
        <diag><name>E11.2</name><desc>Type 2 diabetes mellitus with kidney complications</desc>
          <diag><name>E11.22</name><desc>Type 2 diabetes mellitus with diabetic chronic kidney disease</desc>
            <useAdditionalCode><note>code to identify stage of chronic kidney disease (N18.1-N18.6)</note></useAdditionalCode></diag></diag>
        <diag><name>E11.9</name><desc>Type 2 diabetes mellitus without complications</desc></diag>
      </diag></section></chapter>
  <chapter><name>9</name><desc>Diseases of the circulatory system (I00-I99)</desc>
    <section id="I10-I1A"><desc>Hypertensive diseases (I10-I1A)</desc>
      <diag><name>I10</name><desc>Essential (primary) hypertension</desc>
        <inclusionTerm><note>high blood pressure</note></inclusionTerm></diag></section></chapter>
  <chapter><name>19</name><desc>Injury, poisoning and certain other consequences of external causes (S00-T88)</desc>
    <section id="S00-S09"><desc>Injuries to the head (S00-S09)</desc>
      <diag><name>S06</name><desc>Intracranial injury</desc>
        <sevenChrDef><extension char="A">initial encounter</extension><extension char="D">subsequent encounter</extension></sevenChrDef>
        <notes><note>7th characters D do not apply to codes in category S06 with 6th character 7 - death due to brain injury</note></notes>
        <diag><name>S06.0</name><desc>Concussion</desc>
          <diag><name>S06.0X</name><desc>Concussion</desc>
            <diag><name>S06.0X0</name><desc>Concussion without loss of consciousness</desc></diag></diag></diag>
        <diag><name>S06.1</name><desc>Traumatic cerebral edema</desc>
          <diag><name>S06.1X</name><desc>Traumatic cerebral edema</desc>
            <diag><name>S06.1X7</name><desc>Traumatic cerebral edema with death due to brain injury</desc></diag></diag></diag>
      </diag></section></chapter>
  <chapter><name>21</name><desc>Factors influencing health status (Z00-Z99)</desc>
    <section id="Z77-Z99"><desc>Persons with potential health hazards (Z77-Z99)</desc>
      <diag><name>Z99</name><desc>Dependence on enabling machines and devices, not elsewhere classified</desc>
        <diag><name>Z99.2</name><desc>Dependence on renal dialysis</desc></diag></diag></section></chapter>
</ICD10CM.tabular>
"""

PROCEDURES = (
    ("0DT", 0, "Gastrointestinal System, Resection", "Medical and Surgical, Gastrointestinal System, Resection"),
    ("0DTJ4ZZ", 1, "Resection of Appendix, Percutaneous Endoscopic Approach", "Resection of Appendix, Percutaneous Endoscopic Approach"),
    ("XW0", 0, "New Technology, Anatomical Regions, Introduction", "New Technology, Anatomical Regions, Introduction"),
    ("XW033H5", 1, "Introduce Tocilizumab in Periph Vein, Perc, New Tech 5",
     "Introduction of Tocilizumab into Peripheral Vein, Percutaneous Approach, New Technology Group 5"),
)  # fmt: skip


# RxNorm
def _rrf(*columns: str) -> str:
    return "|".join(columns) + "|\n"


def atom(code: str, tty: str, name: str, source: str = "RXNORM", own: str = "", suppressed: str = "N") -> str:
    return _rrf(
        code,
        "ENG",
        "",
        "",
        "",
        "",
        "",
        f"{code}{tty}",
        "",
        "",
        "",
        source,
        tty,
        own or code,
        name,
        "",
        suppressed,
        "4096",
    )


def link(source: str, kind: str, target: str) -> str:
    """`source` has the relation to `target`; the table names the target first."""
    return _rrf(target, "", "CUI", "RO", source, "", "CUI", kind, "1", "", "RXNORM", "RXNORM", "", "", "N", "4096")


def attribute(code: str, name: str, value: str, source: str = "RXNORM") -> str:
    return _rrf(code, "", "", "", "CUI", code, "", "", name, source, value, "N", "4096")


CONSO = "".join((
    atom("6809", "IN", "metformin"),
    atom("6809", "SU", "METFORMIN", "MTHSPL", "9100L32L2N"),
    atom("151827", "BN", "Glucophage"),
    atom("235743", "PIN", "metformin hydrochloride"),
    atom("317541", "DF", "Oral Tablet"),
    atom("860974", "SCDC", "metformin hydrochloride 500 MG"),
    atom("861007", "SCD", "metformin hydrochloride 500 MG Oral Tablet"),
    atom("861007", "PSN", "metFORMIN HCl 500 MG Oral Tablet"),
    atom("861007", "SY", "metformin HCl 500 MG Oral Tablet"),
    atom("861007", "DP", "Metformin Tablet 500 mg", "MTHSPL"),
    atom("861008", "SBD", "metformin hydrochloride 500 MG Oral Tablet [Glucophage]", suppressed="O"),
))  # fmt: skip
REL = "".join((
    link("861007", "consists_of", "860974"),
    link("860974", "has_ingredient", "6809"),
    link("861007", "has_dose_form", "317541"),
    link("861008", "tradename_of", "861007"),
    link("861007", "has_ingredient", "999999"),
))  # fmt: skip
SAT = "".join((
    attribute("861007", "NDC", "00093104801"),
    attribute("861007", "NDC", "0093-1048-01", "MTHSPL"),
    attribute("860974", "RXN_STRENGTH", "500 MG"),
))  # fmt: skip
STY = _rrf("6809", "T121", "A1.4.1.1.1", "Pharmacologic Substance", "AT1", "4096")
RXNORM: Files = {
    "Readme_Full_Prescribe_11022026.txt": "An excerpt.",
    "rrf/RXNCONSO.RRF": CONSO, "rrf/RXNREL.RRF": REL, "rrf/RXNSAT.RRF": SAT, "rrf/RXNSTY.RRF": STY,
}  # fmt: skip

# LOINC
_LOINC = ("LOINC_NUM", "COMPONENT", "PROPERTY", "TIME_ASPCT", "SYSTEM", "SCALE_TYP", "METHOD_TYP", "CLASS", "VersionLastChanged",
          "STATUS", "CONSUMER_NAME", "RELATEDNAMES2", "SHORTNAME", "LONG_COMMON_NAME", "EXAMPLE_UCUM_UNITS", "COMMON_TEST_RANK")  # fmt: skip
_TERMS = (
    ("4548-4", "Hemoglobin A1c/Hemoglobin.total", "MFr", "Pt", "Bld", "Qn", "", "HEM/BC", "2.81", "ACTIVE", "Hemoglobin A1c, Blood",
     "A1c; Glycated; HbA1c", "HbA1c MFr Bld", "Hemoglobin A1c/Hemoglobin.total in Blood", "%", "81"),
    ("2345-7", "Glucose", "MCnc", "Pt", "Ser/Plas", "Qn", "", "CHEM", "2.73", "ACTIVE", "Glucose, Blood", "Glu; Gluc",
     "Glucose SerPl-mCnc", "Glucose [Mass/volume] in Serum or Plasma", "mg/dL", "3"),
    ("1522-2", "Glucose", "MCnc", "Pt", "Ser/Plas", "Qn", "", "CHAL", "2.50", "DEPRECATED", "", "Glu", "", "Glucose, rare", "mg/dL", "0"),
)  # fmt: skip


def quoted(rows: Iterable[Iterable[str]]) -> str:
    return "".join(",".join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)


LOINC_TABLE = quoted((_LOINC, *_TERMS))
LOINC: Files = {
    "LoincTable/Loinc.csv": LOINC_TABLE,
    "LoincReleaseNotes.txt": "LOINC version 2.81, released 2026-08-12, an excerpt.",
    "AccessoryFiles/AnswerFile/AnswerList.csv": quoted((
        ("AnswerListId", "AnswerListName", "AnswerStringId", "DisplayText"),
        ("LL360-9", "Pos/Neg", "LA6576-8", "Positive"), ("LL360-9", "Pos/Neg", "LA6577-6", "Negative"),
    )),
    "AccessoryFiles/ComponentHierarchyBySystem/ComponentHierarchyBySystem.csv": quoted((
        ("PATH_TO_ROOT", "SEQUENCE", "IMMEDIATE_PARENT", "CODE", "CODE_TEXT"),
        ("", "1", "", "LP29693-6", "Laboratory"), ("LP29693-6", "1", "LP29693-6", "LP14635-4", "Glucose"),
        ("LP29693-6.LP14635-4", "1", "LP14635-4", "2345-7", "Glucose SerPl"),
    )),
}  # fmt: skip

# SNOMED CT
_US, _PREFERRED, _ACCEPTABLE = "900000000000509007", "900000000000548007", "900000000000549004"
_FSN, _SYN = "900000000000003001", "900000000000013009"


def rf2(*rows: tuple[str, ...]) -> str:
    return "".join("\t".join(row) + "\r\n" for row in rows)


_MODEL = ("20260901", "1", "731000124108")
CONCEPTS = rf2(
    ("id", "effectiveTime", "active", "moduleId", "definitionStatusId"),
    *((id_, "20260901", active, "731000124108", "900000000000074008") for id_, active in (
        ("138875005", "1"), ("404684003", "1"), ("73211009", "1"), ("44054006", "1"), ("190384004", "0"),
    )),
)  # fmt: skip
DESCRIPTIONS = rf2(
    ("id", "effectiveTime", "active", "moduleId", "conceptId", "languageCode", "typeId", "term", "caseSignificanceId"),
    *((id_, *_MODEL, concept, "en", kind, term, "900000000000448009") for id_, concept, kind, term in (
        ("101", "138875005", _FSN, "SNOMED CT Concept (SNOMED RT+CTV3)"), ("102", "404684003", _FSN, "Clinical finding (finding)"),
        ("103", "404684003", _SYN, "Clinical finding"), ("104", "73211009", _FSN, "Diabetes mellitus (disorder)"),
        ("105", "73211009", _SYN, "Diabetes mellitus"), ("106", "44054006", _FSN, "Diabetes mellitus type 2 (disorder)"),
        ("107", "44054006", _SYN, "T2DM - diabetes mellitus type 2"), ("108", "44054006", _SYN, "Type 2 diabetes mellitus"),
        ("109", "190384004", _SYN, "Maturity onset diabetes"),
    )),
)  # fmt: skip
LANGUAGE = rf2(
    ("id", "effectiveTime", "active", "moduleId", "refsetId", "referencedComponentId", "acceptabilityId"),
    *((f"u{id_}", *_MODEL, _US, id_, said) for id_, said in (
        ("103", _PREFERRED), ("105", _PREFERRED), ("107", _ACCEPTABLE), ("108", _PREFERRED), ("106", _PREFERRED),
    )),
)  # fmt: skip
RELATIONSHIPS = rf2(
    ("id", "effectiveTime", "active", "moduleId", "sourceId", "destinationId", "relationshipGroup", "typeId", "characteristicTypeId",
     "modifierId"),
    *((f"{at}", "20260901", active, "731000124108", child, parent, "0", kind, "900000000000011006", "900000000000451002")
      for at, (child, parent, kind, active) in enumerate((
          ("404684003", "138875005", "116680003", "1"), ("73211009", "404684003", "116680003", "1"),
          ("44054006", "73211009", "116680003", "1"), ("44054006", "138875005", "116680003", "0"),
          ("44054006", "404684003", "363698007", "1"),
      ))),
)  # fmt: skip
_EDITION = "SnomedCT_ManagedServiceUS_PRODUCTION_US1000124_20260901T120000Z/Snapshot"
SNOMED: Files = {
    f"{_EDITION}/Terminology/sct2_Concept_Snapshot_US1000124_20260901.txt": CONCEPTS,
    f"{_EDITION}/Terminology/sct2_Description_Snapshot-en_US1000124_20260901.txt": DESCRIPTIONS,
    f"{_EDITION}/Terminology/sct2_Relationship_Snapshot_US1000124_20260901.txt": RELATIONSHIPS,
    f"{_EDITION}/Refset/Language/der2_cRefset_LanguageSnapshot-en_US1000124_20260901.txt": LANGUAGE,
}
PATIENT_SET = rf2(
    ("id", "active", "fsn", "term"),
    ("44054006", "1", "Diabetes mellitus type 2 (disorder)", "Type 2 diabetes mellitus"),
    ("190384004", "0", "Maturity onset diabetes (disorder)", ""),
)


# HCPCS
def supply_line(
    code: str, kind: str, long: str, short: str = "", added: str = "20100101", ended: str = "", action: str = "N"
) -> str:
    code = f"   {code}" if len(code) == 2 else code
    head = f"{code}00100{kind}{long:<80}{short:<28}"
    return f"{head:<268}{added:<8}{added:<8}{ended:<8}{action}{'':<27}\r\n"


SUPPLIES = "".join((
    supply_line("LT", "7", "Left side (used to identify procedures performed on the left side of the body)", "Left side"),
    supply_line("A0021", "3", "Ambulance service, outside state per mile, transport", "Outside state ambulance serv"),
    supply_line("A0021", "4", "(medicaid only)", added=""),
    supply_line("G0438", "3", "Annual wellness visit; includes a personalized prevention plan of service", "Ppps, initial visit"),
    supply_line("J9999", "3", "Not otherwise classified, antineoplastic drugs", "Chemotherapy drug", ended="20260630", action="D"),
    supply_line("V5020", "3", "Conformity evaluation", "Conformity evaluation"),
))  # fmt: skip

# CPT: nothing of the AMA's, only its shape
PROCEDURE_NAMES = (
    "CPT(R) data file, made up for a test\r\nNothing in it is of the AMA\r\n\r\n"
    "00001\tFirst made-up service, long\r\n0001F\tMade-up measure, long\r\n"
)
PROCEDURE_SHORTS = "Notice\r\n00001 FIRST MADE-UP\r\n0001F MADE-UP MEASURE\r\n"

# NDC
_PRODUCT = ("PRODUCTID", "PRODUCTNDC", "PRODUCTTYPENAME", "PROPRIETARYNAME", "PROPRIETARYNAMESUFFIX", "NONPROPRIETARYNAME",
            "DOSAGEFORMNAME", "ROUTENAME", "STARTMARKETINGDATE", "ENDMARKETINGDATE", "MARKETINGCATEGORYNAME", "APPLICATIONNUMBER",
            "LABELERNAME", "SUBSTANCENAME", "ACTIVE_NUMERATOR_STRENGTH", "ACTIVE_INGRED_UNIT", "PHARM_CLASSES", "DEASCHEDULE",
            "NDC_EXCLUDE_FLAG", "LISTING_RECORD_CERTIFIED_THROUGH")  # fmt: skip
PRODUCTS = rf2(
    _PRODUCT,
    ("0093-1048_1", "0093-1048", "HUMAN PRESCRIPTION DRUG", "Metformin Hydrochloride", "", "Metformin Hydrochloride", "TABLET", "ORAL",
     "20020124", "", "ANDA", "ANDA075973", "Teva", "METFORMIN HYDROCHLORIDE", "500", "mg/1", "Biguanide [EPC]", "", "N", "20271231"),
    ("0406-0512_1", "0406-0512", "HUMAN PRESCRIPTION DRUG", "Oxycodone and Acetaminophen", "", "Oxycodone and Acetaminophen", "TABLET",
     "ORAL", "20010101", "", "ANDA", "ANDA085106", "SpecGx", "ACETAMINOPHEN; OXYCODONE HYDROCHLORIDE", "325; 5", "mg/1; mg/1", "", "CII",
     "N", "20271231"),
)  # fmt: skip
_PACKAGE = ("PRODUCTID", "PRODUCTNDC", "NDCPACKAGECODE", "PACKAGEDESCRIPTION", "STARTMARKETINGDATE", "ENDMARKETINGDATE",
            "NDC_EXCLUDE_FLAG", "SAMPLE_PACKAGE")  # fmt: skip
PACKAGES = rf2(
    _PACKAGE,
    ("0093-1048_1", "0093-1048", "0093-1048-01", "100 TABLET in 1 BOTTLE (0093-1048-01)", "20020124", "", "N", "N"),
    ("0406-0512_1", "0406-0512", "0406-0512-01", "100 TABLET in 1 BOTTLE (0406-0512-01)", "20010101", "", "N", "N"),
)
NDC: Files = {"product.txt": PRODUCTS.encode("latin-1"), "package.txt": PACKAGES.encode("latin-1")}

# CDC
CVX_XML = """<?xml version="1.0" encoding="ISO-8859-1"?>
<CVXCodes>
  <CVXInfo><ShortDescription>MMR</ShortDescription><FullVaccinename>measles, mumps and rubella virus vaccine</FullVaccinename>
    <CVXCode>03        </CVXCode><Notes/><Status>Active</Status><LastUpdated>5/28/2010</LastUpdated></CVXInfo>
  <CVXInfo><ShortDescription>DTP</ShortDescription><FullVaccinename>diphtheria, tetanus toxoids and pertussis vaccine</FullVaccinename>
    <CVXCode>01        </CVXCode><Notes/><Status>Inactive</Status><LastUpdated>9/2/2026</LastUpdated></CVXInfo>
</CVXCodes>
"""
CVX_TEXT = (
    "03        |MMR|measles, mumps and rubella virus vaccine||Active|False|2010/05/28\r\n"
    "01        |DTP|diphtheria, tetanus toxoids and pertussis vaccine||Inactive|False|2026/09/02\r\n"
)


def pairs(root: str, tag: str, *entries: Mapping[str, str]) -> str:
    """The form in which CDC writes its other lists."""
    inner = "".join(
        f"<{tag}>"
        + "".join(f"<Name>{name}</Name><Value>{value}</Value>" for name, value in entry.items())
        + f"</{tag}>"
        for entry in entries
    )
    return f'<?xml version="1.0"?>\n<{root}>{inner}</{root}>'


GROUPS = pairs("VGCodes", "CVXVGInfo", {
    "ShortDescription": "MMR", "CVXCode": "03", "Status": "Active", "Vaccine Group Name": "MMR", "CVX for Vaccine Group": "03",
})  # fmt: skip
TRADE_NAMES = pairs("productnames", "prodInfo", {
    "CDC Product Name": "M-M-R II", "Short Description": "MMR", "CVXCode": "03", "Manufacturer": "Merck", "MVX Code": "MSD",
    "MVX Status": "Active", "Product name Status": "Active", "Last Updated": "5/28/2010",
})  # fmt: skip
MVX_XML = pairs("MVXCodes", "MVXInfo", {
    "MVX_CODE": "MSD", "Manufacturer Name": "Merck and Co., Inc.", "Notes": "", "Status": "Active", "Last Updated": "9/2/2026",
})  # fmt: skip

# Value sets
VALUE_SET: dict[str, Any] = {
    "resourceType": "ValueSet", "url": "http://cts.nlm.nih.gov/fhir/ValueSet/2.16.840.1.113883.3.464.1003.103.12.1001",
    "version": "20260508", "title": "Diabetes", "status": "active",
    "expansion": {"contains": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "E11.9"}]},
}  # fmt: skip
BUNDLE = msgspec.json.encode({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": VALUE_SET}]})
VALUE_SET_CSV = quoted((
    ("Value Set Name", "Value Set OID", "Definition Version", "Code", "Description", "Code System", "Code System Version"),
    ("Diabetes", "2.16.840.1.113883.3.464.1003.103.12.1001", "20260508", "E11.9", "Type 2 diabetes mellitus without complications",
     "ICD10CM", "2027"),
    ("Diabetes", "2.16.840.1.113883.3.464.1003.103.12.1001", "20260508", "44054006", "Diabetes mellitus type 2", "SNOMEDCT", "2026-09"),
))  # fmt: skip


def workbook(**named: list[list[str]]) -> bytes:
    """A workbook with these sheets, as spreadsheet programs write them: texts shared, numbers in place."""
    texts: dict[str, int] = {}
    sheets = {
        name: "".join(_sheet_row(at, row, texts) for at, row in enumerate(rows, 1)) for name, rows in named.items()
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        listed = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, 1))
        links = "".join(
            f'<Relationship Id="rId{n}" Target="worksheets/sheet{n}.xml"/>' for n in range(1, len(sheets) + 1)
        )
        book.writestr("xl/workbook.xml", f'<workbook xmlns:r="r"><sheets>{listed}</sheets></workbook>')
        book.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{links}</Relationships>")
        book.writestr("xl/sharedStrings.xml", "<sst>" + "".join(f"<si><t>{text}</t></si>" for text in texts) + "</sst>")
        for n, rows in enumerate(sheets.values(), 1):
            book.writestr(f"xl/worksheets/sheet{n}.xml", f"<worksheet><sheetData>{rows}</sheetData></worksheet>")
    return out.getvalue()


def _sheet_row(at: int, row: list[str], texts: dict[str, int]) -> str:
    cells = ""
    for column, cell in enumerate(row):
        place = f"{chr(65 + column)}{at}"
        if cell.isdigit() and not cell.startswith("0"):
            cells += f'<c r="{place}"><v>{cell}</v></c>'
        elif cell:
            cells += f'<c r="{place}" t="s"><v>{texts.setdefault(cell, len(texts))}</v></c>'
    return f'<row r="{at}">{cells}</row>'


# FHIR packages
MANIFEST = {
    "name": "test.guide",
    "version": "1.2.0",
    "fhirVersions": ["4.0.1"],
    "title": "A guide",
    "date": "20260901120000",
}
PROFILE = {"resourceType": "StructureDefinition", "url": "http://example.org/StructureDefinition/p", "type": "Patient"}


def package(path: Path, files: Mapping[str, Any]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            data = content if isinstance(content, bytes) else msgspec.json.encode(content)
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


GUIDE = {
    "package/package.json": MANIFEST,
    "package/StructureDefinition-p.json": PROFILE,
    "package/example/x.json": {"resourceType": "Patient"},
}
