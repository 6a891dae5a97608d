#include "record/decimal.h"

#include <algorithm>

namespace attest {
namespace {

__extension__ typedef __int128 Wide;

Wide power_of_ten(int exponent) {
  Wide p = 1;
  while (exponent-- > 0) p *= 10;
  return p;
}

// a / b rounded half away from zero; b > 0.
Wide rounded_quotient(Wide a, Wide b) {
  const bool negative = a < 0;
  if (negative) a = -a;
  const Wide q = (a + b / 2) / b;
  return negative ? -q : q;
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) {
  constexpr int kMaxDigits = 9;  // a form prints six at most; keeps every later result within 128 bits
  Decimal out;
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  int digits = 0;
  bool point = false;
  for (const char c : text) {
    if (c == '.') {
      if (point) return std::nullopt;
      point = true;
    } else if (c >= '0' && c <= '9') {
      if (++digits > kMaxDigits) return std::nullopt;
      out.coefficient_ = out.coefficient_ * 10 + (c - '0');
      out.scale_ += point;
    } else {
      return std::nullopt;
    }
  }
  if (digits == 0 || (!text.empty() && text.back() == '.')) return std::nullopt;
  if (negative) out.coefficient_ = -out.coefficient_;
  out.trim();
  return out;
}

std::optional<Decimal> Decimal::divide(Decimal numerator, Decimal denominator, int digits) {
  if (denominator.coefficient_ == 0) return std::nullopt;
  // n/10^a ÷ d/10^b to `digits` places = n·10^(b+digits) ÷ (d·10^a)
  Wide n = numerator.coefficient_ * power_of_ten(denominator.scale_ + digits);
  Wide d = denominator.coefficient_ * power_of_ten(numerator.scale_);
  if (d < 0) {
    d = -d;
    n = -n;
  }
  Decimal out;
  out.coefficient_ = rounded_quotient(n, d);
  out.scale_ = digits;
  out.trim();
  return out;
}

Decimal operator+(Decimal a, Decimal b) {
  Decimal out;
  out.scale_ = std::max(a.scale_, b.scale_);
  out.coefficient_ = a.coefficient_ * power_of_ten(out.scale_ - a.scale_) +
                     b.coefficient_ * power_of_ten(out.scale_ - b.scale_);
  out.trim();
  return out;
}

Decimal operator-(Decimal a, Decimal b) {
  b.coefficient_ = -b.coefficient_;
  return a + b;
}

Decimal operator*(Decimal a, Decimal b) {
  Decimal out;
  out.coefficient_ = a.coefficient_ * b.coefficient_;
  out.scale_ = a.scale_ + b.scale_;
  out.trim();
  return out.scale_ > Decimal::kMaxScale ? out.rounded(Decimal::kMaxScale) : out;
}

bool operator==(Decimal a, Decimal b) { return a.coefficient_ == b.coefficient_ && a.scale_ == b.scale_; }

std::strong_ordering operator<=>(Decimal a, Decimal b) {
  const Wide d = (a - b).coefficient_;
  return d < 0   ? std::strong_ordering::less
         : d > 0 ? std::strong_ordering::greater
                 : std::strong_ordering::equal;
}

Decimal Decimal::rounded(int digits) const {
  if (scale_ <= digits) return *this;
  Decimal out;
  out.coefficient_ = rounded_quotient(coefficient_, power_of_ten(scale_ - digits));
  out.scale_ = digits;
  out.trim();
  return out;
}

std::string Decimal::to_string() const {
  Wide c = coefficient_ < 0 ? -coefficient_ : coefficient_;
  std::string digits;
  do {
    digits.push_back(static_cast<char>('0' + static_cast<int>(c % 10)));
    c /= 10;
  } while (c != 0);
  while (static_cast<int>(digits.size()) <= scale_) digits.push_back('0');
  if (scale_ > 0) digits.insert(static_cast<std::size_t>(scale_), 1, '.');
  if (coefficient_ < 0) digits.push_back('-');
  std::reverse(digits.begin(), digits.end());
  return digits;
}

void Decimal::trim() {
  while (scale_ > 0 && coefficient_ % 10 == 0) {
    coefficient_ /= 10;
    --scale_;
  }
}

}  // namespace attest
