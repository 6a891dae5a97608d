#include "record/report.h"

#include <algorithm>

namespace attest {

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::info:
      return "info";
  }
  return "error";
}

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::report_error:
      return "report_error";
    case Verdict::misread:
      return "misread";
    case Verdict::undetermined:
      return "undetermined";
  }
  return "undetermined";
}

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::service_certification_report:
      return "service_certification_report";
    case Kind::implementation_rules:
      return "implementation_rules";
    case Kind::unknown:
      return "unknown";
  }
  return "unknown";
}

const Page* find_page(const Record& record, int number) {
  const auto found = std::find_if(record.pages.begin(), record.pages.end(),
                                  [number](const Page& page) { return page.number == number; });
  return found == record.pages.end() ? nullptr : &*found;
}

const std::vector<std::string>& field_names() {
  static const std::vector<std::string> names = {"certification_body",
                                                 "standard",
                                                 "organization_name",
                                                 "project_number",
                                                 "body_address",
                                                 "body_phone",
                                                 "body_postcode",
                                                 "registered_address",
                                                 "audit_address",
                                                 "contact_name",
                                                 "contact_title",
                                                 "contact_phone",
                                                 "contact_email",
                                                 "scope",
                                                 "scope_star_level",
                                                 "audit_start_date",
                                                 "audit_end_date",
                                                 "audit_start_half",
                                                 "audit_end_half",
                                                 "audit_days",
                                                 "period_start_date",
                                                 "period_end_date",
                                                 "change_name_or_address",
                                                 "change_structure",
                                                 "change_management",
                                                 "change_other",
                                                 "sampling_description",
                                                 "system_overview",
                                                 "improvement_suggestions",
                                                 "certificate_use",
                                                 "recommended_scope",
                                                 "recommended_star_level",
                                                 "report_author",
                                                 "report_date"};
  return names;
}

}  // namespace attest
