#include "nas/journal.hpp"

#include <signal.h>
#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>

#include "nas/journal_record.hpp"
#include "tests/nas/support.hpp"

using namespace nanonas;
using namespace nanonas::nas;
using nanonas::nas::test::cells_header;
using nanonas::nas::test::ScratchFolder;
using nanonas::nas::test::slurp;
using nanonas::nas::test::spill;

namespace {

const JournalHeader kHeader{7,      "occam", "91c0ffee00000000", "nanonas GCC -O3", "AVX2",
                            "5e1f", "cells", test::kCells.axes()};
const char* const kOldHeader =
    "{\"journal\":1,\"seed\":7,\"strategy\":\"occam\",\"fingerprint\":\"91c0ffee00000000\"}\n";
const char* const kOldRecord =
    "{\"index\":0,\"k\":1,\"c\":0,\"feasible\":true,\"score\":0.5,\"curve\":[0.25,0.5],"
    "\"ram_bytes\":1234,\"flash_bytes\":5678,\"macc\":91011,\"seed\":\"0xfedcba9876543210\"}\n";

Decision scored(Candidate candidate, double score) {
    Decision decision;
    decision.candidate = candidate;
    decision.score = score;
    decision.curve = {0.1, 1.0 / 3.0, score};
    decision.cost = CandidateCost{1234, 5678, 91011};
    decision.seed = 0xFEDCBA9876543210u;
    return decision;
}

std::vector<Decision> samples() {
    Decision over;
    over.candidate = {1, 1};
    over.cost = CandidateCost{50000, 100, 3000000};
    over.violations = {{"ram_bytes", 40960, 50000}, {"macc", 2730000, 3000000}};
    over.seed = 5;
    Decision deep;
    deep.candidate = {1, 9};
    deep.reason = "cells: a 28x28x1 input takes at most 4 cells";
    return {scored({1, 0}, 0.1 + 0.2), over, deep, scored({2, 0}, -1e-300)};
}

std::string message_of(const std::string& path, const JournalHeader& header = kHeader) {
    try {
        Journal::resume(path, header);
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace

TEST_CASE("decisions come back from the file exactly, in order; speculation has its own file") {
    const ScratchFolder folder;
    const std::string path = folder / "journal.jsonl";
    {
        Journal journal = Journal::create(path, kHeader);
        journal.append(samples()[0]);
        journal.append_speculative(scored({3, 0}, 0.9));
        for (std::size_t i = 1; i < samples().size(); ++i) {
            journal.append(samples()[i]);
        }
    }
    const Journal journal = Journal::resume(path, kHeader);
    CHECK(journal.decisions() == samples());
    CHECK(journal.line(0) == 2);
    CHECK(journal.line(1) == 3);
    CHECK(speculation_path(path) == (folder / "journal.speculation.jsonl"));
    REQUIRE(journal.speculative().size() == 1);
    CHECK(journal.speculative().at(Candidate{3, 0}) == scored({3, 0}, 0.9));
}

TEST_CASE("a journal that is looked at may be another's to go on with, and stays as it is") {
    const ScratchFolder folder;
    const std::string path = folder / "journal.jsonl";
    Journal journal = Journal::create(path, kHeader);
    CHECK(read_journal(path, kHeader.axes).empty());
    for (const Decision& decision : samples()) {
        journal.append(decision);
    }
    CHECK(read_journal(path, kHeader.axes) == samples());
    const std::string torn = slurp(path).substr(0, slurp(path).size() - 3);
    spill(path, torn);
    const std::vector<Decision> all = samples();
    CHECK(read_journal(path, kHeader.axes) == std::vector<Decision>(all.begin(), all.end() - 1));
    CHECK(slurp(path) == torn);
    spill(path, torn + "\n");
    CHECK_THROWS_WITH(read_journal(path, kHeader.axes), Catch::Contains(path + ":5: "));
    CHECK_THROWS_AS(read_journal(folder / "none", kHeader.axes), IoError);
}

TEST_CASE("random scores come back bit for bit") {
    const ScratchFolder folder;
    Rng rng(11);
    std::vector<Decision> decisions;
    Journal journal = Journal::create(folder / "j", kHeader);
    for (std::int64_t k = 1; k <= 50; ++k) {
        const double magnitude = std::pow(10.0, static_cast<double>(rng.below(40)) - 20.0);
        decisions.push_back(scored({k, 0}, rng.uniform(-1.0, 1.0) * magnitude));
        journal.append(decisions.back());
    }
    CHECK(Journal::resume(folder / "j", kHeader).decisions() == decisions);
}

TEST_CASE("records are one line of JSON each, as documented") {
    const ScratchFolder folder;
    Journal journal = Journal::create(folder / "j", kHeader);
    Decision simple = scored({1, 0}, 0.5);
    simple.curve = {0.25, 0.5};
    journal.append(simple);
    journal.append(samples()[1]);
    journal.append_speculative(samples()[2]);
    const auto unsealed = [](std::string text) {
        for (std::size_t at = 0; (at = text.find("\"check\":\"", at)) != std::string::npos; ++at) {
            text.replace(at + 9, 16, "..");
        }
        return text;
    };
    const std::string header =
        "{\"journal\":3,\"seed\":7,\"strategy\":\"occam\",\"space\":\"cells\","
        "\"axes\":[\"k\",\"c\"],\"fingerprint\":\"91c0ffee00000000\",\"build\":\"nanonas GCC "
        "-O3\",\"simd\":\"AVX2\",\"probe\":\"5e1f\",\"check\":\"..\"}\n";
    CHECK(unsealed(slurp(folder / "j")) ==
          header +
              "{\"index\":0,\"candidate\":{\"k\":1,\"c\":0},\"feasible\":true,\"score\":0.5,"
              "\"curve\":[0.25,0.5],"
              "\"ram_bytes\":1234,\"flash_bytes\":5678,\"macc\":91011,"
              "\"seed\":\"0xfedcba9876543210\",\"check\":\"..\"}\n"
              "{\"index\":1,\"candidate\":{\"k\":1,\"c\":1},\"feasible\":false,\"ram_bytes\":50000,"
              "\"flash_bytes\":100,\"macc\":3000000,\"violations\":["
              "{\"bound\":\"ram_bytes\",\"limit\":40960,\"value\":50000,\"excess\":9040},"
              "{\"bound\":\"macc\",\"limit\":2730000,\"value\":3000000,\"excess\":270000}],"
              "\"seed\":\"0x0000000000000005\",\"check\":\"..\"}\n");
    CHECK(unsealed(slurp(folder / "j.speculation")) ==
          header +
              "{\"speculative\":true,\"candidate\":{\"k\":1,\"c\":9},\"feasible\":false,"
              "\"reason\":\"cells: a 28x28x1 input takes at most 4 cells\","
              "\"seed\":\"0x0000000000000000\",\"check\":\"..\"}\n");
}

TEST_CASE(
    "a flipped bit anywhere in a journal or its speculation is told, or its line made again") {
    const ScratchFolder folder;
    const std::string path = folder / "j";
    {
        Journal journal = Journal::create(path, kHeader);
        for (const Decision& decision : samples()) {
            journal.append(decision);
        }
        journal.append_speculative(samples()[0]);
        journal.append_speculative(samples()[3]);
    }
    const Journal whole = Journal::resume(path, kHeader);
    for (const std::string& file : {path, speculation_path(path)}) {
        const std::string bytes = slurp(file);
        std::size_t told = 0;
        for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
            INFO(file << ", bit " << bit);
            std::string flipped = bytes;
            flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
            spill(file, flipped);
            try {
                const Journal journal = Journal::resume(path, kHeader);
                // Only the last line may be taken for a torn one.
                REQUIRE(bit / 8 == bytes.size() - 1);
                REQUIRE(journal.decisions().size() + journal.speculative().size() ==
                        whole.decisions().size() + whole.speculative().size() - 1);
            } catch (const Error& error) {
                ++told;
                REQUIRE_THAT(error.what(), Catch::StartsWith(file + ":"));
                REQUIRE(slurp(file) == flipped);
            }
        }
        CHECK(told == 8 * (bytes.size() - 1));
        spill(file, bytes);
    }
}

TEST_CASE("an edited score is refused, and what to do is said") {
    const ScratchFolder folder;
    const std::string path = folder / "j";
    Journal::create(path, kHeader).append(scored({1, 0}, 0.5));
    std::string text = slurp(path);
    text.replace(text.find("\"score\":0.5"), 11, "\"score\":0.9");
    spill(path, text);
    CHECK(message_of(path) == path +
                                  ":2: damaged, its check does not fit; remove this line and all "
                                  "after it to go on from there");
}

TEST_CASE("a journal of version 1 is read, but not added to") {
    const ScratchFolder folder;
    const std::string path = folder / "j";
    spill(path, std::string(kOldHeader) + kOldRecord);
    Journal journal = Journal::resume(path, kHeader);
    REQUIRE(journal.decisions().size() == 1);
    CHECK(journal.decisions()[0].score == 0.5);
    CHECK_THROWS_WITH(journal.append(samples()[1]),
                      path +
                          ":1: of version 1, which does not tell the build and the SIMD target it "
                          "was started with: its 1 decisions are read, but none is added; start a "
                          "new run");
    CHECK_THROWS_AS(journal.append_speculative(samples()[1]), ConfigError);
    CHECK(slurp(path) == std::string(kOldHeader) + kOldRecord);
    JournalHeader other = kHeader;
    other.seed = 8;
    CHECK_THROWS_AS(Journal::resume(path, other), ConfigError);
    spill(path, std::string(kOldHeader) + to_json_line(0, samples()[0], kHeader.axes) + "\n");
    CHECK_THROWS_AS(Journal::resume(path, kHeader), DataError);  // a line of version 3
}

TEST_CASE("choices stand in the journal by name") {
    const ScratchFolder folder;
    JournalHeader header = kHeader;
    header.space = "pools";
    header.axes = {{"width", 8, 64, 8}, space::choice_axis("pool", {"max", "average"})};
    Journal::create(folder / "j", header).append(scored({16, 1}, 0.5));
    CHECK_THAT(slurp(folder / "j"),
               Catch::Contains("\"candidate\":{\"width\":16,\"pool\":\"average\"}"));
    const Journal journal = Journal::resume(folder / "j", header);
    CHECK(journal.decisions() == std::vector<Decision>{scored({16, 1}, 0.5)});
    header.axes[1].choices = {"max", "none"};
    CHECK_THROWS_AS(Journal::resume(folder / "j", header), DataError);
}

TEST_CASE("a journal of another build or processor is refused with the reason") {
    const ScratchFolder folder;
    const std::string path = folder / "j";
    Journal::create(path, kHeader);
    const auto said = [&](const JournalHeader& header, const std::string& what) {
        CHECK_THROWS_AS(Journal::resume(path, header), ConfigError);
        CHECK(message_of(path, header) ==
              path + ":1: started with " + what +
                  ": the scores would not be comparable; resume where it was started, or start a "
                  "new run");
    };
    JournalHeader other = kHeader;
    other.build = "nanonas GCC -O2";
    said(other, "build nanonas GCC -O3, here it is nanonas GCC -O2");
    other = kHeader;
    other.simd = "SSE4";
    said(other, "arithmetic AVX2, here it is SSE4");
    other = kHeader;
    other.probe = "abcd";
    said(other, "arithmetic probe 5e1f, here it is abcd");
}

TEST_CASE("a torn last line is ignored and cut away, wherever it is torn") {
    const ScratchFolder folder;
    const std::string path = folder / "j";
    {
        Journal journal = Journal::create(path, kHeader);
        for (const Decision& decision : samples()) {
            journal.append(decision);
        }
    }
    const std::string whole = slurp(path);
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        INFO("cut at " << size);
        spill(path, whole.substr(0, size));
        const std::size_t last = whole.substr(0, size).rfind('\n');
        {
            const Journal journal = Journal::resume(path, kHeader);
            const auto lines =
                std::count(whole.begin(), whole.begin() + static_cast<long>(size), '\n');
            REQUIRE(journal.decisions().size() ==
                    static_cast<std::size_t>(std::max<long>(lines - 1, 0)));
        }
        const std::string header = whole.substr(0, whole.find('\n') + 1);
        REQUIRE(slurp(path) == (last == std::string::npos ? header : whole.substr(0, last + 1)));
    }
}

TEST_CASE("a malformed line that is not the torn last one is named") {
    const ScratchFolder folder;
    const std::string path = folder / "j";
    Journal::create(path, kHeader);
    const std::string head = slurp(path);
    const std::string good = to_json_line(0, samples()[0], kHeader.axes) + "\n";
    spill(path, head + good);
    REQUIRE(message_of(path) == "no error");

    spill(path, head + "{\"index\":0,\"k\":1\n" + good);
    CHECK(message_of(path) == path + ":2: not a journal record (not valid JSON)");
    CHECK_THROWS_AS(Journal::resume(path, kHeader), DataError);
    CHECK(slurp(path) == head + "{\"index\":0,\"k\":1\n" + good);  // left as it was

    spill(path, head + good + good);
    CHECK(message_of(path) == path + ":3: index 0, expected 1");
    Decision unexplained;
    unexplained.candidate = {1, 0};
    for (const std::string& bad :
         {std::string("{}"), std::string("[]"), std::string(""), std::string(3, '\0'),
          to_json_line(0, unexplained, kHeader.axes), std::string("{\"speculative\":false}"),
          std::string("{\"index\":0,\"k\":1,\"c\":0,\"feasible\":true,\"seed\":\"0x1\"}"),
          good.substr(0, good.size() - 2) + ",\"more\":1}"}) {
        INFO(bad);
        spill(path, head + bad + "\n" + good);
        CHECK(message_of(path).compare(0, path.size() + 3, path + ":2:") == 0);
        CHECK_THROWS_AS(Journal::resume(path, kHeader), DataError);
    }
    spill(path, good);
    CHECK_THROWS_AS(Journal::resume(path, kHeader), DataError);
}

TEST_CASE("speculation is read as strictly as the journal, its torn last line cut away") {
    const ScratchFolder folder;
    const std::string path = folder / "j";
    const std::string ahead = speculation_path(path);
    {
        Journal journal = Journal::create(path, kHeader);
        journal.append_speculative(samples()[0]);
        journal.append_speculative(samples()[3]);
    }
    const std::string whole = slurp(ahead);
    const std::string header = whole.substr(0, whole.find('\n') + 1);
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        INFO("cut at " << size);
        spill(ahead, whole.substr(0, size));
        const auto lines = std::count(whole.begin(), whole.begin() + static_cast<long>(size), '\n');
        REQUIRE(Journal::resume(path, kHeader).speculative().size() ==
                static_cast<std::size_t>(std::max<long>(lines - 1, 0)));
        REQUIRE(slurp(ahead) ==
                (lines == 0 ? header : whole.substr(0, whole.rfind('\n', size - 1) + 1)));
    }
    spill(ahead, header + "{\"index\"\n" + whole.substr(header.size()));
    CHECK(message_of(path) == ahead + ":2: not a journal record (not valid JSON)");
    spill(ahead, header + to_json_line(0, samples()[0], kHeader.axes) + "\n");
    CHECK(message_of(path) == ahead + ":2: not a speculative record");
    spill(ahead, whole);
    JournalHeader other = kHeader;
    other.seed = 8;
    CHECK_THAT(message_of(path, other), Catch::StartsWith(path + ":1: started with seed 7"));

    spill(path, slurp(path) + whole.substr(header.size()));
    CHECK_THAT(message_of(path),
               Catch::StartsWith(path + ":2: a speculative record, expected in " + ahead));
}

TEST_CASE("a new journal does not take over the speculation of an old one") {
    const ScratchFolder folder;
    const std::string path = folder / "j";
    Journal::create(path, kHeader).append_speculative(samples()[0]);
    std::filesystem::remove(path);
    CHECK(Journal::create(path, kHeader).speculative().empty());
    CHECK_FALSE(std::filesystem::exists(speculation_path(path)));
}

TEST_CASE("a journal of another run is refused, naming what differs") {
    const ScratchFolder folder;
    const std::string path = folder / "j";
    Journal::create(path, kHeader);
    const auto said = [&](JournalHeader header, const std::string& what) {
        CHECK_THROWS_AS(Journal::resume(path, header), ConfigError);
        CHECK_THAT(message_of(path, header), Catch::StartsWith(path + ":1: started with " + what));
    };
    JournalHeader other = kHeader;
    other.seed = 8;
    said(other, "seed 7, not 8");
    other = kHeader;
    other.strategy = "other";
    said(other, "strategy occam, not other");
    other = kHeader;
    other.space = "blocks";
    said(other, "space cells, not blocks");
    other = kHeader;
    other.axes[1].name = "cells";
    said(other, "axes k,c, not k,cells");
    other = kHeader;
    other.fingerprint = "00";
    said(other, "settings 91c0ffee00000000, not 00");
    spill(path, "{\"journal\":4,\"seed\":7,\"strategy\":\"occam\",\"fingerprint\":\"\"}\n");
    CHECK_THROWS_AS(Journal::resume(path, kHeader), DataError);
}

TEST_CASE("the largest seed survives the header") {
    const ScratchFolder folder;
    const JournalHeader header = cells_header(UINT64_MAX, "");
    Journal::create(folder / "j", header);
    CHECK_NOTHROW(Journal::resume(folder / "j", header));
    CHECK_THROWS_AS(Journal::resume(folder / "j", cells_header(UINT64_MAX - 1, "")), ConfigError);
}

TEST_CASE("create refuses an existing file; resume starts one where there is none") {
    const ScratchFolder folder;
    spill(folder / "old", "precious");
    CHECK_THROWS_AS(Journal::create(folder / "old", kHeader), ConfigError);
    CHECK(slurp(folder / "old") == "precious");
    Journal::resume(folder / "new", kHeader);
    CHECK(slurp(folder / "new").size() > 10);
    CHECK_THROWS_AS(Journal::create(folder / "no/such/j", kHeader), IoError);
    CHECK_THROWS_AS(Journal::resume(folder / "no/such/j", kHeader), IoError);
}

TEST_CASE("a full disk is an I/O error that leaves the journal at its last whole record") {
    const ScratchFolder folder;
    const std::string path = folder / "j";
    Journal journal = Journal::create(path, kHeader);
    journal.append(samples()[0]);
    const std::string before = slurp(path);

    rlimit old{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &old) == 0);
    const auto handler = ::signal(SIGXFSZ, SIG_IGN);
    rlimit tight = old;
    tight.rlim_cur = before.size() + 20;  // the next record fits in part
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
    std::string message;
    try {
        journal.append(samples()[1]);
    } catch (const IoError& error) {
        message = error.what();
    }
    ::setrlimit(RLIMIT_FSIZE, &old);
    ::signal(SIGXFSZ, handler);

    CHECK_THAT(message, Catch::StartsWith(path + ": cannot be written ("));
    CHECK(slurp(path) == before);
    CHECK(journal.decisions().size() == 1);
    // Space again, but the record that failed is missing: none may follow it.
    CHECK_THROWS_AS(journal.append(samples()[2]), IoError);
    CHECK(slurp(path) == before);
    Journal resumed = Journal::resume(path, kHeader);
    resumed.append(samples()[1]);
    CHECK(Journal::resume(path, kHeader).decisions().size() == 2);
}

TEST_CASE("a journal on a device that is full is an I/O error") {
    CHECK_THROWS_AS(Journal::create("/dev/full/j", kHeader), IoError);
}
