"""Formulas in the locales of the world: refused where Google cannot read them, and true where it
can.
"""

import pytest
from babel import localedata

from intake.demo.sandbox import writing
from intake.demo.sandbox.problems import GoogleError
from intake.sheet.shape.formulas import in_locale, is_same_formula

FORMULA = '=AND(N("it, is; 1.5 ""o\'clock""")=0,$B1<1.5,OR($C1="a,b",$C1="c;d"))'
WORLD = sorted(name for name in localedata.locale_identifiers() if len(name) in {2, 5})


def test_what_the_desk_writes_is_read_as_it_was_meant_all_over_the_world():
    written = {locale: in_locale(FORMULA, locale) for locale in WORLD}

    assert {
        locale for locale, text in written.items() if writing.kept(text, locale) != FORMULA
    } == set()
    assert {
        locale for locale, text in written.items() if not is_same_formula(text, FORMULA)
    } == set()
    assert len(set(written.values())) == 2


@pytest.mark.parametrize("locale", ["xx_XX", "no such", ""])
def test_a_locale_that_nobody_knows_gets_the_separator_that_all_understand(locale):
    assert in_locale("=OR(TRUE,FALSE)", locale) == "=OR(TRUE;FALSE)"
    assert writing.kept("=OR(TRUE;FALSE)", "en_US") == "=OR(TRUE,FALSE)"


@pytest.mark.parametrize("formula", ["=OR(TRUE,FALSE)", "=$B1<1.5", '=OR($C1="a";$B1="b",TRUE)'])
@pytest.mark.parametrize("locale", ["fr_CA", "de_DE"])
def test_a_formula_in_another_locales_writing_is_refused(locale, formula):
    with pytest.raises(GoogleError, match=r"Invalid ConditionValue\.userEnteredValue: =") as raised:
        writing.kept(formula, locale)

    assert raised.value.code == 400


def test_a_formula_is_shown_in_the_locale_of_the_day():
    assert writing.written_value(FORMULA, "fr_CA") == in_locale(FORMULA, "fr_CA")
    assert writing.written_value(FORMULA, "en_CA") == FORMULA


def test_another_formula_is_not_the_same_in_any_writing():
    assert not is_same_formula("=OR(A1,B1)", "=OR(A1;B2)")
    assert not is_same_formula('="a,b"', '="a;b"')
