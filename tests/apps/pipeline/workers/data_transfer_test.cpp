#include "apps/pipeline/workers/data_transfer.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "space/errors.hpp"
#include "tests/support/message_of.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/train/memory_set.hpp"
#include "train/data/memory_set.hpp"

using namespace nanonas;
using namespace nanonas::pipeline;
using Catch::Contains;

namespace {

/// Large enough for several parts, cut inside images and inside the labels.
train::TrainingSet images(std::int64_t count = 7001) {
    const train::TrainingSet drawn = test::bright_bands({15, 15, 1}, 3, count, 5);
    return train::training_set(train::stored_set(drawn.set.store, drawn.set.labels, "bands"), 0.3,
                               1, "bands");
}

void send(const train::TrainingSet& data, DataReceiver& receiver) {
    std::int64_t sent = 0;
    const std::int64_t bytes = note_of(data, false).bytes;
    int parts = 0;
    while (sent < bytes) {
        REQUIRE_FALSE(receiver.complete());
        const message::DataPart part = part_of(data, sent);
        REQUIRE(static_cast<std::int64_t>(part.bytes.size()) <= kPartBytes);
        receiver.take(part);
        sent += static_cast<std::int64_t>(part.bytes.size());
        ++parts;
    }
    REQUIRE(receiver.complete());
    REQUIRE(parts > 1);
}

void check_same(const train::LoadedSet& set, const train::LoadedSet& sent) {
    const space::ImageView got = set.store->view();
    const space::ImageView had = sent.store->view();
    REQUIRE(got.count == had.count);
    CHECK(got.shape == had.shape);
    CHECK(std::equal(had.pixels, had.pixels + had.count * had.shape.elements(), got.pixels));
    CHECK(std::equal(had.labels, had.labels + had.count, got.labels));
    CHECK(set.fingerprint == sent.fingerprint);
    CHECK(set.labels.size() == sent.labels.size());
}

}  // namespace

TEST_CASE("images that are sent are the images, and lie in the cache for the next worker") {
    const testing::TemporaryFolder folder;
    const train::TrainingSet data = images();
    const message::DataNote note = note_of(data, false);
    CHECK_FALSE(cached_set(note, folder / "cache"));
    DataReceiver receiver(note, folder / "cache");
    send(data, receiver);
    check_same(receiver.set(), data.set);
    const auto cached = cached_set(note, folder / "cache");
    REQUIRE(cached);
    check_same(*cached, data.set);

    message::DataNote other = note;
    other.fingerprint = "0123456789abcdef";
    CHECK_FALSE(cached_set(other, folder / "cache"));
}

TEST_CASE("images that are not those that were announced are refused, and leave nothing") {
    const testing::TemporaryFolder folder;
    const train::TrainingSet data = images();
    message::DataNote note = note_of(data, false);
    note.fingerprint = "0123456789abcdef";
    {
        DataReceiver receiver(note, folder / "cache");
        send(data, receiver);
        CHECK_THAT(testing::message_of<DataError>([&] { receiver.set(); }),
                   Contains("expected 0123456789abcdef"));
    }
    CHECK(std::filesystem::is_empty(folder / "cache"));
    note.fingerprint = "x";
    CHECK_THROWS_AS(DataReceiver(note, folder / "cache"), DataError);
}

TEST_CASE("parts come in order") {
    const testing::TemporaryFolder folder;
    const train::TrainingSet data = images();
    DataReceiver receiver(note_of(data, false), folder / "cache");
    CHECK_THROWS_AS(receiver.take(part_of(data, 1)), DataError);
    receiver.take(part_of(data, 0));
    CHECK_THAT(testing::message_of<DataError>([&] { receiver.take(part_of(data, 0)); }),
               Contains("not what comes next"));
    CHECK_THROWS_AS(receiver.take({kPartBytes, ""}), DataError);
}

TEST_CASE("a split is told apart from another of the same images") {
    const train::TrainingSet data = images(100);
    train::TrainingSet other = data;
    CHECK(split_fingerprint(other) == split_fingerprint(data));
    std::swap(other.training.back(), other.validation.back());
    CHECK(split_fingerprint(other) != split_fingerprint(data));
}
