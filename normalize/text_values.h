// Printed glyphs to plain text, and plain text to the values of the record's types. Pure functions.
#ifndef ATTEST_NORMALIZE_TEXT_VALUES_H_
#define ATTEST_NORMALIZE_TEXT_VALUES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/reading.h"
#include "schemes/scheme.h"

namespace attest {

// How the lines of a piece are joined: paragraphs kept on lines of their own, or everything on one line.
enum class Join { paragraphs, one_line };

// A piece as text: wrapped lines joined (without a space between hanzi), runs of spaces collapsed, ends
// trimmed.
std::string plain_text(const Piece& piece, Join join);

// Product of the glyphs' confidences: the probability that all of them are right.
double confidence_of(const Piece& piece);
// True when a recogniser read it: only then letters may stand for digits.
bool is_recognised(const Piece& piece);

// What a recogniser makes of specks beside a value: points, commas and quotes at its ends.
std::string without_specks(std::string_view text, bool keep_closing_stop);

// An angle bracket that a round one closes was a round one: "〈天津)" -> "（天津)".
std::string with_paired_brackets(std::string_view text);

// Nothing but blanks, underscores, slashes and dashes: the place was left empty.
bool is_blank(std::string_view text);

// "2024 年 11 月 19 日" -> "2024-11-19", also for days that do not exist. Nothing without three numbers.
std::optional<std::string> parse_date(std::string_view text, bool recognised);
// "下午" -> "pm".
std::optional<std::string> parse_half(std::string_view text);
// "五星级", "10 星级" -> "5", "10"; "达标级" -> "0".
std::optional<std::string> parse_star_level(std::string_view text);
// "95.470 分" -> "95.47"; with `recognised`, "l.5" -> "1.5". Nothing when no decimal remains.
std::optional<std::string> parse_number(std::string_view text, bool recognised);
// "6+9" -> "15", "+10" -> "10".
std::optional<std::string> parse_sum(std::string_view text, bool recognised);
// The scheme's own writing of its standard, when the printed code is one of its spellings; else the code as
// printed.
std::string parse_standard(std::string_view text, const Scheme& scheme, bool recognised);
// Letters that a recogniser takes digits for, as digits: "lO" -> "10".
std::string as_digits(std::string_view text);
// A scope without its star level: "…绿色服务。(十星级)" -> "…绿色服务。".
std::string without_star_level(std::string_view text);

}  // namespace attest

#endif  // ATTEST_NORMALIZE_TEXT_VALUES_H_
