-- A world for queue and sender: a file in a temporary place, a clock that is moved by hand, and requests that
-- are answered by hand.

local encode = dofile("json.lua");

local world = {};
world.__index = world;

-- A disk whose writes can be made to fail: { open = for spool and alive, full = true }.
function world.disk()
	local disk = { full = false };
	function disk.open(path, mode)
		local file, err, code = io.open(path, mode);
		if not file or mode == "rb" then return file, err, code; end
		return setmetatable({}, { __index = function (_, name)
			return function (_, ...)
				if disk.full and name == "write" then
					file:write((...):sub(1, 7)); -- some of it still fits
					return nil, "No space left on device", 28;
				end
				return file[name](file, ...);
			end;
		end });
	end
	return disk;
end

function world.new(lib, options)
	options = options or {};
	local self = setmetatable({
		lib = lib; time = 1000; timers = {}; open = {}; log = {}; drops = {}; rejected = {};
		path = options.path or os.tmpname(); disk = options.disk or world.disk(); key = lib.keys(options.boot or "boot");
	}, world);
	self.spool = lib.spool {
		path = self.path; now = function () return self.time; end; open = self.disk.open;
		private = function (f, ...) return f(...); end;
		log = function (level) self:note("file", level); end;
	};
	self.queue = lib.queue {
		spool = self.spool; max_bytes = options.max_bytes or 1000000;
		on_drop = function (meetings)
			for _, m in ipairs(meetings) do
				table.insert(self.drops, ("%s %d %s %s"):format(m.room, m.dropped, m.live and "live" or "over",
					m.known and "known" or "unknown"));
			end
		end;
	};
	local all = {
		queue = self.queue; timeout = 10; first_delay = 0.5; max_delay = 30;
		now = function () return self.time; end;
		random = function () return 1; end;
		timer = function (seconds, f)
			local timer = { at = self.time + seconds, f = f };
			table.insert(self.timers, timer);
			return function () timer.f = nil; end;
		end;
		request = function (call, callback)
			local request = { call = call, callback = callback };
			table.insert(self.open, request);
			if self.at_once then self:respond(self.at_once); end
			return function () request.cancelled = true; end;
		end;
		on_state = function (up, why) self:note(up and "up" or "down", why); end;
		on_divided = function (n, code) self:note("divided", n, code); end;
		on_room_again = function () self:note("room again"); end;
		on_verdict = function (e, verdict) self:note(e.type, e.room, verdict); end;
	};
	for name, value in pairs(options) do all[name] = value; end
	self.sender = lib.sender(all);
	return self;
end

function world:note(...)
	local words = {};
	for i = 1, select("#", ...) do words[#words + 1] = tostring((select(i, ...))); end
	table.insert(self.log, table.concat(words, " "));
end

-- ---------------------------------------------------------------------------------------------------------
-- What happens in the rooms

local function book(room) return { jid = room, name = room, kind = "conference", session = room.."-s" }; end

function world:push(event, held)
	local entry = self.lib.entry(event, self.key(), encode);
	self.queue:push(entry, held);
	self.sender:pump();
	return entry;
end

function world:create(room, held) return self:push(self.lib.create(book(room), self.time), held); end
function world:join(room, jid)
	return self:push(self.lib.join(room, { jid = jid, nick = jid, role = "participant" }, self.time));
end
function world:leave(room, jid) return self:push(self.lib.leave(room, jid, "left", self.time)); end
function world:ending(room) return self:push(self.lib.ending(book(room), self.time)); end
function world:heartbeat() return self:push(self.lib.heartbeat("heartbeat", "host", "boot", 1, 2, self.time)); end
function world:sync() return self:push(self.lib.sync("host", "boot", {}, self.time, encode)); end

function world:meeting(room, people, over)
	self:create(room);
	for i = 1, people do self:join(room, room.."/"..i); end
	if over then self:ending(room); end
end

-- ---------------------------------------------------------------------------------------------------------
-- What the server sees and says

local NAMES = {
	["POST /api/v1/rooms"] = "create"; ["DELETE /api/v1/rooms"] = "end"; ["POST /api/v1/occupants"] = "join";
	["PUT /api/v1/occupants"] = "update"; ["DELETE /api/v1/occupants"] = "leave"; ["POST /api/v1/sync"] = "sync";
	["POST /api/v1/heartbeat"] = "heartbeat";
};

-- A call in a few words: what, and in which room.
local function name(method, path, body)
	local what = NAMES[method.." "..path:match("^/api/v1/%a+")];
	local room = body:match('"roomJid":"([^"]+)"') or body:match('"jid":"([^"]+)"');
	return what..(room and " "..room or "");
end

-- The calls of a request.
function world.calls(request)
	local call, list = request.call, {};
	if call.path ~= "/api/v1/batch" then return { name(call.method, call.path, call.body) }; end
	for method, path, body in call.body:gmatch('{"method":"(%u+)","path":"([^"]*)","body":(%b{}),"idem') do
		list[#list + 1] = name(method, path, body);
	end
	return list;
end

-- The calls in flight, or none.
function world:inflight()
	local list = {};
	for _, request in ipairs(self.open) do
		if not request.cancelled then
			for _, call in ipairs(world.calls(request)) do list[#list + 1] = call; end
		end
	end
	return list;
end

function world:keys()
	local list = {};
	local call = self.open[#self.open].call;
	for key in (call.key and '"idempotencyKey":"'..call.key..'"' or call.body):gmatch('"idempotencyKey":"([^"]+)"') do
		list[#list + 1] = key;
	end
	return list;
end

-- Answers the request in flight and returns it. answer: { code, status or text, retry after }; or a function
-- that is given the calls and returns a list of { code, status }, for a batch.
function world:respond(answer)
	local request;
	repeat request = table.remove(self.open, 1); until not request or not request.cancelled;
	if not request then error("nothing is in flight", 2); end
	if type(answer) == "function" then
		local parts = {};
		for _, part in ipairs(answer(world.calls(request))) do
			parts[#parts + 1] = ('{"status":%d,"body":{"status":"%s","message":"m"}}'):format(part[1], part[2]);
		end
		if request.call.path == "/api/v1/batch" then
			request.callback(200, '{"status":"success","message":"m","responses":['..table.concat(parts, ",").."]}");
		else
			request.callback(200, '{"status":"success","message":"m","inSync":true}');
		end
	else
		local code, status, retry_after = answer[1], answer[2], answer[3];
		request.callback(code, code == 0 and status or '{"status":"'..status..'","message":"m"}', retry_after);
	end
	return request;
end

-- Everything in the request in flight is taken.
function world:ok()
	return self:respond(function (calls)
		local list = {};
		for i = 1, #calls do list[i] = { 200, "success" }; end
		return list;
	end);
end

-- Takes whatever comes until nothing is in flight; returns the calls in order.
function world:take_all()
	local list = {};
	while #self:inflight() > 0 do
		for _, call in ipairs(world.calls(self:ok())) do list[#list + 1] = call; end
	end
	return list;
end

-- Lets time pass, ringing timers in their order.
function world:pass(seconds)
	local until_ = self.time + seconds;
	while true do
		local first;
		for i, timer in ipairs(self.timers) do
			if timer.at <= until_ and (not first or timer.at < self.timers[first].at) then first = i; end
		end
		if not first then break; end
		local timer = table.remove(self.timers, first);
		self.time = math.max(self.time, timer.at);
		if timer.f then timer.f(); end
	end
	self.time = until_;
end

-- Lets time pass until something is asked; returns how long that took.
function world:wait()
	local started = self.time;
	while #self:inflight() == 0 and self.time < started + 3600 do self:pass(0.05); end
	return self.time - started;
end

-- ---------------------------------------------------------------------------------------------------------
-- The file

function world:text()
	local file = io.open(self.path, "rb");
	if not file then return ""; end
	local text = file:read("*a");
	file:close();
	return text;
end

function world:write(text)
	local file = io.open(self.path, "wb");
	file:write(text);
	file:close();
end

-- Another process on the same file, after a crash; what it finds, as "type room".
function world:crash(options)
	options = options or {};
	options.path, options.boot = self.path, "next";
	local next_world = world.new(self.lib, options);
	local lines, facts = next_world.queue:load();
	local list = {};
	for _, line in ipairs(lines or {}) do
		local kind, room = next_world.spool.subject(line);
		list[#list + 1] = kind..(room ~= "" and " "..room or "");
	end
	return next_world, list, facts;
end

return world;
