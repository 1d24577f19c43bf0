"""Maria Elena Delgado, the patient whose chart shows everything: diabetes, blood pressure and kidneys, and a naproxen
bought over the counter that is doing harm. Her story is written by hand, day by day before `today`; only ids depend on
the seed."""

from osler.demo.delgado.record import DELGADO, write_delgado

__all__ = ["DELGADO", "write_delgado"]
