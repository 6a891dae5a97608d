// Values one after the other as the structures of record/page.h name them: numbers as they lie in memory
// (both ends are one program), a text or a list after its count (u32), what may be missing after a byte that
// says so. One description of each structure serves both ways, and does not compile when a member is added to
// it.
#include "app/page_codec.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>
#include <vector>

namespace attest {
namespace {

class Encoder {
 public:
  template <typename... T>
  void operator()(const T&... values) {
    (put(values), ...);
  }
  std::string take() { return std::move(bytes_); }

 private:
  template <typename T>
  void put(const T& value);
  void put(const std::string& text) {
    put_count(text.size());
    bytes_ += text;
  }
  template <typename T>
  void put(const std::vector<T>& list) {
    put_count(list.size());
    for (const T& value : list) put(value);
  }
  template <typename T>
  void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value) put(*value);
  }
  void put_count(std::size_t count) { put(static_cast<std::uint32_t>(count)); }

  std::string bytes_;
};

class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : bytes_(bytes) {}

  template <typename... T>
  void operator()(T&... values) {
    (get(values), ...);
  }
  // Nothing is missing, and nothing is left.
  bool complete() const { return good_ && bytes_.empty(); }

 private:
  template <typename T>
  void get(T& value);
  void get(std::string& text) { text = raw(count()); }
  template <typename T>
  void get(std::vector<T>& list) {
    for (std::uint32_t left = count(); left > 0 && good_; --left) get(list.emplace_back());
  }
  template <typename T>
  void get(std::optional<T>& value) {
    bool there = false;
    get(there);
    if (there) get(value.emplace());
  }
  std::uint32_t count() {
    std::uint32_t count = 0;
    get(count);
    return good_ ? count : 0;
  }
  std::string_view raw(std::size_t size) {
    good_ = good_ && size <= bytes_.size();
    if (!good_) return {};
    const std::string_view out = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return out;
  }

  std::string_view bytes_;
  bool good_ = true;
};

// -- what each structure holds ----------------------------------------------------------------------------

template <typename T, typename Structure>
concept Of = std::is_same_v<std::remove_const_t<T>, Structure>;

void members(auto& codec, Of<Box> auto& value) {
  auto& [left, top, width, height] = value;
  codec(left, top, width, height);
}

void members(auto& codec, Of<Alternative> auto& value) {
  auto& [text, cost] = value;
  codec(text, cost);
}

void members(auto& codec, Of<Mark> auto& value) {
  auto& [box, state, confidence, glyph] = value;
  codec(box, state, confidence, glyph);
}

void members(auto& codec, Of<Glyph> auto& value) {
  auto& [text, box, confidence, mark, alternatives] = value;
  codec(text, box, confidence, mark, alternatives);
}

void members(auto& codec, Of<Line> auto& value) {
  auto& [glyphs, box, number, bold, underlined] = value;
  codec(glyphs, box, number, bold, underlined);
}

void members(auto& codec, Of<Cell> auto& value) {
  auto& [row, column, row_span, column_span, box, lines] = value;
  codec(row, column, row_span, column_span, box, lines);
}

void members(auto& codec, Of<Table> auto& value) {
  auto& [box, rows, columns, ruled, cells] = value;
  codec(box, rows, columns, ruled, cells);
}

void members(auto& codec, Of<Block> auto& value) {
  auto& [kind, index] = value;
  codec(kind, index);
}

void members(auto& codec, Of<Notice> auto& value) {
  auto& [rule, zh, en, box] = value;
  codec(rule, zh, en, box);
}

void members(auto& codec, Of<Page> auto& value) {
  auto& [number, width, height, rotation, origin, blocks, lines, tables, marks, notices, left_out] = value;
  codec(number, width, height, rotation, origin, blocks, lines, tables, marks, notices, left_out);
}

void members(auto& codec, Of<Error> auto& value) {
  auto& [code, message, document, page, box] = value;
  codec(code, message, document, page, box);
}

void members(auto& codec, Of<KnownColumns> auto& value) {
  auto& [edges, contents] = value;
  codec(edges, contents);
}

// The last value of each enumeration, which all count from 0.
constexpr Origin last_of(Origin) { return Origin::blank; }
constexpr MarkState last_of(MarkState) { return MarkState::absent; }
constexpr Block::Kind last_of(Block::Kind) { return Block::Kind::table; }
constexpr ErrorCode last_of(ErrorCode) { return ErrorCode::internal; }
constexpr LineContent last_of(LineContent) { return LineContent::phone; }

template <typename T>
void Encoder::put(const T& value) {
  if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  } else {
    members(*this, value);
  }
}

template <typename T>
void Decoder::get(T& value) {
  if constexpr (std::is_enum_v<T>) {
    std::underlying_type_t<T> number{};
    get(number);
    good_ = good_ && number >= 0 && number <= static_cast<std::underlying_type_t<T>>(last_of(value));
    if (good_) value = static_cast<T>(number);
  } else if constexpr (std::is_same_v<T, bool>) {
    const std::string_view byte = raw(1);
    good_ = good_ && (byte[0] == 0 || byte[0] == 1);
    value = good_ && byte[0] == 1;
  } else if constexpr (std::is_arithmetic_v<T>) {
    const std::string_view bytes = raw(sizeof value);
    if (good_) std::memcpy(&value, bytes.data(), sizeof value);
    if constexpr (std::is_floating_point_v<T>) good_ = good_ && std::isfinite(value);
  } else {
    members(*this, value);
  }
}

// -- what the stages behind count on ----------------------------------------------------------------------

bool in_range(int index, std::size_t size) { return index >= 0 && static_cast<std::size_t>(index) < size; }

bool is_sound(const Line& line, const Page& page) {
  return std::all_of(line.glyphs.begin(), line.glyphs.end(), [&page](const Glyph& glyph) {
    return glyph.mark == -1 || in_range(glyph.mark, page.marks.size());
  });
}

bool is_sound(const Table& table, const Page& page) {
  return std::all_of(table.cells.begin(), table.cells.end(), [&](const Cell& cell) {
    const bool lies_inside = cell.row >= 0 && cell.column >= 0 && cell.row_span >= 1 &&
                             cell.column_span >= 1 && cell.row <= table.rows - cell.row_span &&
                             cell.column <= table.columns - cell.column_span;
    return lies_inside && std::all_of(cell.lines.begin(), cell.lines.end(),
                                      [&page](const Line& line) { return is_sound(line, page); });
  });
}

bool is_sound(const Page& page) {
  const auto sound = [&page](const auto& part) { return is_sound(part, page); };
  return std::all_of(page.lines.begin(), page.lines.end(), sound) &&
         std::all_of(page.tables.begin(), page.tables.end(), sound) &&
         std::all_of(page.blocks.begin(), page.blocks.end(), [&page](const Block& block) {
           const bool line = block.kind == Block::Kind::line;
           return in_range(block.index, line ? page.lines.size() : page.tables.size());
         });
}

}  // namespace

std::string encoded(const PageReading& reading) {
  Encoder encoder;
  encoder(reading.sha256, reading.number, reading.warned, static_cast<bool>(reading.page));
  if (reading.page) {
    encoder(*reading.page);
  } else {
    encoder(reading.page.error());
  }
  return encoder.take();
}

std::optional<PageReading> decoded_reading(std::string_view bytes) {
  Decoder decoder(bytes);
  PageReading reading;
  bool read = false;
  decoder(reading.sha256, reading.number, reading.warned, read);
  if (read) {
    decoder(*reading.page);
  } else {
    Error error;
    decoder(error);
    reading.page = std::move(error);
  }
  if (!decoder.complete()) return std::nullopt;
  if (read && (reading.page->number != reading.number || !is_sound(*reading.page))) return std::nullopt;
  return reading;
}

std::string encoded(const KnownColumns& columns) {
  Encoder encoder;
  encoder(columns);
  return encoder.take();
}

std::optional<KnownColumns> decoded_columns(std::string_view bytes) {
  Decoder decoder(bytes);
  KnownColumns columns;
  decoder(columns);
  const bool fits =
      columns.empty() ? columns.edges.empty() : columns.edges.size() == columns.contents.size() + 1;
  if (!decoder.complete() || !fits) return std::nullopt;
  return columns;
}

}  // namespace attest
