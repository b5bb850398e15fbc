"""The faults a ledger must survive, and the tests that hold each: number, subject, test ids.

`CASES` are files from the field, each of which stands for a kind; `FAULTS` what else can go wrong. A
test id is the path of its file under `tests` and its name. `test_rows.py` fails where one has no test
or a test named here does not exist.
"""

from __future__ import annotations

from typing import NamedTuple

_NORMALISE = "validators/test_normalise.py"
_CHECKS = "validators/test_checks.py"
_NAMES = "validators/test_names.py"
_RAW = "workbooks/raw/test_raw.py"
_READER = "workbooks/test_reader.py"
_FILES = "workbooks/test_files.py"
_LOCKS = "workbooks/test_file_locks.py"
_WORKERS = "workbooks/test_workers.py"
_BULK = "workbooks/test_bulk.py"
_PATCH = "workbooks/patch/test_update_workbook.py"
_LIVE = "workbooks/live/test_live_writing.py"
_RETRY = "workbooks/live/test_retry.py"
_VALIDATE = "addin/actions/test_validate.py"
_CONSOLIDATE = "addin/actions/test_consolidate.py"
_CLI = "addin/test_cli.py"
_HOSTILE = "faults/test_hostile.py"
_MUTATIONS = "faults/test_mutations.py"
_KILLS = "faults/test_kills.py"
_FIELD = "faults/test_field_faults.py"
_SHOWN = "validators/test_shown_values.py"
_STRUCTURE = "workbooks/test_sheet_structure.py"
_UNREAD = "addin/actions/test_unread_sheets.py"
_OWNER = "addin/actions/test_rightful_owner.py"
_DELIVERIES = "addin/domain/test_deliveries.py"
_PAIRED = "addin/domain/pairing/test_who_is_paired.py"


class Fault(NamedTuple):
    """One way in which files and machines go wrong."""

    number: int
    subject: str
    tests: tuple[str, ...]


def _of(file: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{file}::{name}" for name in names)


FAULTS: tuple[Fault, ...] = (
    Fault(1, "dates as text", _of(
        _NORMALISE, "test_every_spelling_of_a_day_reads_as_that_day",
        "test_a_day_without_its_year_or_day_is_never_guessed", "test_two_numbers_are_never_a_day")),
    Fault(2, "dates as numbers", _of(
        _NORMALISE, "test_eight_digits_as_a_number_are_no_day_but_a_likely_reading")),
    Fault(3, "Chinese date formats", _of(_RAW, "test_built_in_date_formats_are_dates")),
    Fault(4, "1904 and impossible serials", _of(
        _RAW, "test_1904_workbooks_are_honoured", "test_serials_that_are_no_day_stay_numbers")),
    Fault(5, "spellings of keys and names", _of(
        _NORMALISE, "test_spaces_inside_a_name_do_not_make_another_person",
        "test_every_dot_in_a_name_is_one_dot", "test_every_spelling_of_a_code_is_that_code")
        + _of(_CHECKS, "test_a_notice_names_the_characters_nobody_sees")),
    Fault(6, "emoji and rare hanzi", _of(
        _RAW, "test_text_of_every_storage_is_exact", "test_every_cell_is_read_as_it_was_written")
        + _of(_BULK, "test_any_table_comes_back")),
    Fault(7, "control characters and long texts", _of(
        _NORMALISE, "test_a_control_character_is_named", "test_a_text_longer_than_a_cell_is_refused")
        + _of(_CHECKS, "test_no_cell_is_an_exception_in_any_column")
        + _of(_BULK, "test_too_long_a_text_is_an_error_not_a_shorter_text")),
    Fault(8, "digits already lost", _of(
        _NORMALISE, "test_digits_that_are_lost_are_never_repaired")),
    Fault(9, "numbers as text", _of(
        _NORMALISE, "test_a_number_is_read_with_its_separators_and_unit",
        "test_what_is_no_number_is_unreadable")),
    Fault(10, "error cells", _of(
        _RAW, "test_error_cells_and_uncalculated_formulas_are_never_blank",
        "test_error_cells_of_an_xlsb_are_restored",
        "test_legacy_formats_keep_addresses_types_and_errors")
        + _of(_CHECKS, "test_formula_cells_are_never_values_in_any_column")),
    Fault(11, "formulas without a value", _of(
        _RAW, "test_error_cells_and_uncalculated_formulas_are_never_blank")
        + _of(_NORMALISE, "test_formulas_without_a_value_are_never_blank")),
    Fault(12, "words for nothing", _of(
        _CHECKS, "test_other_words_are_kept_literally",
        "test_a_blank_word_is_blank_in_optional_columns",
        "test_a_blank_word_is_a_value_in_required_columns")
        + _of(_NAMES, "test_what_is_no_name_is_an_error", "test_an_account_that_tells_nothing_is_said")),
    Fault(13, "merged cells and headings of two rows", _of(
        _READER, "test_merged_data_cells_are_filled_downwards_and_cite_the_anchor",
        "test_two_row_headings_are_read_as_one")),
    Fault(14, "repeated headings, subtotals, notes, gaps", _of(
        _READER, "test_repeated_headings_subtotals_and_notes_are_ignored_and_counted",
        "test_blank_gaps_never_end_the_table", "test_a_total_in_a_narrow_sheet_is_ignored")
        + _of(_MUTATIONS, "test_every_typed_row_is_accepted_rejected_or_ignored")),
    Fault(15, "headings moved, renamed, missing, doubled", _of(
        _READER, "test_columns_may_stand_in_any_order_and_place_with_exact_addresses",
        "test_synonym_headings_are_read_and_disclosed",
        "test_one_missing_heading_is_one_finding_and_no_cascade",
        "test_a_duplicate_heading_cites_the_second_cell")),
    Fault(16, "hidden rows and sheets", _of(
        _RAW, "test_hidden_rows_columns_and_sheets_are_disclosed")),
    Fault(17, "the same ID or person twice", _of(
        "validators/rules/test_rules.py", "test_a_broken_rule_cites_exactly_its_cells")
        + _of(_VALIDATE, "test_the_same_person_in_two_units_is_cited_in_both")),
    Fault(18, "references to nothing", _of(
        "validators/rules/test_rules.py", "test_a_broken_rule_cites_exactly_its_cells")),
    Fault(19, "far cells, empty rows, wrong dimensions, merges", _of(
        _RAW, "test_a_million_formatted_empty_rows_cost_little", "test_fifty_thousand_merges_are_read",
        "test_a_wrong_dimension_hides_no_row", "test_stray_far_cells_are_reported_and_real_rows_read",
        "test_cells_scattered_over_the_whole_sheet_are_refused")
        + _of(_HOSTILE, "test_every_hostile_file_gives_one_finding_and_the_others_finish")),
    Fault(20, "other formats under any extension", _of(
        _RAW, "test_content_decides_over_the_extension", "test_disguised_files_are_named_for_what_they_are",
        "test_legacy_formats_keep_addresses_types_and_errors")
        + _of(_FIELD, "test_text_files_in_any_encoding_are_asked_to_be_saved_as_xlsx")),
    Fault(21, "cut and empty files", _of(
        _RAW, "test_a_file_cut_anywhere_is_reported_as_damaged",
        "test_a_flipped_byte_is_never_read_as_different_content",
        "test_pictures_and_other_office_files_are_not_workbooks")),
    Fault(22, "passwords", _of(
        _RAW, "test_excels_silent_password_is_opened_and_disclosed",
        "test_a_real_password_is_asked_to_be_removed")
        + _of(_PATCH, "test_a_file_locked_with_a_password_is_refused")),
    Fault(23, "Strict OOXML", _of(_RAW, "test_strict_packages_are_read")),
    Fault(24, "other versions, copies, two ledgers of a unit", _of(
        _CONSOLIDATE, "test_every_unit_has_its_state",
        "test_a_later_ledger_of_one_unit_is_merged_and_the_other_cited")
        + _of(_VALIDATE, "test_a_copy_of_a_ledger_is_one_warning_and_not_a_thousand_duplicates")
        + _of(_READER, "test_an_older_ledger_is_complete_and_told_so_in_one_notice")),
    Fault(25, "bombs, entities, paths, lying counts", _of(
        _HOSTILE, "test_every_hostile_file_gives_one_finding_and_the_others_finish",
        "test_nothing_reaches_out_of_the_package_or_takes_much_memory",
        "test_reading_opens_no_connection")
        + _of(_RAW, "test_a_zip_bomb_is_refused_before_inflating", "test_too_many_entries_are_refused")),
    Fault(26, "kill -9 during a write", _of(
        _KILLS, "test_no_file_is_left_half_written_and_no_input_is_changed",
        "test_what_killed_runs_left_goes_with_the_next",
        "test_a_draft_folder_of_a_dead_process_goes_and_that_of_a_live_one_stays")
        + _of(_FILES, "test_a_killed_write_leaves_the_old_or_the_new_file_and_its_draft_is_swept")),
    Fault(27, "full disk, read-only folder", _of(
        _FILES, "test_a_full_disk_is_told_and_the_old_file_kept",
        "test_too_little_space_is_refused_before_the_work",
        "test_a_read_only_folder_is_refused_before_the_work_and_while_writing")),
    Fault(28, "files somebody has open or changes", _of(
        _LOCKS, "test_excels_owner_file_names_the_user", "test_libreoffices_lock_names_the_user")
        + _of(_FILES, "test_a_file_with_a_lock_beside_it_is_refused_with_the_holders_name")
        + _of(_PATCH, "test_a_file_changed_meanwhile_is_refused")
        + _of(_FIELD, "test_a_lock_file_is_no_ledger_and_its_holder_is_named",
              "test_a_file_that_changes_while_it_is_read_is_read_whole_or_refused")),
    Fault(29, "two runs on one target", _of(
        _LOCKS, "test_a_second_run_is_refused_and_told_who_holds_the_claim",
        "test_a_killed_holders_claim_is_free_at_once",
        "test_runs_that_take_turns_never_hold_the_claim_together")),
    Fault(30, "Excel busy, protected, cancelled, closed", _of(
        _RETRY, "test_a_busy_excel_is_asked_again_until_it_answers",
        "test_an_excel_that_stays_busy_is_given_up_with_a_plain_word")
        + _of(_LIVE, "test_a_protected_sheet_is_written_and_protected_again",
              "test_an_error_at_any_call_leaves_the_workbook_as_it_was")
        + _of("addin/ribbon/test_ledgers.py", "test_a_cancelled_question_writes_nothing_and_says_so")
        + _of("addin/hosts/excel/test_desktop_press.py", "test_a_workbook_closed_meanwhile_leaves_only_the_log")),
    Fault(31, "undo", _of(
        "addin/ribbon/test_buttons_write.py",
        "test_a_button_writes_what_its_command_writes_and_undo_puts_every_cell_back")
        + _of(_LIVE, "test_several_steps_are_undone_one_by_one_and_twenty_are_remembered")),
    Fault(32, "texts that look like formulas and links", _of(
        _HOSTILE, "test_no_macro_formula_or_link_of_an_input_is_in_the_output")
        + _of(_MUTATIONS, "test_nothing_of_an_input_comes_alive_in_an_output")
        + _of(_BULK, "test_nothing_becomes_a_formula_or_a_link")
        + _of(_PATCH, "test_text_stays_text_whatever_it_begins_with")
        + _of(_CONSOLIDATE, "test_text_that_looks_like_a_formula_stays_text")),
    Fault(33, "names that are no file names", _of(
        _FIELD, "test_no_name_leaves_the_folder_or_meets_another",
        "test_villages_of_one_name_in_two_townships_stay_apart")),
    Fault(34, "phones and ID numbers", _of(
        _MUTATIONS, "test_no_planted_number_is_left_unmasked")
        + _of(_CONSOLIDATE, "test_no_personal_number_is_left_anywhere_in_the_package")
        + _of("workbooks/test_masking.py", "test_no_mobile_number_survives_in_any_surroundings")
        + _of(_FILES, "test_a_draft_is_private_and_the_result_keeps_the_old_files_permissions")
        + _of(_NAMES, "test_an_id_number_is_said_in_every_column_of_text")),
    Fault(35, "macros in inputs", _of(
        _PATCH, "test_macros_are_never_copied")
        + _of(_HOSTILE, "test_no_macro_formula_or_link_of_an_input_is_in_the_output")),
    Fault(36, "a configuration sheet in a ledger", _of(
        "addin/hosts/excel/test_xlwings_module.py",
        "test_no_way_is_left_by_which_a_workbook_could_choose_what_runs")),
    Fault(37, "a worker dies", _of(_WORKERS, "test_each_fault_costs_one_item_and_order_is_kept")),
    Fault(38, "one bad file, all bad, none, nested", _of(
        _HOSTILE, "test_every_hostile_file_gives_one_finding_and_the_others_finish")
        + _of(_CLI, "test_an_unreadable_file_exits_two_and_the_others_finish", "test_an_empty_folder_is_told")
        + _of(_FIELD, "test_folders_in_folders_are_searched_and_a_folder_of_bad_files_finishes")),
)  # fmt: skip

CASES: tuple[Fault, ...] = (
    Fault(1, "months and years typed as numbers under a date format", _of(
        _SHOWN, "test_a_number_under_a_date_format_is_never_a_day",
        "test_the_likely_reading_is_in_the_columns_own_form",
        "test_no_message_speaks_of_the_day_a_number_is_shown_as",
        "test_a_number_a_date_format_shows_as_a_day_far_away_is_that_number")),
    Fault(3, "a second block under its own headings", _of(
        _STRUCTURE, "test_a_repeated_heading_row_in_another_order_maps_its_own_block")),
    Fault(5, "names, accounts, dates and hours as people write them", _of(
        _NAMES, "test_two_people_are_never_one", "test_what_is_no_name_is_an_error",
        "test_what_stands_beside_a_name_is_said_and_left_out",
        "test_an_account_that_tells_nothing_is_said",
        "test_a_mark_for_the_value_above_is_told_in_every_typed_column",
        "test_honest_names_are_clean_by_the_thousand")
        + _of(_SHOWN, "test_what_follows_a_date_or_spells_it_changes_nothing",
              "test_two_days_in_one_cell_are_asked_for", "test_hours_in_words_are_read")),
    Fault(6, "what is shown is not what is stored", _of(
        _SHOWN, "test_a_percentage_is_points_out_of_a_hundred",
        "test_what_is_shown_is_read_where_it_is_certain",
        "test_what_is_shown_and_what_is_stored_are_both_said_where_it_is_not",
        "test_a_sum_that_no_village_has_was_typed_in_yuan",
        "test_a_percentage_that_lost_its_format_is_asked_for",
        "test_a_word_that_a_format_shows_for_a_number_is_that_word")),
    Fault(7, "sheets copied, deleted, split, twinned, protected", _of(
        _STRUCTURE, "test_a_log_in_two_sheets_is_one_table",
        "test_a_copy_of_a_sheet_is_not_read_and_named",
        "test_a_copy_with_rows_of_its_own_is_an_error_and_its_rows_are_rejected")
        + _of(_UNREAD, "test_update_leaves_what_rests_on_an_unread_sheet_and_says_so_first",
              "test_update_passes_over_a_generated_sheet_that_was_deleted")
        + _of(_LIVE, "test_a_protected_sheet_is_written_and_protected_again")),
    Fault(8, "several ledgers of one unit", _of(
        _DELIVERIES, "test_the_reason_said_is_what_decides", "test_where_nothing_decides_neither_is_taken")
        + _of(_OWNER, "test_a_borrowed_code_is_an_error_of_the_borrower_under_its_own_name",
              "test_last_years_ledger_is_neither_reported_nor_missing",
              "test_last_years_ledger_beside_this_years_is_named_and_counts_for_nobody")),
    Fault(15, "mentees left behind, mentors without room", _of(
        _PAIRED, "test_who_is_left_without_a_pairing_is_paired_again_and_told",
        "test_nobody_to_pair_is_explained_by_what_there_is")
        + _of("addin/actions/test_confirm.py", "test_a_mentor_is_never_filled_beyond_the_limit")),
    Fault(18, "tables beside and below, stray cells", _of(
        _STRUCTURE, "test_a_table_beside_makes_no_row_and_is_named_once",
        "test_cells_without_a_heading_make_no_row_and_are_named_once",
        "test_another_table_below_is_left_alone_and_named_once")),
    Fault(24, "months typed as numbers", _of(
        _NORMALISE, "test_only_tenths_leave_open_which_month_a_number_is",
        "test_six_digits_as_a_number_are_no_month_but_a_likely_reading",
        "test_a_year_alone_is_no_month")),
    Fault(27, "a copy without a code beside the good ledger", _of(
        _OWNER, "test_no_file_beside_it_changes_a_row_or_a_figure_of_the_owner",
        "test_a_file_nothing_agrees_on_is_named_and_kept_out")),
    Fault(30, "headings sorted into the middle", _of(
        _STRUCTURE, "test_rows_above_the_headings_are_read_by_the_same_columns")),
    Fault(32, "headings with hints, feet with signatures", _of(
        _STRUCTURE, "test_hints_in_a_heading_do_not_matter", "test_every_heading_may_carry_a_hint",
        "test_feet_and_section_rows_are_ignored_and_counted",
        "test_what_stands_alone_below_a_table_is_ignored_in_columns_of_any_text",
        "test_a_foot_or_example_of_several_cells_is_ignored")),
)  # fmt: skip
