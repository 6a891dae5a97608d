// A finding as a person reads it in the terminal. Pure; reads exported JSON, and what of it is missing is
// left out.
#ifndef ATTEST_APP_FINDING_TEXT_H_
#define ATTEST_APP_FINDING_TEXT_H_

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "app/terminal.h"

namespace attest {

struct Printer {
  Language language = Language::en;
  bool color = false;

  bool zh() const { return language == Language::zh; }
  const char* choose(const char* in_zh, const char* in_en) const { return zh() ? in_zh : in_en; }
};

// "error" in its colour.
std::string severity_text(const std::string& severity, const Printer& printer);

// What is wrong, what was expected, where every operand stands, and what else may be the case. Some lines.
std::string finding_text(const nlohmann::ordered_json& finding, const Printer& printer);

}  // namespace attest

#endif  // ATTEST_APP_FINDING_TEXT_H_
