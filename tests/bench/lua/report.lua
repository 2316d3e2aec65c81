-- Shared by every script: what wrk measured, as one line of JSON, and a count of answers of another status.
local threads = {}
wrong = 0

function setup(thread)
  table.insert(threads, thread)
end

-- Call it at the top level of a script: wrk hands answers to Lua only where `response` exists.
function expect(wanted)
  function response(status)
    if status ~= wanted then wrong = wrong + 1 end
  end
end

-- A visitor's own address for each request, as the site's proxy would write it: limits are counted, none is reached.
function visitor(number)
  return string.format("10.%d.%d.%d", math.floor(number / 65536) % 256, math.floor(number / 256) % 256, number % 256)
end

function done(summary, latency)
  local others = 0
  for _, thread in ipairs(threads) do others = others + thread:get("wrong") end
  local failed = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %f, "p50_ms": %f, "p99_ms": %f, "wrong_status": %d, "failed": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    others + failed.status, failed.connect + failed.read + failed.write + failed.timeout
  ))
end
