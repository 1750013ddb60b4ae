#include "train/data/fingerprint.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <vector>

#include "space/random.hpp"

using nanonas::Rng;
using nanonas::train::Fingerprint;

TEST_CASE("a digest does not depend on how the bytes were cut") {
    const std::uint64_t seed = 7;
    INFO("seed " << seed);
    Rng rng(seed);
    std::vector<unsigned char> bytes(1000);
    for (unsigned char& byte : bytes) {
        byte = static_cast<unsigned char>(rng.below(256));
    }
    Fingerprint whole;
    whole.add(bytes.data(), bytes.size());
    for (int round = 0; round < 50; ++round) {
        Fingerprint cut;
        for (std::size_t at = 0; at < bytes.size();) {
            const std::size_t size = std::min(bytes.size() - at, std::size_t(rng.below(20)));
            cut.add(bytes.data() + at, size);
            at += size;
        }
        REQUIRE(cut.digest() == whole.digest());
    }
}

TEST_CASE("every single-bit change, and zeros at the end, change the digest") {
    std::vector<unsigned char> bytes(29, 0);
    std::set<std::uint64_t> digests;
    const auto insert = [&digests](const std::vector<unsigned char>& data) {
        Fingerprint hash;
        hash.add(data.data(), data.size());
        return digests.insert(hash.digest()).second;
    };
    REQUIRE(insert(bytes));
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
        bytes[bit / 8] = static_cast<unsigned char>(1U << (bit % 8));
        REQUIRE(insert(bytes));
        bytes[bit / 8] = 0;
    }
    for (int more = 0; more < 9; ++more) {
        bytes.push_back(0);
        REQUIRE(insert(bytes));
    }
}

TEST_CASE("neighbouring texts do not run together") {
    Fingerprint one;
    one.add(std::string_view("ab"));
    one.add(std::string_view("c"));
    Fingerprint other;
    other.add(std::string_view("a"));
    other.add(std::string_view("bc"));
    CHECK(one.digest() != other.digest());
}
