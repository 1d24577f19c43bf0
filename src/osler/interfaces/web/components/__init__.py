"""Typed view-models and the Jinja macros that show them.

Every family is a pair: `banner.py` holds frozen dataclasses, `banner.html` the macros over them. A view-model carries
what is to be read on the screen, already formatted (see `format.py`); it never carries FHIR JSON. Pages fill these
models and render them.

    from osler.interfaces.web.components.banner import BannerView
    {% from "components/banner.html" import patient_banner %} {{ patient_banner(banner) }}
"""
