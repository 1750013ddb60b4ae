#include "apps/pipeline/workers/protocol.hpp"

#include <charconv>
#include <limits>

#include "apps/pipeline/workers/base64.hpp"
#include "space/errors.hpp"
#include "space/json/json_text.hpp"
#include "space/json/strict.hpp"

namespace nanonas::pipeline {

namespace {

using nlohmann::json;
using namespace message;
using json_reader = nanonas::json::Reader;

constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
constexpr double kLargestNumber = std::numeric_limits<double>::max();
constexpr std::size_t kShown = 60;

std::string shown(const std::string& line) {
    return line.size() <= kShown ? line : line.substr(0, kShown) + "...";
}

std::int64_t whole(const json_reader& body, const char* key, std::int64_t low = 0,
                   std::int64_t high = kLargest) {
    return body[key].integer(low, high);
}

std::string text_or(const json_reader& body, const char* key) {
    return body.has(key) ? body[key].string() : "";
}

std::int64_t search_of(const json_reader& body) {
    return body.has("search") ? whole(body, "search", kFirstSearch) : kFirstSearch;
}

std::uint64_t read_seed(const json_reader& reader) {
    const std::string text = reader.string();
    std::uint64_t seed = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, seed);
    if (text.empty() || read.ec != std::errc{} || read.ptr != end) {
        reader.fail("not a number of 64 bits");
    }
    return seed;
}

/// The one message that a line holds: its name and its body.
template <typename Message, typename Read>
Message read_line(const std::string& line, const Read& read) {
    try {
        const json value = nanonas::json::parse_text(line, "line");
        if (!value.is_object() || value.size() != 1) {
            throw DataError("not an object with one key");
        }
        const std::string name = value.begin().key();
        return read(name, json_reader(value.begin().value(), name));
    } catch (const Error& error) {
        throw DataError("\"" + shown(line) + "\" is no message (" + error.what() + ")");
    }
}

[[noreturn]] void unknown(const std::string& name) {
    throw DataError("\"" + name + "\" is unknown");
}

Hello read_hello(const json_reader& body) {
    Hello hello;
    hello.protocol = whole(body, "protocol");
    hello.version = body["version"].string();
    hello.host = body["host"].string();
    hello.process = body.has("process") ? whole(body, "process") : 0;
    hello.slots = whole(body, "slots", 0, kMostSlots);
    return hello;
}

message::Progress read_progress(const json_reader& body) {
    message::Progress progress;
    progress.id = whole(body, "id");
    progress.epochs = whole(body, "epochs", 1);
    progress.epoch = whole(body, "epoch", 0, progress.epochs);
    progress.fraction = body["fraction"].number(0.0, 1.0);
    if (body.has("best") && !body["best"].value().is_null()) {
        progress.best = body["best"].number(-kLargestNumber, kLargestNumber);
    }
    return progress;
}

Done read_done(const json_reader& body) {
    Done done;
    done.id = whole(body, "id");
    nas::Evaluation& evaluation = done.evaluation;
    if (body.has("infeasible") && !body["infeasible"].value().is_null()) {
        evaluation.infeasible = body["infeasible"].string();
        return done;
    }
    evaluation.score = body["score"].number(-kLargestNumber, kLargestNumber);
    for (const json_reader& value : body["curve"].items()) {
        evaluation.curve.push_back(value.number(-kLargestNumber, kLargestNumber));
    }
    evaluation.seconds = body.has("seconds") ? body["seconds"].number(0.0, 1e12) : 0.0;
    return done;
}

DataNote read_note(const json_reader& body) {
    DataNote note;
    note.fingerprint = body["fingerprint"].string();
    note.bytes = whole(body, "bytes", 1);
    const std::vector<json_reader> sides = body["shape"].items();
    if (sides.size() != 3) {
        body["shape"].fail("not [height, width, channels]");
    }
    note.shape = {sides[0].integer(1, train::kLargestInputSide),
                  sides[1].integer(1, train::kLargestInputSide), sides[2].integer(1, 3)};
    note.images = whole(body, "images", 1, kLargest / (note.shape.elements() + 4));
    note.classes = whole(body, "classes", 2, train::kMostClasses);
    note.skipped = whole(body, "skipped");
    note.split = body["split"].string();
    note.of_path = body["of_path"].boolean();
    if (note.bytes != note.images * (note.shape.elements() + 4)) {
        body["bytes"].fail("not those of its images");
    }
    return note;
}

Open read_open(const json_reader& body) {
    Open open;
    const json_reader options = body["options"];
    if (!options.value().is_object()) {
        options.fail("not an object");
    }
    for (const auto& item : options.value().items()) {
        open.options[item.key()] = options[item.key()].string();
    }
    open.data = read_note(body["data"]);
    open.search = search_of(body);
    return open;
}

DataPart read_part(const json_reader& body) {
    DataPart part;
    part.offset = whole(body, "offset");
    part.bytes = bytes_of_base64(body["base64"].string());
    if (whole(body, "bytes") != static_cast<std::int64_t>(part.bytes.size())) {
        body["bytes"].fail("not as many as there are");
    }
    part.search = search_of(body);
    return part;
}

Evaluate read_evaluate(const json_reader& body) {
    return {whole(body, "id"),     body["candidate"].value(), whole(body, "effort", 1),
            whole(body, "repeat"), read_seed(body["seed"]),   search_of(body)};
}

struct WorkerJson {
    json operator()(const Hello& hello) const {
        return {{"hello",
                 {{"protocol", hello.protocol},
                  {"version", hello.version},
                  {"host", hello.host},
                  {"process", hello.process},
                  {"slots", hello.slots}}}};
    }
    json operator()(const NeedData& need) const {
        return {{"need", {{"what", "data"}, {"search", need.search}}}};
    }
    json operator()(const Opened& opened) const {
        return {{"opened",
                 {{"search", opened.search},
                  {"build", opened.arithmetic.build},
                  {"simd", opened.arithmetic.simd},
                  {"probe", opened.arithmetic.probe}}}};
    }
    json operator()(const Refused& refused) const {
        return {{"refused",
                 {{"search", refused.search}, {"kind", refused.kind}, {"text", refused.text}}}};
    }
    json operator()(const message::Progress& at) const {
        json body = {
            {"id", at.id}, {"epoch", at.epoch}, {"epochs", at.epochs}, {"fraction", at.fraction}};
        if (at.best) {
            body["best"] = *at.best;
        }
        return {{"progress", body}};
    }
    json operator()(const Done& done) const {
        json body = {{"id", done.id},
                     {"score", done.evaluation.score},
                     {"curve", done.evaluation.curve},
                     {"seconds", done.evaluation.seconds}};
        if (done.evaluation.infeasible) {
            body["infeasible"] = *done.evaluation.infeasible;
        }
        return {{"done", body}};
    }
    json operator()(const Failed& failed) const {
        return {{"failed", {{"id", failed.id}, {"kind", failed.kind}, {"text", failed.text}}}};
    }
    json operator()(const Cancelled& cancelled) const {
        return {{"cancelled", {{"id", cancelled.id}}}};
    }
    json operator()(const Slots& slots) const { return {{"slots", slots.count}}; }
    json operator()(const Lost& lost) const {
        return {{"lost", {{"id", lost.id}, {"why", lost.why}}}};
    }
};

struct HeadJson {
    json operator()(const Open& open) const {
        const DataNote& data = open.data;
        return {{"open",
                 {{"search", open.search},
                  {"options", open.options},
                  {"data",
                   {{"fingerprint", data.fingerprint},
                    {"bytes", data.bytes},
                    {"shape", {data.shape.height, data.shape.width, data.shape.channels}},
                    {"images", data.images},
                    {"classes", data.classes},
                    {"skipped", data.skipped},
                    {"split", data.split},
                    {"of_path", data.of_path}}}}}};
    }
    json operator()(const DataPart& part) const {
        return {{"data",
                 {{"search", part.search},
                  {"offset", part.offset},
                  {"bytes", part.bytes.size()},
                  {"base64", base64(part.bytes)}}}};
    }
    json operator()(const Evaluate& evaluate) const {
        return {{"evaluate",
                 {{"search", evaluate.search},
                  {"id", evaluate.id},
                  {"candidate", evaluate.candidate},
                  {"effort", evaluate.effort},
                  {"repeat", evaluate.repeat},
                  {"seed", std::to_string(evaluate.seed)}}}};
    }
    json operator()(const Cancel& cancel) const { return {{"cancel", {{"id", cancel.id}}}}; }
    json operator()(const Close& close) const { return {{"close", {{"search", close.search}}}}; }
};

}  // namespace

std::string line_of(const FromWorker& message) {
    return nanonas::json::text(std::visit(WorkerJson{}, message)) + "\n";
}

std::string line_of(const FromHead& message) {
    return nanonas::json::text(std::visit(HeadJson{}, message)) + "\n";
}

FromWorker read_from_worker(const std::string& line) {
    return read_line<FromWorker>(
        line, [](const std::string& name, const json_reader& body) -> FromWorker {
            if (name == "hello") {
                return read_hello(body);
            }
            if (name == "need") {
                if (body["what"].string() != "data") {
                    body["what"].fail("only data can be had");
                }
                return NeedData{search_of(body)};
            }
            if (name == "opened") {
                return Opened{
                    {body["build"].string(), body["simd"].string(), body["probe"].string()},
                    search_of(body)};
            }
            if (name == "refused") {
                return Refused{body["kind"].string(), body["text"].string(), search_of(body)};
            }
            if (name == "progress") {
                return read_progress(body);
            }
            if (name == "done") {
                return read_done(body);
            }
            if (name == "failed") {
                return Failed{whole(body, "id"), body["kind"].string(), body["text"].string()};
            }
            if (name == "cancelled") {
                return Cancelled{whole(body, "id")};
            }
            if (name == "slots") {
                return Slots{body.integer(0, kMostSlots)};
            }
            if (name == "lost") {
                return Lost{whole(body, "id"), text_or(body, "why")};
            }
            unknown(name);
        });
}

FromHead read_from_head(const std::string& line) {
    return read_line<FromHead>(line,
                               [](const std::string& name, const json_reader& body) -> FromHead {
                                   if (name == "open") {
                                       return read_open(body);
                                   }
                                   if (name == "data") {
                                       return read_part(body);
                                   }
                                   if (name == "evaluate") {
                                       return read_evaluate(body);
                                   }
                                   if (name == "cancel") {
                                       return Cancel{whole(body, "id")};
                                   }
                                   if (name == "close") {
                                       return Close{whole(body, "search", kFirstSearch)};
                                   }
                                   unknown(name);
                               });
}

}  // namespace nanonas::pipeline
