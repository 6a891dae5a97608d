// The tables of an archive on PostgreSQL, in the schema `attest` of a database: those of schema.h, and
//
//   store       1 row      the number of the schema
//   workers     1 ── n jobs        a process that reads documents, and until when it is believed to live
//   page_rows   with `grams` (its text as tokens) and `tokens` (the same, indexed)
//
// Two partial indexes on jobs: ready ones in the order of the queue, running ones by who has them. Texts
// compare by their bytes.
#ifndef ATTEST_STORE_POSTGRES_SCHEMA_H_
#define ATTEST_STORE_POSTGRES_SCHEMA_H_

#include <optional>

#include "record/error.h"
#include "store/postgres.h"
#include "store/store.h"

namespace attest {

// Of the advisory locks: 0 while tables are made, 1 while inputs are entered, else the worker of that number.
constexpr int kLockClass = 0x61747453;  // "attS"
constexpr int kSchemaLock = 0, kEnterLock = 1, kFirstWorker = 16;

// Makes or migrates (for `read`: only migrates), and sets the connection to the schema. bad_configuration:
// the schema is of something else or of a later version; unreadable: there is none.
std::optional<Error> prepare_database(PgConnection& connection, StoreAccess access);

}  // namespace attest

#endif  // ATTEST_STORE_POSTGRES_SCHEMA_H_
