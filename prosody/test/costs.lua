-- Prints what things cost, each the time in which Prosody does nothing else: lua5.4 costs.lua, from this folder.
-- Decoding with Prosody's JSON is only measured where Prosody is installed.

local lib = dofile("../rollcall.lib.lua");
local new_queue = dofile("../rollcall_queue.lib.lua");
local new_spool = dofile("../rollcall_spool.lib.lua");
local encode = dofile("json.lua");

local EVENTS, BATCH = 100000, 500;
local path = os.tmpname();

local function measure(what, f, times)
	collectgarbage();
	local started = os.clock();
	for _ = 1, times or 1 do f(); end
	print(("%-60s %10.3f ms"):format(what, (os.clock() - started) * 1000 / (times or 1)));
end

local function open(max_bytes)
	local spool = new_spool {
		path = path; now = os.time; log = print; private = function (f, ...) return f(...); end;
	};
	return new_queue { spool = spool; max_bytes = max_bytes or 1e12; on_drop = function () end };
end

local entries = {};
for i = 1, EVENTS do
	local who = {
		jid = "user"..i.."@meet.example.com/abcdefgh"; nick = "Some Body"; role = "participant";
		email = "somebody@example.com"; userAgent = ("x"):rep(100); ip = "203.0.113.7";
	};
	local room = "room"..math.floor(i / 20).."@conference.meet.example.com";
	entries[i] = lib.entry(lib.join(room, who, 1700000000000), ("boot-%010d"):format(i), encode);
end

local queue = open();
local n = 0;
measure("one event into queue and file", function () n = n + 1; queue:push(entries[n]); end, EVENTS);
entries = nil;
queue:close();

measure("reading a file with 100,000 events", function () queue = open(); queue:load(); end);
print(("%-60s %10.1f MB"):format("the file", queue.spool.size / 1e6));
measure("writing it anew", function () queue.spool:rewrite(queue); end);
measure("a round of the collector with 100,000 waiting events", collectgarbage);
queue.options.max_bytes = queue.bytes;
measure("giving up a tenth of them", function () queue:make_room(); end);

local batch = {};
measure("taking 500 of them, and acknowledging them", function ()
	for i = 1, BATCH do batch[i] = queue:peek(i); end
	queue:pop(batch);
end, 50);

local answer = '{"status":200,"body":{"status":"success","message":"occupant created successfully"}}';
local body = '{"status":"success","message":"batch judged","responses":['..answer..(","..answer):rep(BATCH - 1).."]}";
measure("reading 500 answers", function () assert(#lib.verdicts(200, body, BATCH) == BATCH); end, 50);
package.path = "/usr/lib/prosody/?.lua;"..package.path;
package.cpath = "/usr/lib/prosody/?.so;"..package.cpath;
local has_json, json = pcall(require, "util.json");
if has_json then measure("decoding them as JSON instead", function () json.decode(body); end, 20); end

for i = queue.first, queue.last do queue.waiting[i] = queue:peek(i - queue.first + 1); end
measure("a round of the collector if events waited as tables", collectgarbage);
os.remove(path);
