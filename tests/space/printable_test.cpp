#include "space/printable.hpp"

#include <catch2/catch.hpp>

using namespace nanonas;

TEST_CASE("text that breaks a line or turns its direction is shown escaped") {
    CHECK(one_line("cat\u202egpj.exe") == "cat\\u{202e}gpj.exe");
    CHECK(one_line("a\u2028b\u2066c\ufeff") == "a\\u{2028}b\\u{2066}c\\u{feff}");
    CHECK(one_line("\U000e0041") == "\\u{e0041}");
    CHECK(one_line("two\nlines\r\x1b[2J") == "two\\nlines\\x0d\\x1b[2J");
    CHECK(one_line("\xff") == "\\xff");
}

TEST_CASE("letters of every language stay, joined ones too") {
    for (const char* text : {"gänseblümchen", "\u0645\u06cc\u200c\u0631\u0648\u0645",
                             "\U0001f469\u200d\U0001f33e", "日本", "~"}) {
        CHECK(one_line(text) == text);
        CHECK(many_lines(text) == text);
    }
}

TEST_CASE("text of many lines keeps its newlines and nothing else") {
    CHECK(many_lines("a\n  b\x1b\u202e\n") == "a\n  b\\x1b\\u{202e}\n");
}
