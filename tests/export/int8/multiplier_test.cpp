#include "export/int8/multiplier.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "space/errors.hpp"
#include "space/random.hpp"
#include "tests/export/int8/real_multiplier.hpp"

using namespace nanonas;
using namespace nanonas::exporting;

namespace {

__extension__ using Wide = __int128;

constexpr std::int32_t kLeast = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max();

Wide floor_divide(Wide numerator, Wide denominator) {
    const Wide quotient = numerator / denominator;
    return quotient * denominator > numerator ? quotient - 1 : quotient;
}

/// The two roundings as exact rationals: floor(x/2^31 + 1/2), then sign * floor(|x|/2^n + 1/2).
std::int32_t exact_requantize(std::int32_t acc, const FixedMultiplier& m) {
    Wide shifted = m.shift > 0 ? Wide{acc} * (Wide{1} << m.shift) : Wide{acc};
    shifted = shifted > kMost ? kMost : shifted < kLeast ? kLeast : shifted;
    const Wide one = Wide{1} << 31;
    Wide high = floor_divide(2 * shifted * m.m0 + one, 2 * one);
    high = high > kMost ? kMost : high;
    const Wide divisor = Wide{1} << (m.shift < 0 ? -m.shift : 0);
    const Wide magnitude = floor_divide(2 * (high < 0 ? -high : high) + divisor, 2 * divisor);
    return static_cast<std::int32_t>(high < 0 ? -magnitude : magnitude);
}

TEST_CASE(
    "the ratio of scales is a double's, but for one dense scale the first product is a float") {
    const float in = 1.0F / 255.0F;
    const float weight = 0.0123F;
    const float out = 0.1F;
    const double exact =
        static_cast<double>(in) * static_cast<double>(weight) / static_cast<double>(out);
    CHECK(scale_ratio(in, weight, out, false) == exact);
    CHECK(scale_ratio(in, weight, out, true) ==
          static_cast<double>(in * weight) / static_cast<double>(out));
    CHECK(scale_ratio(in, weight, out, true) != exact);
}

}  // namespace

TEST_CASE("a fixed multiplier is within 2^-31 of the real one") {
    Rng rng(11);
    for (int i = 0; i < 100'000; ++i) {
        const double m = std::ldexp(rng.uniform(0.5, 1.0), -static_cast<int>(rng.below(31)));
        const FixedMultiplier fixed = fixed_multiplier(m);
        INFO("M " << m);
        REQUIRE(fixed.m0 >= 1 << 30);
        REQUIRE(fixed.shift <= 1);
        REQUIRE(std::abs(test::real_multiplier(fixed) - m) <= m * 0x1p-31);
    }
}

TEST_CASE("a mantissa that rounds up to 1 becomes 1/2 with one more shift") {
    const FixedMultiplier fixed = fixed_multiplier(1.0 - 0x1p-40);
    CHECK(fixed.m0 == 1 << 30);
    CHECK(fixed.shift == 1);
    CHECK(test::real_multiplier(fixed) == 1.0);
    const FixedMultiplier smaller = fixed_multiplier((1.0 - 0x1p-40) / 1024.0);
    CHECK(smaller.m0 == 1 << 30);
    CHECK(smaller.shift == -9);
}

TEST_CASE("multipliers at the ends of the range") {
    CHECK(fixed_multiplier(0.0).m0 == 0);
    CHECK(fixed_multiplier(1e-300).m0 == 0);
    CHECK(fixed_multiplier(0x1p-32).m0 == 1 << 30);
    CHECK(fixed_multiplier(0x1p-32).shift == -31);
    CHECK(fixed_multiplier(0x1p-33).m0 == 0);
    CHECK(fixed_multiplier(0.5).m0 == 1 << 30);
    CHECK(fixed_multiplier(0.5).shift == 0);
    for (const double m : {-0.1, 0x1p30, HUGE_VAL, std::nan("")}) {
        CHECK_THROWS_AS(fixed_multiplier(m), ExportError);
    }
}

TEST_CASE("the high multiply rounds halves up and saturates once") {
    CHECK(saturating_rounding_doubling_high_mul(kLeast, kLeast) == kMost);
    CHECK(saturating_rounding_doubling_high_mul(1, 1 << 30) == 1);    // 0.5
    CHECK(saturating_rounding_doubling_high_mul(-1, 1 << 30) == 0);   // -0.5
    CHECK(saturating_rounding_doubling_high_mul(3, 1 << 30) == 2);    // 1.5
    CHECK(saturating_rounding_doubling_high_mul(-3, 1 << 30) == -1);  // -1.5
    CHECK(saturating_rounding_doubling_high_mul(kLeast, kMost) == -kMost);
}

TEST_CASE("the right shift rounds halves away from zero") {
    CHECK(rounding_divide_by_pot(5, 1) == 3);
    CHECK(rounding_divide_by_pot(-5, 1) == -3);
    CHECK(rounding_divide_by_pot(5, 2) == 1);
    CHECK(rounding_divide_by_pot(-6, 2) == -2);
    CHECK(rounding_divide_by_pot(-7, 0) == -7);
    CHECK(rounding_divide_by_pot(kLeast, 31) == -1);
    CHECK(rounding_divide_by_pot(kMost, 31) == 1);
    CHECK(rounding_divide_by_pot((1 << 30) - 1, 31) == 0);
}

TEST_CASE("two roundings are not one: 0.375 becomes 1") {
    // 1 * 0.75 rounds to 1, then 1 / 2 to 1; a single rounding would give 0.
    CHECK(requantize(1, fixed_multiplier(0.375)) == 1);
}

TEST_CASE("requantization equals the exact rational model of both roundings") {
    Rng rng(12);
    for (int i = 0; i < 400'000; ++i) {
        const auto bits = static_cast<int>(rng.below(32));
        auto acc = static_cast<std::int32_t>(static_cast<std::int64_t>(rng.next() >> 32) >> bits);
        acc = rng.below(2) == 0 ? acc : -(acc == kLeast ? kMost : acc);
        const bool round_m0 = rng.below(4) == 0;  // powers of two make ties
        const FixedMultiplier m{
            round_m0 ? 1 << 30
                     : static_cast<std::int32_t>((1u << 30) +
                                                 static_cast<std::uint32_t>(rng.below(1u << 30))),
            static_cast<std::int32_t>(rng.below(36)) - 31};
        INFO("acc " << acc << " m0 " << m.m0 << " shift " << m.shift);
        REQUIRE(requantize(acc, m) == exact_requantize(acc, m));
    }
    for (std::int32_t acc = -4096; acc <= 4096; ++acc) {
        for (std::int32_t shift = -12; shift <= 2; ++shift) {
            const FixedMultiplier m{1 << 30, shift};
            REQUIRE(requantize(acc, m) == exact_requantize(acc, m));
        }
    }
}

TEST_CASE("requantization never decreases with the accumulator") {
    Rng rng(13);
    for (int i = 0; i < 200; ++i) {
        const FixedMultiplier m = fixed_multiplier(rng.uniform(1e-5, 1.0));
        std::int32_t before = kLeast;
        for (std::int32_t acc = -20'000; acc < 20'000; acc += 7) {
            const std::int32_t now = requantize(acc, m);
            REQUIRE(now >= before);
            before = now;
        }
    }
}

TEST_CASE("one rounding takes halves away from zero, of a product of doubles") {
    CHECK(requantize_once(1, 0.5) == 1);
    CHECK(requantize_once(-1, 0.5) == -1);
    CHECK(requantize_once(-3, 0.5) == -2);
    CHECK(requantize_once(-4, 0.375) == -2);
    CHECK(requantize_once(4, 0.375) == 2);
    CHECK(requantize_once(3, 1.0 / 6.0) == 1);  // the product is 0.5 only as a double
    CHECK(requantize_once(-3, 1.0 / 6.0) == -1);
    CHECK(requantize_once(49, 1.0 / 98.0) == 0);           // and here less than 0.5 as a double,
    CHECK(requantize_once(5 * 49, 1.0 / 98.0) == 3);       // and with five times the sum 2.5
    CHECK(requantize_once(1, 0x1.fffffffffffffp-2) == 0);  // plus 0.5 it would be 1
    CHECK(requantize_once(kMost, 4.0) == kMost);
    CHECK(requantize_once(kLeast, 4.0) == kLeast);
    Rng rng(12);
    for (int i = 0; i < 20000; ++i) {
        const auto acc = static_cast<std::int32_t>(static_cast<std::uint32_t>(rng.next())) / 1024;
        const double factor = std::ldexp(rng.uniform(0.5, 1.0), -static_cast<int>(rng.below(20)));
        REQUIRE(requantize_once(acc, factor) == -requantize_once(-acc, factor));
        REQUIRE(std::abs(requantize_once(acc, factor) - acc * factor) <= 0.5 + 1e-9);
    }
}
