// Exact decimals for scores, maxima and percentages. Never floating point: a finding is an accusation, and
// 0.1 + 0.2 must be 0.3. A value is coefficient × 10^-scale. Inputs have at most nine digits and results at
// most twelve decimal places, so that sums of a hundred million products still fit the 128-bit coefficient:
// no operation can overflow.
//
//   Decimal::parse("1.980")->to_string()                 == "1.98"
//   (*Decimal::parse("2") * *Decimal::parse("0.98"))      == *Decimal::parse("1.96")
//
// Values own nothing and are safe to share between threads.
#ifndef ATTEST_RECORD_DECIMAL_H_
#define ATTEST_RECORD_DECIMAL_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace attest {

class Decimal {
 public:
  constexpr Decimal() = default;
  constexpr Decimal(std::int64_t integer) : coefficient_(integer) {}  // NOLINT: integers are exact decimals

  // Digits with at most one point and an optional sign; at most 9 digits in all. Anything else is nothing.
  static std::optional<Decimal> parse(std::string_view text);

  // `numerator / denominator` rounded half up (away from zero) to `digits` places. Nothing when dividing by
  // zero.
  static std::optional<Decimal> divide(Decimal numerator, Decimal denominator, int digits);

  friend Decimal operator+(Decimal a, Decimal b);
  friend Decimal operator-(Decimal a, Decimal b);
  friend Decimal operator*(Decimal a, Decimal b);
  friend bool operator==(Decimal a, Decimal b);
  friend std::strong_ordering operator<=>(Decimal a, Decimal b);

  // Rounded half away from zero to `digits` places.
  Decimal rounded(int digits) const;

  // Plain notation without trailing zeros: "1.98", "0", "-3".
  std::string to_string() const;

 private:
  __extension__ typedef __int128 Wide;  // two 64-bit factors fit
  static constexpr int kMaxScale =
      12;  // decimal places kept; a form prints three, a product of two numbers six
  Wide coefficient_ = 0;
  int scale_ = 0;
  void trim();
};

}  // namespace attest

#endif  // ATTEST_RECORD_DECIMAL_H_
