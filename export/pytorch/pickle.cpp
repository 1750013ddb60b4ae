#include "export/pytorch/pickle.hpp"

#include <cstring>
#include <unordered_map>

#include "space/errors.hpp"
#include "space/little_endian.hpp"

namespace nanonas::exporting {

bool Pickle::is_global(Index index, std::string_view module, std::string_view name) const {
    const auto* global = get<Global>(index);
    return global != nullptr && global->module == module && global->name == name;
}

/// Python's pickletools.py says what each opcode does to the stack.
class PickleReader {
  public:
    PickleReader(std::string_view bytes, const std::string& source)
        : bytes_(bytes), source_(source) {}

    Pickle read() {
        while (step()) {
        }
        pickle_.root_ = pop();
        if (!stack_.empty() || !marks_.empty()) {
            fail("values are left over");
        }
        return std::move(pickle_);
    }

  private:
    using Index = Pickle::Index;

    [[noreturn]] void fail(const std::string& why) const {
        throw ExportError(source_ + ": a pickle that cannot be read (" + why + " at byte " +
                          std::to_string(at_) + ")");
    }

    std::string_view take(std::size_t count) {
        if (count > bytes_.size() - at_) {
            fail("it ends early");
        }
        at_ += count;
        return bytes_.substr(at_ - count, count);
    }

    std::uint64_t number(std::size_t width) { return read_little_endian(take(width), 0, width); }

    std::string line() {
        const std::size_t end = bytes_.find('\n', at_);
        if (end == std::string_view::npos) {
            fail("a name has no end");
        }
        std::string text(bytes_.substr(at_, end - at_));
        at_ = end + 1;
        return text;
    }

    void push(Pickle::Value value) {
        stack_.push_back(pickle_.values_.size());
        pickle_.values_.push_back(std::move(value));
    }

    Index pop() {
        if (stack_.empty() || (!marks_.empty() && marks_.back() == stack_.size())) {
            fail("a value is missing");
        }
        const Index index = stack_.back();
        stack_.pop_back();
        return index;
    }

    Index top() {
        const Index index = pop();
        stack_.push_back(index);
        return index;
    }

    /// What was pushed since the last mark.
    std::vector<Index> pop_to_mark() {
        if (marks_.empty()) {
            fail("a mark is missing");
        }
        const auto from = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
        std::vector<Index> items(from, stack_.end());
        stack_.erase(from, stack_.end());
        marks_.pop_back();
        return items;
    }

    void push_tuple(std::size_t count) {
        std::vector<Index> items(count);
        for (std::size_t i = count; i-- > 0;) {
            items[i] = pop();
        }
        push(Pickle::Sequence{std::move(items)});
    }

    void push_memo(std::uint64_t key) {
        const auto found = memo_.find(key);
        if (found == memo_.end()) {
            fail("value " + std::to_string(key) + " was never kept");
        }
        stack_.push_back(found->second);
    }

    /// Whole numbers of any length; those of more than 64 bits are refused.
    void push_long() {
        const std::size_t width = number(1);
        if (width > 8) {
            fail("a number of " + std::to_string(width) + " bytes");
        }
        const std::string_view digits = take(width);
        std::uint64_t value = read_little_endian(digits, 0, width);
        if (width > 0 && width < 8 &&
            (static_cast<unsigned char>(digits[width - 1]) & 0x80U) != 0) {
            value |= ~std::uint64_t{0} << (8 * width);
        }
        push(static_cast<std::int64_t>(value));
    }

    void push_double() {
        const std::string_view digits = take(8);  // big-endian
        std::uint64_t bits = 0;
        for (const char digit : digits) {
            bits = (bits << 8U) | static_cast<unsigned char>(digit);
        }
        double value = 0.0;
        std::memcpy(&value, &bits, sizeof value);
        push(value);
    }

    void append(const std::vector<Index>& items) {
        auto* list = std::get_if<Pickle::Sequence>(&pickle_.values_[top()]);
        if (list == nullptr) {
            fail("items for what is no list");
        }
        list->items.insert(list->items.end(), items.begin(), items.end());
    }

    void set_items(const std::vector<Index>& items) {
        auto* dict = std::get_if<Pickle::Dict>(&pickle_.values_[top()]);
        if (dict == nullptr || items.size() % 2 != 0) {
            fail("keys and values for what is no dict");
        }
        for (std::size_t i = 0; i < items.size(); i += 2) {
            dict->items.emplace_back(items[i], items[i + 1]);
        }
    }

    void call() {
        const Index arguments = pop();
        const Index function = pop();
        if (pickle_.is_global(function, "collections", "OrderedDict")) {
            push(Pickle::Dict{});
        } else {
            push(Pickle::Call{function, arguments});
        }
    }

    void make_object() {
        pop();  // arguments, of which these writers give none
        const Index type = pop();
        push(Pickle::None{});  // until BUILD
        const Index state = pop();
        push(Pickle::Object{type, state});
    }

    /// The attributes of an OrderedDict (_metadata) say nothing of its items.
    void build() {
        const Index state = pop();
        if (auto* object = std::get_if<Pickle::Object>(&pickle_.values_[top()])) {
            object->state = state;
        }
    }

    /// False after the last.
    bool step() {
        const char code = take(1)[0];
        switch (static_cast<unsigned char>(code)) {
            case 0x80: {  // PROTO
                const std::uint64_t protocol = number(1);
                if (protocol != 2) {
                    fail("protocol " + std::to_string(protocol) + ", expected 2,");
                }
                return true;
            }
            case 'c': {  // GLOBAL
                std::string module = line();
                push(Pickle::Global{std::move(module), line()});
                return true;
            }
            case ')':
                push(Pickle::Sequence{});
                return true;  // EMPTY_TUPLE
            case ']':
                push(Pickle::Sequence{});
                return true;  // EMPTY_LIST
            case '}':
                push(Pickle::Dict{});
                return true;  // EMPTY_DICT
            case 'N':
                push(Pickle::None{});
                return true;  // NONE
            case 0x88:
                push(true);
                return true;  // NEWTRUE
            case 0x89:
                push(false);
                return true;  // NEWFALSE
            case 'K':
                push(static_cast<std::int64_t>(number(1)));
                return true;  // BININT1
            case 'M':
                push(static_cast<std::int64_t>(number(2)));
                return true;  // BININT2
            case 'J':         // BININT
                push(std::int64_t{static_cast<std::int32_t>(number(4))});
                return true;
            case 0x8A:
                push_long();
                return true;  // LONG1
            case 'G':
                push_double();
                return true;  // BINFLOAT
            case 'X':
                push(std::string(take(number(4))));
                return true;  // BINUNICODE
            case '(':
                marks_.push_back(stack_.size());
                return true;  // MARK
            case 't':
                push(Pickle::Sequence{pop_to_mark()});
                return true;  // TUPLE
            case 0x85:
                push_tuple(1);
                return true;  // TUPLE1
            case 0x86:
                push_tuple(2);
                return true;  // TUPLE2
            case 0x87:
                push_tuple(3);
                return true;  // TUPLE3
            case 'a':
                append_one();
                return true;  // APPEND
            case 'e':
                append_all();
                return true;  // APPENDS
            case 's':
                set_one();
                return true;  // SETITEM
            case 'u':
                set_all();
                return true;  // SETITEMS
            case 'R':
                call();
                return true;  // REDUCE
            case 0x81:
                make_object();
                return true;  // NEWOBJ
            case 'b':
                build();
                return true;  // BUILD
            case 'Q':
                push(Pickle::Persistent{pop()});
                return true;  // BINPERSID
            case 'q':
                memo_[number(1)] = top();
                return true;  // BINPUT
            case 'r':
                memo_[number(4)] = top();
                return true;  // LONG_BINPUT
            case 'h':
                push_memo(number(1));
                return true;  // BINGET
            case 'j':
                push_memo(number(4));
                return true;  // LONG_BINGET
            case '.':
                return false;  // STOP
            default:
                --at_;
                fail("opcode " + std::to_string(static_cast<unsigned char>(code)) +
                     ", which torch.save never writes,");
        }
    }

    void append_one() { append({pop()}); }
    void append_all() { append(pop_to_mark()); }
    void set_one() {
        const Index value = pop();
        const Index key = pop();
        set_items({key, value});
    }
    void set_all() { set_items(pop_to_mark()); }

    std::string_view bytes_;
    const std::string& source_;
    std::size_t at_ = 0;
    Pickle pickle_;
    std::vector<Index> stack_;
    std::vector<std::size_t> marks_;
    std::unordered_map<std::uint64_t, Index> memo_;
};

Pickle Pickle::read(std::string_view bytes, const std::string& source) {
    return PickleReader(bytes, source).read();
}

}  // namespace nanonas::exporting
