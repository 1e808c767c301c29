import pytest

from display.words import counted, listed


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], ""),
        (["Phase One"], "Phase One"),
        (["Phase One", "Phase Two"], "Phase One and Phase Two"),
        (iter(["One", "Two", "Three"]), "One, Two and Three"),
    ],
)
def test_a_list_reads_as_in_a_sentence(words, sentence):
    assert listed(words) == sentence


@pytest.mark.parametrize(("number", "said"), [(0, "no lines"), (1, "1 line"), (22, "22 lines")])
def test_a_count_brings_its_noun(number, said):
    assert counted(number, "line") == said
