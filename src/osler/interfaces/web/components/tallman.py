"""Drug names written with capitals in the middle, so that look-alikes are told apart.

The pairs are those of the lists that FDA and ISMP publish (both of 2023); only the spelling is taken, as a fact.
"""

_NAMES = """
acetaZOLAMIDE acetoHEXAMIDE ALPRAZolam aMILoride amLODIPine ARIPiprazole azaCITIDine azaTHIOprine buPROPion busPIRone carBAMazepine CARBOplatin
ceFAZolin cefTRIAXone chlordiazePOXIDE chlorproMAZINE chlorproPAMIDE CISplatin clomiPHENE clomiPRAMINE clonazePAM cloNIDine cloZAPine cycloPHOSphamide
cycloSERINE cycloSPORINE DACTINomycin DAPTOmycin DAUNOrubicin dexAMETHasone diazePAM dilTIAZem dimenhyDRINATE diphenhydrAMINE DOBUTamine DOCEtaxel
DOPamine DOXOrubicin DULoxetine ePHEDrine EPINEPHrine fentaNYL flavoxATE FLUoxetine fluPHENAZine fluvoxaMINE glipiZIDE glyBURIDE guaiFENesin guanFACINE
HYDROcodone HYDROmorphone hydrALAZINE hydroCHLOROthiazide hydrOXYzine IDArubicin inFLIXimab ISOtretinoin lamiVUDine lamoTRIgine levETIRAcetam
levOCARNitine levoFLOXacin LORazepam medroxyPROGESTERone metFORMIN methazolAMIDE methIMAzole methylPREDNISolone methylTESTOSTERone metOLazone
metroNIDAZOLE metyraPONE metyroSINE mitoMYcin mitoXANTRONE niCARdipine NIFEdipine niMODipine OLANZapine oxaprozin OXcarbazepine oxyCODONE oxyMORphone
PACLitaxel PARoxetine PEMEtrexed penicillAMINE PENTobarbital PHENobarbital PRALAtrexate prednisoLONE predniSONE QUEtiapine quiNIDine quiNINE raNITIdine
rifAMPin rifAXIMin risperiDONE riTUXimab romiDEPsin romiPLOStim rOPINIRole SAXagliptin SITagliptin SORAfenib SUFentanil sulfADIAZINE sulfaSALAzine
sulfiSOXAZOLE SUMAtriptan SUNItinib tiaGABine tiZANidine TOLAZamide TOLBUTamide traMADol traZODone valACYclovir valGANciclovir vinBLAStine vinCRIStine
ZOLMitriptan
"""

TALL_MAN = {name.lower(): name for name in _NAMES.split()}
"""Lower-case name to its tall-man form."""
