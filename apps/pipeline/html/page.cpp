#include "apps/pipeline/html/page.hpp"

#include "apps/pipeline/html/markup.hpp"

namespace nanonas::pipeline::html {

namespace {

constexpr const char* kStyle = R"css(
:root { color-scheme: light dark; --paper: #ffffff; --card: #f4f6f9; --ink: #16202c; --quiet: #4a5766;
  --line: #c9d1db; --mark: #1f5fbf; --good: #146c43; --bad: #a31621; --warm: #9a4d00; }
@media (prefers-color-scheme: dark) { :root { --paper: #11161d; --card: #1a212b; --ink: #e8edf3;
  --quiet: #a9b6c4; --line: #3a4654; --mark: #7db3ff; --good: #6fd3a0; --bad: #ff9a96; --warm: #ffbe7a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: .5rem 0; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; padding-top: .6rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.2rem 0 .4rem; }
p { margin: .5rem 0; } .quiet { color: var(--quiet); } .good { color: var(--good); }
.bad { color: var(--bad); } .verdict { font-size: 1.15rem; font-weight: 600; }
a { color: var(--mark); }
nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1rem; padding: 0; margin: .5rem 0; list-style: none; }
nav a { display: inline-block; padding: .2rem 0; }
.wide { overflow-x: auto; } .wide:focus-visible { outline: 2px solid var(--mark); }
table { overflow-wrap: normal; border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
caption { text-align: left; color: var(--quiet); padding: .3rem 0; }
th, td { padding: .25rem .7rem .25rem 0; text-align: left; font-weight: normal; vertical-align: top;
  border-bottom: 1px solid var(--line); }
thead th { font-weight: 600; } .number { text-align: right; white-space: nowrap; }
figure { margin: .8rem 0; } figcaption { color: var(--quiet); font-size: .9rem; }
svg { display: block; width: 100%; min-width: 30rem; max-width: 52rem; height: auto; }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif; } svg .tick { fill: var(--quiet); }
svg .end { text-anchor: end; } svg .middle { text-anchor: middle; }
.grid { stroke: var(--line); } .bound { stroke: var(--bad); stroke-dasharray: 5 4; }
polyline { fill: none; stroke-width: 1; stroke: var(--quiet); stroke-opacity: .55; }
polyline.best, polyline.front { stroke: var(--mark); stroke-width: 2.5; stroke-opacity: 1; }
polyline.second { stroke: var(--warm); stroke-width: 2; stroke-opacity: 1; stroke-dasharray: 6 3; }
circle { fill: var(--quiet); fill-opacity: .7; } circle.front { fill: var(--mark); fill-opacity: 1; }
circle.best { fill: var(--mark); stroke: var(--ink); stroke-width: 2; fill-opacity: 1; }
.cell { fill: var(--mark); stroke: var(--line); } .cell.best { stroke: var(--ink); stroke-width: 3; }
.cell.no { fill: var(--card); stroke-dasharray: 3 3; }
.bar { fill: var(--mark); fill-opacity: .8; } .bar.over { fill: var(--bad); }
.track { fill: var(--line); fill-opacity: .5; }
td.hit { background: var(--card); font-weight: 600; } td.miss { color: var(--bad); }
details { margin: .6rem 0; } summary { cursor: pointer; color: var(--mark); padding: .2rem 0; }
pre { background: var(--card); padding: .7rem; overflow-x: auto; font-size: .85rem; }
.pictures { display: flex; flex-wrap: wrap; gap: .8rem; padding: 0; list-style: none; }
.pictures li { width: 8.5rem; font-size: .85rem; line-height: 1.35; overflow-wrap: anywhere; }
.pictures img { width: 6rem; height: 6rem; object-fit: contain; image-rendering: pixelated;
  display: block; background: var(--card); }
@media print { :root { --paper: #fff; --card: #f4f6f9; --ink: #000; --quiet: #333; --mark: #1f5fbf; }
  main { max-width: none; padding: 0; } h2, figure, tr, li { break-inside: avoid; } nav { display: none; }
  h2, h3, caption, summary { break-after: avoid; }
  svg { min-width: 0; max-width: 40rem; } .wide { overflow: visible; }
  details::details-content { content-visibility: visible; block-size: auto; } }
)css";

}  // namespace

std::string page(const std::string& title, const std::string& body) {
    return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src "
           "data:; style-src 'unsafe-inline'\">\n<title>" +
           escaped(title) + "</title>\n<style>" + kStyle + "</style></head>\n<body><main>\n" +
           body + "</main></body></html>\n";
}

}  // namespace nanonas::pipeline::html
