// Looks whether a package of XML parts (Office Open XML: a ZIP file) is whole. libxlsxwriter gathers each
// part in a temporary file and does not look whether what it writes there arrives, so that a full disk gives
// a workbook that opens and lacks rows.
//
//   const Result<std::vector<XmlPart>> parts = read_xml_package("report.xlsx");
//   for (const XmlPart& part : *parts) if (!part.closed) … it was cut off
//
// Reads local headers one after the other (APPNOTE.TXT 4.3.7), parts deflated and without data descriptors,
// as libxlsxwriter writes them. Constant memory. Thread safe. Sizes in bytes.
#ifndef ATTEST_EXPORT_XML_PACKAGE_H_
#define ATTEST_EXPORT_XML_PACKAGE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "record/error.h"

namespace attest {

struct XmlPart {
  std::string name;  // as "xl/worksheets/sheet1.xml"
  std::uint64_t size = 0;
  bool closed = false;  // it ends with the end tag of the element that it begins with
};

// damaged: it is no such package, or ends within a part. unreadable: it cannot be read.
Result<std::vector<XmlPart>> read_xml_package(const std::string& path);

}  // namespace attest

#endif  // ATTEST_EXPORT_XML_PACKAGE_H_
