// The way of a document, in one place: open → pages → read → identify → parse → normalize → check.
//
//   Engine engine(options, schemes);                       // loads the models; one a worker process
//   Record record = process_document({.path = "report.pdf"}, engine);
//
// Never fails: a document that cannot be read gives a record without pages whose first error says why; a page
// that cannot be read stays in the record as a blank one with an error. One page image is in memory at a
// time. An Engine is not thread safe. The same bytes with the same options give the same record, by however
// many processes its pages were read: no clock, host or path gets into it.
#ifndef ATTEST_APP_PIPELINE_H_
#define ATTEST_APP_PIPELINE_H_

#include <string>
#include <vector>

#include "app/parts.h"
#include "app/stage.h"
#include "ingest/document.h"
#include "ocr/reader.h"
#include "record/report.h"
#include "schemes/scheme.h"

namespace attest {

struct PageRange {
  int first = 1, last = 1;  // inclusive, from 1
};

// "1-3,5" or "7-": pages from 1, in any order. Anything else is bad_configuration.
Result<std::vector<PageRange>> parse_page_ranges(const std::string& text);

struct PipelineOptions {
  IngestOptions ingest;
  ReaderOptions reader;
  std::vector<PageRange> pages;  // empty: all
  bool all_text = true;          // false: boilerplate of the schemes is not read in full
  bool channels = true;          // numbers of text layers are read from the page image too
};

class Engine {
 public:
  Engine(PipelineOptions options, std::vector<Scheme> schemes);

  const PipelineOptions& options() const { return options_; }
  const std::vector<Scheme>& schemes() const { return schemes_; }
  PageReader& reader() { return reader_; }
  EngineInfo info() const;  // without the scheme, which depends on the document

 private:
  PipelineOptions options_;
  std::vector<Scheme> schemes_;
  PageReader reader_;
};

// Says by `report` (may be empty) when a stage or a page begins. Other processes read pages of it where
// `parts` hands them out; null: none do.
Record process_document(const Input& input, Engine& engine, const StageReport& report = {},
                        DocumentParts* parts = nullptr);

// The record of a document that could not be read.
Record rejected_record(const std::string& file_name, Error error);

// The file name that a record carries for an input: the last component of its path.
std::string record_file_name(const Input& input);

}  // namespace attest

#endif  // ATTEST_APP_PIPELINE_H_
