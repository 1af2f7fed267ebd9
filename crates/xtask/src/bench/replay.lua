-- For wrk, with one thread: sends the requests of a file, over and over, or once each.
-- Arguments: the file; `cycle` or `once`; how many of its requests to leave out at its beginning.
-- A line of the file: method, path, access token, body; separated by tabs.
local ffi = require("ffi")
ffi.cdef [[
  typedef struct { long seconds; long microseconds; } daypack_time;
  int gettimeofday(daypack_time *time, void *zone);
]]

local function now()
  local time = ffi.new("daypack_time")
  ffi.C.gettimeofday(time, nil)
  return tonumber(time.seconds) + tonumber(time.microseconds) / 1e6
end

local threads = {}
local requests = {}
local sent = 0
local once = false

-- Read by `done` in another state, so they are global.
answers = 0
began = 0
ended = 0

local function count(status)
  answers = answers + 1
  ended = now()
end

function setup(thread)
  table.insert(threads, thread)
end

function init(arguments)
  once = arguments[2] == "once"
  local left_out = tonumber(arguments[3])
  for line in io.lines(arguments[1]) do
    local method, path, token, body = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$")
    local headers = { ["Authorization"] = "Bearer " .. token }
    if body == "" then
      body = nil
    else
      headers["Content-Type"] = "application/json"
    end
    if left_out > 0 then
      left_out = left_out - 1
    else
      requests[#requests + 1] = wrk.format(method, path, headers, body)
    end
  end
  if once then
    response = count
  end
end

function request()
  if sent == 0 then
    -- wrk asks for one request to look at it, and never sends that one.
    sent = 1
    return requests[1]
  end
  if sent == 1 then
    began = now()
  end
  if once and sent > #requests then
    -- The answers that are still on their way are not counted.
    wrk.thread:stop()
  end
  local text = requests[(sent - 1) % #requests + 1]
  sent = sent + 1
  return text
end

function done(summary, latency)
  local errors = summary.errors
  local answered, seconds = summary.requests, summary.duration / 1e6
  if threads[1]:get("ended") > 0 then
    answered = threads[1]:get("answers")
    seconds = threads[1]:get("ended") - threads[1]:get("began")
  end
  io.write(string.format(
    'daypack {"answers":%d,"seconds":%.6f,"refused":%d,"failed":%d,"p50_ms":%.4f,"p99_ms":%.4f}\n',
    answered, seconds, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000
  ))
end
