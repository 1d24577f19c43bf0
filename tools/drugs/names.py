"""French names of substances and classes as English ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

SUBSTANCES = {
    "paracetamol": "acetaminophen", "acide acetylsalicylique": "aspirin", "aciclovir": "acyclovir", "acide alendronique": "alendronate",
    "acide clodronique": "clodronate", "acide etidronique": "etidronate", "acide ibandronique": "ibandronate",
    "acide pamidronique": "pamidronate", "acide risedronique": "risedronate", "acide tiludronique": "tiludronate",
    "acide zoledronique": "zoledronic acid", "arsenieux": "arsenic trioxide", "salbutamol": "albuterol", "isoprenaline": "isoproterenol",
    "acide nicotinique": "niacin", "acide folinique": "leucovorin", "bleu de methylene": "methylene blue", "millepertuis": "st. john's wort extract",
    "cyanocobalamine": "vitamin b12", "cafeine": "caffeine", "cefalotine": "cephalothin", "charbon active": "activated charcoal",
    "estrogenes conjugues": "estrogens, conjugated (usp)", "methylphenidate": "methylphenidate", "thyroxines": "levothyroxine",
    "sodium (nitroprussiate de)": "nitroprusside", "polystyrene sulfonate de sodium": "sodium polystyrene sulfonate",
    "heparine sodique": "heparin", "heparine calcique": "heparin", "danaparoide sodique": "danaparoid", "lanthane": "lanthanum carbonate",
    "oxyde d'aluminium": "aluminum oxide", "phosphate d'aluminium": "aluminum phosphate", "olmesartan": "olmesartan",
    "clorazepate": "clorazepate", "rifampicine": "rifampin", "ciclosporine": "cyclosporine", "glibenclamide": "glyburide",
    "dabigatran": "dabigatran etexilate", "fer": "iron", "levomepromazine": "levomepromazine", "tioguanine": "thioguanine",
    "acide valproique": "valproate", "valproique (acide)": "valproate", "acide mefenamique": "mefenamate", "acide ascorbique": "ascorbic acid",
    "acide ursodesoxycholique": "ursodiol", "acide acetohydroxamique": "acetohydroxamic acid", "botulique (toxine)": "onabotulinumtoxina",
    "mycophenolate sodique": "mycophenolic acid", "mycophenolate mofetil": "mycophenolate mofetil", "interferon alfa": "interferon alfa-2b",
    "noradrenaline": "norepinephrine", "adrenaline": "epinephrine", "furosemide": "furosemide", "dexamfetamine": "dextroamphetamine",
    "pethidine": "meperidine", "dextropropoxyphene": "propoxyphene", "norethisterone": "norethindrone", "ethinylestradiol": "ethinyl estradiol",
    "potassium (chlorure de)": "potassium chloride", "potassium (citrate de)": "potassium citrate", "sodium (citrate de)": "sodium citrate",
    "sodium (chlorure de)": "sodium chloride", "deferoxamine": "deferoxamine", "polymyxine b": "polymyxin b", "amphotericine b": "amphotericin b",
    "colistine": "colistin", "dimethyle ( fumarate de)": "dimethyl fumarate", "trientine": "trientine", "penicillamine": "penicillamine",
    "dihydroergotamine": "dihydroergotamine", "phenobarbital": "phenobarbital", "diphenhydramine": "diphenhydramine", "vitamine a": "vitamin a",
    "abciximab (c 7e3b fab)": "abciximab", "alteplase recombinante": "alteplase", "acide fusidique": "fusidic acid",
    "sulfamethoxazole": "sulfamethoxazole", "quinupristine": "quinupristin", "dalfopristine": "dalfopristin", "nintedanib": "nintedanib",
    "glycopyrronium": "glycopyrrolate", "scopolamine": "scopolamine", "sene": "sennosides, usp", "povidone iodee": "povidone-iodine",
    "virus de la fievre jaune": "yellow fever virus strain 17d-204 live antigen", "bcg": "bcg, live, tice strain", "colestyramine": "cholestyramine resin",
    "acide cholique": "cholic acid", "peg-interferon alfa-2a": "peginterferon alfa-2a", "acide niflumique": "niflumic acid",
    "p a s sodique": "aminosalicylic acid", "levothyroxine": "levothyroxine", "liothyronine sodique": "liothyronine", "reserpine": "reserpine",
    "alcool (boisson ou excipient)": "ethanol", "indometacine": "indomethacin", "ginkgo": "ginkgo biloba leaf extract",
    "calcium": "calcium", "magnesium": "magnesium", "zinc": "zinc", "or": "gold", "glycerol": "glycerin", "methenamine": "methenamine",
    "potassium (canrenoate de)": "canrenone", "canrenoate de potassium": "canrenone", "sultopride": "sultopride", "ergometrine": "ergonovine",
    "methylergometrine": "methylergonovine", "phenylephrine": "phenylephrine", "phytomenadione": "phytonadione", "acide tranexamique": "tranexamic acid",
}  # fmt: skip
"""By the name without accents. The rules below find most of the others."""

_RULES = (
    (re.compile(r"^acide (.+)ique$"), r"\1ic acid"),
    (re.compile(r"mabe?$"), "mab"),
    (re.compile(r"(in|ol|il|id|od|at|am|on|an|ar|yl|ac|ic)e$"), r"\1"),
    (re.compile(r"ine$"), "in"),
    (re.compile(r"e$"), ""),
    (re.compile(r"idine$"), "idine"),
)


def ascii_name(name: str) -> str:
    """Lower case without accents."""
    folded = unicodedata.normalize("NFKD", name.lower().replace("œ", "oe").replace("’", "'"))
    return " ".join("".join(char for char in folded if not unicodedata.combining(char)).split())


def english_candidates(french: str) -> Iterator[str]:
    """Names that a French one may have in English, the most certain first."""
    plain = ascii_name(french)
    if plain in SUBSTANCES:
        yield SUBSTANCES[plain]
        return
    variants = [plain, re.sub(r" \(.*\)$| (sodique|calcique|trometamol|recombinante?|humaine?|mofetil)$", "", plain)]
    for base in dict.fromkeys(variants):
        for spelling in dict.fromkeys(
            (base, base.replace("fe", "phe"), base.replace("oe", "e"), base.replace("i", "y", 1))
        ):
            yield spelling
            for pattern, written in _RULES:
                if pattern.search(spelling):
                    yield pattern.sub(written, spelling)


def english_name(french: str, is_known: Callable[[str], bool]) -> str | None:
    """The English name, when one of the candidates is an ingredient that is known; None otherwise."""
    return next((name for name in english_candidates(french) if is_known(name)), None)
