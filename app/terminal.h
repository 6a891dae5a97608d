// Text for a person's terminal: untrusted text made harmless, columns that stand under each other, colour.
// Functions are pure and thread safe.
#ifndef ATTEST_APP_TERMINAL_H_
#define ATTEST_APP_TERMINAL_H_

#include <string>
#include <string_view>
#include <vector>

namespace attest {

// Control characters, directional overrides, line separators and bytes that are no UTF-8 become visible
// escapes
// ("\x1b", "\u202e"), so that a document's text cannot drive the terminal.
std::string escaped(std::string_view text);

// Columns that `text` takes on a terminal: hanzi and fullwidth forms two, combining marks none.
int display_width(std::string_view text);

// Cut to `width` columns with "…" where it is longer.
std::string shortened(std::string_view text, int width);
// The same, keeping the end: of a path the file's name says most.
std::string shortened_front(std::string_view text, int width);

// Rows as columns under each other, two spaces apart. The columns named in `right` are set flush right. Texts
// are taken as they are: escape them first.
std::string aligned(const std::vector<std::vector<std::string>>& rows, const std::vector<int>& right);

enum class Color { none, red, yellow, green, grey, bold };
std::string colored(std::string_view text, Color color, bool enabled);

// Whether `descriptor` is a terminal that takes colour: NO_COLOR and TERM=dumb say no.
bool color_enabled(int descriptor);

enum class Language { zh, en };
// "zh", "en", or by the locale of the environment when empty.
Language language_of(const std::string& option);

}  // namespace attest

#endif  // ATTEST_APP_TERMINAL_H_
