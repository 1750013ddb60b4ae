// What a search and its workers say to each other: JSON objects, one a line, with one key that
// names the message. docs/workers.md describes it for people.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "nas/evaluator.hpp"
#include "space/shapes.hpp"
#include "train/data/dataset.hpp"
#include "train/engine/arithmetic.hpp"

namespace nanonas::pipeline {

constexpr std::int64_t kProtocol = 2;
constexpr std::int64_t kFirstSearch = 1;  ///< of a worker; what names no search is of this one
constexpr std::size_t kLongestLine = std::size_t{1} << 20;
constexpr std::int64_t kPartBytes = std::int64_t{512} << 10;  ///< of data in a line, before base64
constexpr std::int64_t kMostSlots = 4096;                     ///< of one worker

namespace message {

// From a worker.
struct Hello {
    std::int64_t protocol = kProtocol;
    std::string version;
    std::string host;
    std::int64_t process = 0;
    std::int64_t slots = 1;  ///< evaluations it takes at a time
};
struct NeedData {
    std::int64_t search = kFirstSearch;
};
struct Opened {
    train::Arithmetic arithmetic;
    std::int64_t search = kFirstSearch;
};
struct Refused {
    std::string kind;  ///< "config", "data", "io"
    std::string text;
    std::int64_t search = kFirstSearch;
};
struct Progress {
    std::int64_t id = 0;
    std::int64_t epoch = 0, epochs = 1;
    double fraction = 0.0;
    std::optional<double> best;
};
struct Done {
    std::int64_t id = 0;
    nas::Evaluation evaluation;
};
struct Failed {
    std::int64_t id = 0;
    std::string kind;  ///< "config", "data", "io", "other"
    std::string text;
};
struct Cancelled {
    std::int64_t id = 0;
};
/// Of a bridge alone.
struct Slots {
    std::int64_t count = 0;
};
struct Lost {
    std::int64_t id = 0;
    std::string why;
};

// To a worker.

/// Of the images to train on, whose bytes are the pixels, then the labels as little-endian int32.
struct DataNote {
    std::string fingerprint;  ///< sixteen hexadecimal digits
    std::int64_t bytes = 0;
    space::Shape shape;
    std::int64_t images = 0, classes = 0, skipped = 0;
    std::string split;     ///< fingerprint of the rows to train on and to validate
    bool of_path = false;  ///< the options tell where they may lie
};
struct Open {
    std::map<std::string, std::string> options;  ///< texts by name
    DataNote data;
    std::int64_t search = kFirstSearch;
};
struct DataPart {
    std::int64_t offset = 0;
    std::string bytes;
    std::int64_t search = kFirstSearch;
};
struct Evaluate {
    std::int64_t id = 0;
    nlohmann::json candidate;
    std::int64_t effort = 1, repeat = 0;
    std::uint64_t seed = 0;
    std::int64_t search = kFirstSearch;
};
struct Cancel {
    std::int64_t id = 0;
};
/// Nothing more is asked of this search.
struct Close {
    std::int64_t search = kFirstSearch;
};

}  // namespace message

using FromWorker = std::variant<message::Hello, message::NeedData, message::Opened,
                                message::Refused, message::Progress, message::Done, message::Failed,
                                message::Cancelled, message::Slots, message::Lost>;
using FromHead = std::variant<message::Open, message::DataPart, message::Evaluate, message::Cancel,
                              message::Close>;

/// With its newline.
std::string line_of(const FromWorker& message);
std::string line_of(const FromHead& message);

/// Throw DataError saying what is wrong with the line, which is given without its newline. Further
/// keys inside a message are passed over.
FromWorker read_from_worker(const std::string& line);
FromHead read_from_head(const std::string& line);

}  // namespace nanonas::pipeline
