#include "app/document_pages.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "app/page_codec.h"

namespace attest {
namespace {

std::vector<int> wanted_pages(const Document& document, const std::vector<PageRange>& ranges) {
  std::vector<int> out;
  for (int page = 1; page <= document.page_count(); ++page) {
    const bool wanted = ranges.empty() || std::any_of(ranges.begin(), ranges.end(), [page](PageRange r) {
                          return page >= r.first && page <= r.last;
                        });
    if (wanted) out.push_back(page);
  }
  return out;
}

// Tells of the columns of pages that may be read elsewhere.
class TableColumns : public ColumnMemory {
 public:
  TableColumns(DocumentParts& parts, std::uint32_t part) : parts_(parts), part_(part) {}

  void after(int, const KnownColumns& columns) override {
    parts_.hint(part_, columns.empty() ? "" : encoded(columns));
  }
  KnownColumns before(int) override {
    return decoded_columns(parts_.hint_before(part_)).value_or(KnownColumns{});
  }

 private:
  DocumentParts& parts_;
  std::uint32_t part_;
};

// One process's share of a document's pages.
class Reading {
 public:
  Reading(Document& document, Engine& engine, DocumentParts& parts)
      : document_(document),
        engine_(engine),
        parts_(parts),
        numbers_(wanted_pages(document, engine.options().pages)) {}

  const std::vector<int>& numbers() const { return numbers_; }

  // `source` holds the page as the document has it, if that could be opened.
  Result<Page> read(std::uint32_t part, std::optional<SourcePage>& source) {
    Result<SourcePage> opened = document_.page(numbers_[part]);
    if (!opened) return opened.error();
    source = *std::move(opened);
    // Text is read faster than it is shared.
    if (source->origin == Origin::scan || source->origin == Origin::mixed) parts_.invite();
    TableColumns columns(parts_, part);
    return engine_.reader().read(*source, &columns);
  }

 private:
  Document& document_;
  Engine& engine_;
  DocumentParts& parts_;
  std::vector<int> numbers_;
};

// What helpers have read, by part; nothing where it cannot stand beside what is read here.
std::optional<std::map<std::uint32_t, Result<Page>>> read_by_others(const std::vector<int>& numbers,
                                                                    const Document& document, bool warned,
                                                                    DocumentParts& parts) {
  std::map<std::uint32_t, Result<Page>> out;
  for (auto& [part, bytes] : parts.results()) {
    std::optional<PageReading> reading = decoded_reading(bytes);
    const bool ours = reading && reading->sha256 == document.sha256() && part < numbers.size() &&
                      reading->number == numbers[part];
    if (!ours || reading->warned || warned) return std::nullopt;
    out.emplace(part, std::move(reading->page));
  }
  return out;
}

// Stands for a page that could not be read, so that the pages after it keep their numbers.
Page unread_page(int number) {
  Page page;
  page.number = number;
  return page;
}

DocumentPages gathered(std::map<std::uint32_t, Result<Page>> read, const std::vector<int>& numbers,
                       const Document& document) {
  DocumentPages out;
  bool any_read = false;
  for (auto& [part, page] : read) {
    any_read = any_read || page;
    if (page) {
      out.pages.push_back(*std::move(page));
      continue;
    }
    page.error().page = numbers[part];
    out.pages.push_back(unread_page(numbers[part]));
    out.errors.push_back(std::move(page.error()));
  }
  if (!any_read) out.pages.clear();
  for (const Error& warning : document.warnings()) out.errors.push_back(warning);
  return out;
}

}  // namespace

std::optional<DocumentPages> read_pages(Document& document, Engine& engine, const StageReport& report,
                                        DocumentParts& parts, PageSources& sources) {
  Reading reading(document, engine, parts);
  const std::size_t warnings = document.warnings().size();
  parts.begin(static_cast<std::uint32_t>(reading.numbers().size()));
  std::map<std::uint32_t, Result<Page>> read;
  while (const std::optional<std::uint32_t> part = parts.next()) {
    report(Stage::reading, reading.numbers()[*part]);
    std::optional<SourcePage> source;
    const auto page = read.emplace(*part, reading.read(*part, source)).first;
    if (page->second) sources.keep(*std::move(source));
  }
  const bool warned = document.warnings().size() > warnings;
  auto others = read_by_others(reading.numbers(), document, warned, parts);
  if (!others) return std::nullopt;
  read.merge(*others);
  return gathered(std::move(read), reading.numbers(), document);
}

void help_with_pages(const Input& input, Engine& engine, const StageReport& report, DocumentParts& parts) {
  report(Stage::opening, 0);
  const Result<std::unique_ptr<Document>> document = open_document(input, engine.options().ingest);
  if (!document) return;
  Reading reading(**document, engine, parts);
  while (const std::optional<std::uint32_t> part = parts.next()) {
    if (*part >= reading.numbers().size()) return;  // it is another file by now
    const int number = reading.numbers()[*part];
    report(Stage::reading, number);
    const std::size_t warnings = (*document)->warnings().size();
    std::optional<SourcePage> source;
    PageReading out{(*document)->sha256(), number, false, reading.read(*part, source)};
    out.warned = (*document)->warnings().size() > warnings;
    parts.done(*part, encoded(out));
  }
}

bool is_page_reading(std::string_view bytes) { return decoded_reading(bytes).has_value(); }

bool is_page_hint(std::string_view bytes) { return bytes.empty() || decoded_columns(bytes).has_value(); }

}  // namespace attest
