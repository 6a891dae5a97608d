// The audit team, 1.13:
//
//   代码        姓名   组内身份  注册证书号          专业代码  联系电话
//   ISC[S]0001  …     组长     2022-S1SC-2000001  02.01    130…
//
// Values wrap inside narrow cells; a table may go on over the page.
#include <algorithm>

#include "parse/readings.h"

namespace attest {
namespace {

bool is_header(const std::vector<HeaderColumn>& columns) { return columns.size() >= 3; }

bool covers(const HeaderColumn& column, const GridCell& cell) {
  return cell.column < column.column + column.column_span && cell.column + cell.column_span > column.column;
}

}  // namespace

void read_team(const Flow& flow, const Scheme& scheme, RawReading& out) {
  std::vector<HeaderColumn> columns;
  for (const FlowTable& table : flow.tables) {
    if (table.use != TableUse::team) continue;
    for (const GridRow& row : table.grid.rows) {
      std::vector<HeaderColumn> header = header_columns(row, scheme.team_columns);
      if (is_header(header)) {
        columns = std::move(header);
        continue;
      }
      std::map<std::string, Piece> member;
      for (const HeaderColumn& column : columns) {
        const auto cell = std::find_if(row.cells.begin(), row.cells.end(), [&](const GridCell& c) {
          return covers(column, c) && c.text->size() > 0;
        });
        if (cell != row.cells.end()) member[column.role] = cell->text->whole("1.13");
      }
      if (!member.empty()) out.audit_team.push_back(std::move(member));
    }
  }
}

}  // namespace attest
