from reports.kubectl.tabwriter import align


def test_columns_are_as_wide_as_their_widest_cell_and_three_spaces():
    assert align("NAME\tAGE\na-long-name\t3s\n") == "NAME          AGE\na-long-name   3s\n"


def test_a_column_is_at_least_six_wide():
    assert align("A\tB\n1\t2\n") == "A     B\n1     2\n"


def test_the_last_cell_is_not_padded_and_an_empty_one_leaves_spaces():
    assert align("A\tB\tC\n1\t\t\n") == "A     B     C\n1           \n"


def test_width_counts_characters_not_bytes():
    assert align("NAME\tX\nüüüüü\t1\n") == "NAME    X\nüüüüü   1\n"


def test_a_line_without_the_column_ends_its_block_but_its_width_is_remembered():
    assert align("wide-cell\ta\nalone\nb\tc\n") == "wide-cell   a\nalone\nb           c\n"


def test_a_tab_inside_a_cell_parts_it():
    assert align("A\tB\nx\ty\tz\n") == "A     B\nx     y     z\n"


def test_a_cell_of_very_many_tabs_is_aligned_too():
    assert align("\t" * 20_000 + "\n") == " " * 6 * 20_000 + "\n"
