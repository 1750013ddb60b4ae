// What an operator is made of, listed once: comparing, reading and writing go over the same list,
// which is a template of what is done with each field.
//
//     static void fields(Field&& field) {
//         field("size", &MaxPool2d::size, whole(1, kLargestKernel));
//     }
//
// `field` is called with the key in files, a pointer to the member (std::int64_t, double or bool)
// and, for numbers, the range that a file may ask for; an OptionalRange or OptionalFlag for those
// that older files do not hold.
#pragma once

#include <cstdint>

namespace nanonas::space {

/// Both ends belong to it.
template <typename Number>
struct FieldRange {
    Number low, high;
};

constexpr FieldRange<std::int64_t> whole(std::int64_t low, std::int64_t high) {
    return {low, high};
}
constexpr FieldRange<double> real(double low, double high) {
    return {low, high};
}

/// Of a field that files leave out where it has its default.
template <typename Number>
struct OptionalRange {
    Number low, high;
};
struct OptionalFlag {};

constexpr OptionalRange<std::int64_t> optional_whole(std::int64_t low, std::int64_t high) {
    return {low, high};
}

/// Bounds of what a file may ask for: products of three stay far inside 64 bits.
constexpr std::int64_t kLargestSide = 65'536;
constexpr std::int64_t kLargestKernel = 255;

/// Whether all fields are equal.
template <typename Operator>
bool same_fields(const Operator& a, const Operator& b) {
    bool same = true;
    Operator::fields(
        [&](const char*, auto member, auto...) { same = same && a.*member == b.*member; });
    return same;
}

}  // namespace nanonas::space
