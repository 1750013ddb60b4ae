#include "space/choice.hpp"

#include <catch2/catch.hpp>

#include "space/errors.hpp"

using namespace nanonas;

namespace {

enum class Fruit { kApple, kPear, kQuince };
constexpr Named<Fruit> kFruits[] = {{"apple", Fruit::kApple}, {"pear", Fruit::kPear}};

}  // namespace

TEST_CASE("a row is found by its name, and by no other") {
    CHECK(choose(kFruits, "pear", "fruit: expected one of ").value == Fruit::kPear);
    CHECK(find_named(kFruits, "apple") == &kFruits[0]);
    CHECK(find_named(kFruits, "Apple") == nullptr);
    CHECK(find_named(std::vector<Named<Fruit>>(), "apple") == nullptr);
}

TEST_CASE("the names of a table are in its order, a value's name is its row's") {
    CHECK(listed(names_of(kFruits)) == "apple, pear");
    CHECK(listed({}).empty());
    CHECK(name_of(kFruits, Fruit::kPear) == "pear");
    CHECK(name_of(kFruits, Fruit::kQuince).empty());
}

TEST_CASE("an unknown name is answered with the known ones and the nearest") {
    CHECK_THROWS_WITH(choose(kFruits, "aple", "fruit 'aple': unknown; expected one of "),
                      "fruit 'aple': unknown; expected one of apple, pear; did you mean apple?");
    CHECK_THROWS_WITH(choose(kFruits, "melon", "fruit: expected one of "),
                      "fruit: expected one of apple, pear");
}
