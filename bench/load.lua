-- What wrk sends: joins, and the leaves of those who joined a while ago, spread over the rooms that exist. Or, with `get=…`
-- for each of them, the same questions again and again.
local rooms, people, keyed, closing = 1000, 1, false, false
local threads = 0
local sent, joined, left = 0, 0, 0
local lag = 2000
local pause, run
local questions = {}

function setup(thread)
  threads = threads + 1
  thread:set("thread_id", threads)
end

function init(args)
  for _, arg in ipairs(args) do
    if arg == "keyed" then keyed = true end
    -- So many different ones, instead of one.
    people = tonumber(arg:match("^people=(.+)$")) or people
    if arg == "close" then closing = true end
    local path = arg:match("^get=(.+)$")
    if path then questions[#questions + 1] = wrk.format("GET", path) end
    pause = pause or tonumber(arg:match("^pause=(.+)$"))
    -- Two of these at once must not be the same people.
    run = run or arg:match("^as=(.+)$")
  end
  if #questions > 0 then
    request = function()
      sent = sent + 1
      return questions[sent % #questions + 1]
    end
  end
  -- wrk calls delay() before every request if there is one: from nothing to twice the pause, in ms.
  if pause then
    function delay() return math.random() * 2 * pause end
  end
  run = string.format("%x", os.time()) .. (run or "")
  headers = { ["Content-Type"] = "application/json" }
  if closing then headers["Connection"] = "close" end
end

local function room(n)
  return "room" .. (n % rooms) .. "@conference.meet.example.com"
end

local function who(n)
  return "user" .. thread_id .. "-" .. n .. "@meet.example.com/" .. run
end

function request()
  sent = sent + 1
  if keyed then headers["Idempotency-Key"] = run .. "-" .. thread_id .. "-" .. string.format("%09d", sent) end
  if joined - left < lag or sent % 2 == 0 then
    joined = joined + 1
    local body = '{"jid":"' .. who(joined) .. '","roomJid":"' .. room(joined) ..
      '","nick":"Ann Example","role":"participant","email":"ann' .. joined % people .. '@example.com","ip":"192.0.2.7"}'
    return wrk.format("POST", "/api/v1/occupants", headers, body)
  end
  left = left + 1
  return wrk.format("DELETE", "/api/v1/occupants/" .. who(left), headers, '{"roomJid":"' .. room(left) .. '"}')
end

function done(summary, latency)
  io.write(string.format('{"requests":%d,"us":%d,"non2xx":%d,"errors":%d,"p50":%d,"p99":%d,"p999":%d}\n',
    summary.requests, summary.duration, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
