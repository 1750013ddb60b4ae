// The real program as a child process, and small image folders to run it on.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace nanonas::test {

/// The program under test.
extern const char* const kProgram;

struct Ran {
    int code = -1;  ///< exit code; 128 + signal when killed
    std::string out;
    std::string err;
    double seconds = 0.0;
};

/// A directory of its own, gone afterwards.
class Scratch {
  public:
    Scratch();
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    std::string path(const std::string& name) const { return folder_ + "/" + name; }
    const std::string& folder() const { return folder_; }

  private:
    std::string folder_;
};

/// Starts `nanonas` in `folder`; its output goes to files named after `tag` there.
class Program {
  public:
    Program(const std::vector<std::string>& arguments, const std::string& folder,
            const std::string& tag = "run");
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    void signal(int number) const;
    bool running();
    Ran wait();

  private:
    std::string folder_, tag_;
    int pid_ = -1;
    int status_ = 0;
    bool ended_ = false;
    std::chrono::steady_clock::time_point started_;
};

Ran run(const std::vector<std::string>& arguments, const std::string& folder);

/// "a bb  c" as words; no quoting.
std::vector<std::string> words(const std::string& text);

/// `classes` sub-folders of `count` noisy 8x8 PPM images whose brightness tells the class.
void make_images(const std::string& folder, int classes, int count, std::uint64_t seed = 1);

void write(const std::string& file, const std::string& bytes);
std::string read(const std::string& file);
bool exists(const std::string& path);
std::size_t lines(const std::string& text);

}  // namespace nanonas::test
