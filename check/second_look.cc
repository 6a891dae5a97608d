#include "check/second_look.h"

#include <algorithm>
#include <map>
#include <set>

#include "record/decimal.h"

namespace attest {
namespace {

constexpr double kBeyondDoubt = 0.9995;  // confidence of a number that its sum's finding does not hang on
constexpr std::size_t kSmallRule = 3;    // numbers of a rule that are all looked at: a product, a bound

bool on_image(const Record& record, const Evidence& evidence) {
  const Page* page = find_page(record, evidence.page);
  return page != nullptr && !evidence.box.empty() &&
         (page->origin == Origin::scan || page->origin == Origin::mixed);
}

struct Place {
  const Table* table = nullptr;
  const Cell* cell = nullptr;
};

Place place_of(const Record& record, const Evidence& evidence) {
  const Page* page = find_page(record, evidence.page);
  if (page == nullptr || evidence.box.empty()) return {};
  for (const Table& table : page->tables) {
    for (const Cell& cell : table.cells) {
      if (cell.box.contains(evidence.box.center_x(), evidence.box.center_y())) return {&table, &cell};
    }
  }
  return {};
}

// The names under which the findings speak of an item: the scheme's code, else what is printed.
std::string item_name(const ScoreItem& item, const Scheme& scheme) {
  for (const SectionRule& section : scheme.sections) {
    for (const IndicatorRule& indicator : section.indicators) {
      for (const ItemRule& rule : indicator.items) {
        if (item.code && rule.code == item.code) return *rule.code;
        if (!item.code && item.clause && rule.clause == *item.clause) return rule.code.value_or(rule.clause);
      }
    }
  }
  return item.code.value_or(item.clause.value_or(""));
}

class Numbers {
 public:
  Numbers(Record& record, const Scheme& scheme) : record_(record) {
    Scores& scores = record.scores;
    for (ScoreItem& item : scores.items) {
      const std::string path = "scores.items." + item_name(item, scheme);
      add(path + ".max", item.max);
      if (item.applicable) add(path + ".percent", item.percent);
      add(path + ".score", item.score);
    }
    for (ScoreIndicator& indicator : scores.indicators) {
      // A title's sum ("6+9分") stands in running text; only a table of indicators has cells for them.
      if (scheme.score_form != "summary") continue;
      add("scores.indicators." + indicator.name + ".max", indicator.max);
      add("scores.indicators." + indicator.name + ".score", indicator.score);
    }
    for (ScoreSection& section : scores.sections) {
      add("scores.sections." + section.section + ".max", section.max);
      add("scores.sections." + section.section + ".score", section.score);
    }
    add("scores.total", scores.total);
    add("scores.result_score", scores.result_score);
    add("scores.special_deduction", scores.special_deduction);
    add("scores.special_bonus", scores.special_bonus);
  }

  const std::vector<LookWanted>& all() const { return all_; }

  const LookWanted* find(const std::string& path) const {
    const auto found = index_.find(path);
    return found == index_.end() ? nullptr : &all_[found->second];
  }

 private:
  void add(const std::string& path, OptionalField& field) {
    LookWanted wanted{path, &field, {}, {}};
    if (field) {
      wanted.value = field->evidence;
      const Place place = place_of(record_, field->evidence);
      if (place.cell != nullptr) wanted.cell = place.cell->box;
    }
    index_[path] = all_.size();
    all_.push_back(std::move(wanted));
  }

  Record& record_;
  std::vector<LookWanted> all_;
  std::map<std::string, std::size_t> index_;
};

// "/", 无, 不涉及: the cell holds no number, and says so.
bool says_none(const std::string& text) {
  return text.find('/') != text.npos || text.find("不") != text.npos || text.find("无") != text.npos;
}

// The columns of a table by what the record took from them.
using Columns = std::map<std::string, std::map<int, int>>;  // role → column → votes

std::string role_of(const std::string& path) { return path.substr(path.rfind('.') + 1); }

int most_voted(const std::map<int, int>& votes) {
  int best = -1, most = 0;
  for (const auto& [column, count] : votes) {
    if (count > most) {
      best = column;
      most = count;
    }
  }
  return best;
}

// Cells that gave no number, of rows that stand on an image: the row's own cell in the column where the other
// rows of the table have theirs.
class UnreadCells {
 public:
  UnreadCells(Record& record, const Numbers& numbers) : record_(record) {
    for (const LookWanted& wanted : numbers.all()) {
      const Place place = place_of(record, wanted.value);
      if (place.table != nullptr && wanted.path.starts_with("scores.i"))
        ++columns_[place.table][role_of(wanted.path)][place.cell->column];
    }
  }

  std::optional<LookWanted> find(const LookWanted& unread, const Evidence& row) const {
    if (!on_image(record_, row)) return std::nullopt;
    const Place place = place_of(record_, row);
    const auto table = columns_.find(place.table);
    if (place.table == nullptr || table == columns_.end()) return std::nullopt;
    const auto votes = table->second.find(role_of(unread.path));
    const int column = votes == table->second.end() ? -1 : most_voted(votes->second);
    const Cell* cell = column < 0 ? nullptr : place.table->at(place.cell->row, column);
    if (cell == nullptr || cell->column != column || cell->column_span != 1) return std::nullopt;
    if (says_none(cell->text())) return std::nullopt;
    LookWanted out = unread;
    out.value = {row.page, {}, row.line};
    out.cell = cell->box;
    return out;
  }

 private:
  const Record& record_;
  std::map<const Table*, Columns> columns_;
};

class Wishes {
 public:
  Wishes(Record& record, const Scheme& scheme)
      : record_(record), numbers_(record, scheme), unread_(record, numbers_) {}

  std::vector<LookWanted> run(const Scheme& scheme) {
    for (const Finding& f : record_.findings) {
      if (!f.rule.starts_with("score.") && f.rule != "level.score" && f.rule != "conclusion.score") continue;
      for (const Hypothesis& h : f.hypotheses) {
        for (const Change& change : h.changes) add(change.path);
      }
      if (f.operands.size() > kSmallRule) continue;
      for (const Operand& o : f.operands) add(o.path);
    }
    for (const Finding& f : record_.findings) {
      if (!f.rule.starts_with("score.") || f.operands.size() <= kSmallRule) continue;
      for (const Operand& o : f.operands) {
        if (o.confidence < kBeyondDoubt) add(o.path);
      }
    }
    add_unread(scheme);
    if (wanted_.size() > kMostLooks) wanted_.resize(kMostLooks);
    return std::move(wanted_);
  }

 private:
  void add(const std::string& path) {
    const LookWanted* number = numbers_.find(path);
    if (number == nullptr || !*number->field || !on_image(record_, number->value)) return;
    if (seen_.insert(path).second) wanted_.push_back(*number);
  }

  void add_unread(const std::string& path, const Evidence& row) {
    const LookWanted* number = numbers_.find(path);
    if (number == nullptr || *number->field || seen_.count(path)) return;
    if (auto cell = unread_.find(*number, row)) {
      seen_.insert(path);
      wanted_.push_back(*cell);
    }
  }

  void add_unread(const Scheme& scheme) {
    for (const ScoreItem& item : record_.scores.items) {
      if (!item.applicable) continue;
      const std::string path = "scores.items." + item_name(item, scheme);
      for (const char* role : {".max", ".percent", ".score"}) add_unread(path + role, item.evidence);
    }
    for (const ScoreIndicator& indicator : record_.scores.indicators) {
      const std::string path = "scores.indicators." + indicator.name;
      if (indicator.score) add_unread(path + ".max", indicator.score->evidence);
      if (indicator.max) add_unread(path + ".score", indicator.max->evidence);
    }
  }

  Record& record_;
  Numbers numbers_;
  UnreadCells unread_;
  std::vector<LookWanted> wanted_;
  std::set<std::string> seen_;
};

}  // namespace

std::vector<LookWanted> values_to_see_again(Record& record, const Scheme& scheme) {
  return Wishes(record, scheme).run(scheme);
}

std::vector<LookWanted> all_numbers(Record& record, const Scheme& scheme) {
  return Numbers(record, scheme).all();
}

}  // namespace attest
