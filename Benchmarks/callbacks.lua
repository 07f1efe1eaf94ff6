-- For wrk: sends the requests of a file, each of them once (Benchmarks callbacks writes it), or GETs the URL without one.
--
--   wrk … --script callbacks.lua URL [-- FILE [PAUSE]]
--
-- With PAUSE each connection rests up to so many milliseconds between requests: wrk has no rate of its own.
-- Prints: requests, microseconds, p50, p99, worst (of microseconds), failures.

function init(arguments)
  if not arguments[1] then return end
  local file = assert(io.open(arguments[1], "rb"))
  local last
  request = function()
    local length = file:read(6)
    if not length then
      wrk.thread:stop()
      return last
    end
    last = file:read(tonumber(length))
    return last
  end
  local pause = tonumber(arguments[2])
  if pause then
    delay = function() return math.random(0, pause) end
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("result %d %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), latency.max,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
