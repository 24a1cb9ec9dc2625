-- What a MUC host has to report and has no answer to yet: one queue, first in, first out, so that the server
-- judges everything in the order in which it happened. Memory and file hold the same.
--
-- options
--   spool                rollcall_spool.lib.lua
--   max_bytes
--   on_drop(meetings)    meetings were given up for want of room: { room, dropped = number of events,
--                        live = it goes on, known = the server has heard of it }
--
-- Entries are those of rollcall.lib.lua. A heartbeat is in memory only: it says what is true now. All others wait
-- as the lines of the file, unless they are held: with 100,000 tables a round of Lua's collector takes 80 ms, with
-- 100,000 strings 30 ms (test/costs.lua has all such figures).

local queue = {};
queue.__index = queue;

local HOST_ENTRY = { sync = true, heartbeat = true, former = true };

local function new_queue(options)
	return setmetatable({
		spool = options.spool; options = options;
		waiting = {}; first = 1; last = 0; -- lines, and entries that are held or heartbeats
		busy = 0; -- entries at the front that are being asked about: these are never given up
		count = 0; bytes = 0; -- without heartbeats
		kinds = {}; -- how many wait of each type
		dropped = 0; crowded = false;
	}, queue);
end

local function add(self, kind, what, size)
	self.last = self.last + 1;
	self.waiting[self.last] = what;
	self.kinds[kind] = (self.kinds[kind] or 0) + 1;
	if kind == "heartbeat" then return; end
	self.count = self.count + 1;
	self.bytes = self.bytes + size;
end

-- Takes what an earlier process, or an earlier load of the module, has left. Returns what spool:load does.
function queue:load()
	local lines, facts = self.spool:load();
	for _, line in ipairs(lines or {}) do add(self, self.spool.subject(line), line, #line + 1); end
	if lines and (facts.torn or facts.broken > 0) then self.spool:rewrite(self); end
	return lines, facts;
end

-- The entry is in the file when this returns. A held one, and with it all that comes after, is not sent before
-- it is released or replaced.
function queue:push(e, held)
	if e.type == "heartbeat" then return add(self, e.type, e); end
	local line = self.spool.line(e);
	e.held, e.size = held, #line + 1;
	self.spool:append(line);
	add(self, e.type, held and e or line, e.size);
	if self.bytes > self.options.max_bytes then self:make_room(); end
end

function queue.release(_, e)
	e.held = nil;
end

-- The other entry has another text and the same key.
function queue:replace(e, other)
	e.held = nil;
	if e.gone then return; end
	self.spool:replace(other.json);
	self.bytes = self.bytes - #e.json + #other.json;
	e.size = e.size - #e.json + #other.json;
	e.json = other.json;
end

-- The entry at place n, if there is one.
function queue:peek(n)
	local what = self.waiting[self.first + n - 1];
	return type(what) == "string" and self.spool.parse(what) or what;
end

-- These entries, the first in the queue, have their answers.
function queue:pop(entries)
	local key;
	for i, e in ipairs(entries) do
		self.waiting[self.first + i - 1] = nil;
		self.kinds[e.type] = self.kinds[e.type] - 1;
		if e.type ~= "heartbeat" then
			key = e.key;
			self.count = self.count - 1;
			self.bytes = self.bytes - e.size;
		end
	end
	self.first = self.first + #entries;
	self.busy = 0;
	if key then self.spool:acknowledge(key, self); end
end

function queue:waits(kind)
	return (self.kinds[kind] or 0) > 0;
end

-- What belongs into the file.
function queue:lines()
	local lines = {};
	for i = self.first, self.last do
		local what = self.waiting[i];
		if type(what) == "string" then
			lines[#lines + 1] = what;
		elseif what.type ~= "heartbeat" then
			lines[#lines + 1] = self.spool.line(what);
		end
	end
	return lines;
end

-- The oldest entry that is in the file.
function queue:oldest()
	for n = 1, self.last - self.first + 1 do
		local e = self:peek(n);
		if e.type ~= "heartbeat" then return e; end
	end
end

-- Type, room and bytes of what waits at i, in short.
local function subject(self, i)
	local what = self.waiting[i];
	if type(what) ~= "string" then return what.type, what.room, what.size; end
	local kind, room = self.spool.subject(what);
	return kind, room, #what + 1;
end

-- The meetings that wait, the one that waits longest first, and which entry belongs to which.
local function meetings_in(self)
	local meetings, open, owners = {}, {}, {};
	for i = self.first, self.last do
		local kind, room, size = subject(self, i);
		local asked = i < self.first + self.busy;
		if kind == "sync" then
			-- What is live at a snapshot is known to the server from there on.
			for _, meeting in pairs(open) do meeting.known = true; end
		elseif not HOST_ENTRY[kind] then
			local meeting = open[room];
			if not meeting or kind == "create" then
				meeting = { room = room, known = asked or kind ~= "create", bytes = 0, dropped = 0 };
				meetings[#meetings + 1] = meeting;
				open[room] = meeting;
			end
			if kind == "end" then open[room] = nil; end
			-- Once the server knows a meeting, it has to learn that it ended, or it would go on for ever.
			if not asked and not (kind == "end" and meeting.known) then
				owners[i] = meeting;
				meeting.bytes = meeting.bytes + size;
				meeting.dropped = meeting.dropped + 1;
			end
		end
	end
	for _, meeting in pairs(open) do meeting.live = true; end
	return meetings, owners;
end

local function drop(self, i)
	local kind, _, size = subject(self, i);
	self.kinds[kind] = self.kinds[kind] - 1;
	self.count, self.bytes = self.count - 1, self.bytes - size;
	self.dropped = self.dropped + 1;
	if type(self.waiting[i]) ~= "string" then self.waiting[i].gone = true; end
end

-- Gives up the meetings that have waited longest, each as a whole: half a meeting would look like a whole one.
-- Frees a tenth at once, because each time costs a walk over everything and a new file: 0.3 s for
-- 100,000 events.
function queue:make_room()
	local meetings, owners = meetings_in(self);
	local excess, drops = self.bytes - self.options.max_bytes * 0.9, {};
	for _, meeting in ipairs(meetings) do
		if excess <= 0 then break; end
		if meeting.dropped > 0 then
			excess = excess - meeting.bytes;
			meeting.gone = true;
			drops[#drops + 1] = meeting;
		end
	end
	if #drops == 0 then return; end
	local kept, last = self.first - 1, self.last;
	for i = self.first, last do
		local what = self.waiting[i];
		if owners[i] and owners[i].gone then
			drop(self, i);
			self.waiting[i] = nil;
		else
			kept = kept + 1;
			self.waiting[i] = nil;
			self.waiting[kept] = what;
		end
	end
	self.last = kept;
	self.crowded = true;
	self.spool:rewrite(self);
	self.options.on_drop(drops);
end

-- True once, when less than half is in use after something was given up.
function queue:has_room_again()
	if not self.crowded or self.bytes >= self.options.max_bytes / 2 then return false; end
	self.crowded = false;
	return true;
end

function queue:close()
	self.spool:close(self);
end

return new_queue;
