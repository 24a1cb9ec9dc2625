-- The queues of mod_rollcall: one for each room, one request of a room in flight, rooms in parallel up to a
-- limit. Time, randomness, timers and requests are passed in, so that all of it runs under plain Lua.
--
-- options
--   now()                     seconds
--   random()                  0 ≤ x < 1
--   timer(seconds, f)         calls f later; returns a function that prevents it
--   request(event, callback)  callback(code, body, retry_after_seconds); returns a function that gives up
--   key()                     the next Idempotency-Key
--   fresh(room, old)          a session that nobody has seen yet, to take the place of the old one
--   parallel, timeout, first_delay, max_delay, max_events
--   on_drop(room, n, live)    n events of that room were given up for want of memory; live: its meeting goes on
--   on_room_again()           less than half of the memory is in use after something was given up
--   on_state(up, why)         the server answers again / has stopped to
--   on_verdict(event, verdict, tries)

local max, min = math.max, math.min;
local t_insert = table.insert;

local lib; -- rollcall.lib.lua, handed in at the end of this file
local sender = {};
sender.__index = sender;

-- Failures in a row, over all rooms, after which the server counts as unreachable: from then on one request
-- at a time asks whether it is back, however many rooms are waiting.
local UNREACHABLE_AFTER = 3;
-- The longest pause between two such questions. Short, because one event that makes the server fail must
-- not hold up the other rooms for longer than this.
local MAX_GATE = 5;

local function new_sender(options)
	return setmetatable({
		options = options;
		rooms = {}; -- by room JID: { queue, first, last, busy, tries, wait, ready, present, open }
		ready = {}; ready_first = 1; ready_last = 0; -- rooms whose turn it is, first come first served
		size = 0; inflight = 0; failures = 0; up = true; gate = 0;
		counts = { sent = 0, retried = 0, dropped = 0, refused = 0, recovered = 0 };
		drained = {};
	}, sender);
end

local function new_room(jid)
	return { jid = jid, queue = {}, first = 1, last = 0, tries = 0, present = {} };
end

local function length(room)
	return room.last - room.first + 1;
end

function sender:push(e)
	local room = self.rooms[e.room];
	if not room then
		room = new_room(e.room);
		self.rooms[e.room] = room;
	end
	e.key = e.key or self.options.key();
	room.last = room.last + 1;
	room.queue[room.last] = e;
	self.size = self.size + 1;
	if self.size > self.options.max_events then
		self:make_room();
	end
	self:make_ready(room);
	self:pump();
end

-- Puts events before everything else that waits in a room.
local function push_front(self, room, events)
	for i = #events, 1, -1 do
		events[i].key = events[i].key or self.options.key();
		room.first = room.first - 1;
		room.queue[room.first] = events[i];
	end
	self.size = self.size + #events;
end

local function pop(self, room)
	room.queue[room.first] = nil;
	room.first = room.first + 1;
	self.size = self.size - 1;
end

function sender:make_ready(room)
	if room.ready or room.busy or room.wait or length(room) == 0 then return; end
	room.ready = true;
	self.ready_last = self.ready_last + 1;
	self.ready[self.ready_last] = room;
end

local function take_ready(self)
	while self.ready_first <= self.ready_last do
		local room = self.ready[self.ready_first];
		self.ready[self.ready_first] = nil;
		self.ready_first = self.ready_first + 1;
		room.ready = false;
		if not (room.busy or room.wait) and length(room) > 0 then return room; end
	end
end

function sender:pump()
	if self.stopped or self.pumping then return; end
	self.pumping = true; -- a request that fails at once calls back inside; without this the stack would grow
	while self.inflight < (self.up and self.options.parallel or 1) do
		if self.gate > self.options.now() then
			self:open_gate_later();
			break;
		end
		local room = take_ready(self);
		if not room then break; end
		self:send(room);
	end
	self.pumping = false;
end

function sender:open_gate_later()
	if self.gate_timer or self.ready_first > self.ready_last then return; end
	self.gate_timer = self.options.timer(max(0.001, self.gate - self.options.now()), function ()
		self.gate_timer = nil;
		self:pump();
	end);
end

function sender:send(room)
	local e = room.queue[room.first];
	room.busy = true;
	self.inflight = self.inflight + 1;
	local answered, give_up, cancel_timer = false, nil, nil;
	local function answer(code, body, retry_after)
		-- The client has no timeout of its own, so an answer can come after we gave up, or cancelling can
		-- call back; both are late, and the retry under the same key gets the same answer.
		if answered or self.stopped then return; end
		answered = true;
		if cancel_timer then cancel_timer(); end
		room.busy = false;
		self.inflight = self.inflight - 1;
		self:answered(room, e, code, body, retry_after);
	end
	cancel_timer = self.options.timer(self.options.timeout, function ()
		if answered then return; end
		answer(0, "no answer within "..self.options.timeout.." s");
		if give_up then give_up(); end
	end);
	give_up = self.options.request(e, answer);
end

function sender:answered(room, e, code, body, retry_after)
	local verdict, why = lib.classify(code, body);
	if verdict then
		self:reached();
		local tries = room.tries;
		room.tries = 0;
		pop(self, room);
		self:settle(room, e, verdict, tries);
	else
		self:failed(room, why, retry_after);
	end
	self:make_ready(room);
	self:forget_if_over(room);
	if self.crowded and self.size < self.options.max_events / 2 then
		self.crowded = nil;
		self.options.on_room_again();
	end
	if self.size == 0 then
		local drained = self.drained;
		self.drained = {};
		for _, done in ipairs(drained) do done(); end
	end
	self:pump();
end

function sender:forget_if_over(room)
	if length(room) > 0 or room.open or next(room.present) ~= nil then return; end
	if room.wait then room.wait(); end
	room.wait = nil;
	if self.rooms[room.jid] == room then self.rooms[room.jid] = nil; end
end

function sender:reached()
	self.failures, self.gate = 0, 0;
	if self.up then return; end
	self.up, self.why = true, nil;
	self.options.on_state(true);
	-- Nobody has to sit out a pause that was meant for a server which did not answer.
	for _, room in pairs(self.rooms) do
		if room.wait then
			room.wait();
			room.wait = nil;
			self:make_ready(room);
		end
	end
end

function sender:failed(room, why, retry_after)
	local options = self.options;
	room.tries = room.tries + 1;
	self.failures = self.failures + 1;
	self.counts.retried = self.counts.retried + 1;
	self.why = why;
	if self.up and self.failures >= UNREACHABLE_AFTER then
		self.up = false;
		options.on_state(false, why);
	end
	if not self.up then
		local over = self.failures - UNREACHABLE_AFTER + 1;
		self.gate = options.now() + lib.backoff(over, options.first_delay, MAX_GATE, options.random);
	end
	local delay = lib.backoff(room.tries, options.first_delay, options.max_delay, options.random);
	if retry_after then delay = max(delay, min(retry_after, options.max_delay)); end
	room.wait = options.timer(delay, function ()
		room.wait = nil;
		self:make_ready(room);
		self:pump();
	end);
end

-- Bookkeeping of what the server now knows about a room: needed to tell it again after it forgot.
function sender:settle(room, e, verdict, tries)
	self.counts.sent = self.counts.sent + 1;
	local kind = e.type;
	if kind == "create" then
		room.open = e.body;
	elseif kind == "end" then
		room.open, room.present = nil, {};
	elseif kind == "join" then
		if verdict == "no-room" and not e.again then
			return self:recover(room, e);
		elseif verdict == "success" or verdict == "duplicate" then
			room.present[e.jid] = e.body;
		end
	elseif kind == "leave" then
		room.present[e.jid] = nil;
	elseif kind == "update" and room.present[e.jid] then
		local known = room.present[e.jid];
		for _, field in ipairs { "nick", "role", "email" } do
			known[field] = e.body[field] or known[field];
		end
	end
	if verdict == "invalid" or verdict == "too-large" or verdict == "unsupported" or verdict == "refused" then
		self.counts.refused = self.counts.refused + 1;
	end
	self.options.on_verdict(e, verdict, tries);
end

-- A join was answered "no room": the room comes from storage under a session that has ended, or the server
-- has ended it while it was out of reach. The meeting goes on, so it goes on under a new session, with those
-- who were in it, at the time of this join: how long the server was right before that, nobody knows.
function sender:recover(room, e)
	local was = room.open or { name = e.room };
	local book = {
		name = was.name, jid = e.room, kind = was.kind, parent = was.parentJid;
		session = self.options.fresh(e.room, was.session);
	};
	local events = { lib.create(book, e.at) };
	for jid, body in pairs(room.present) do
		if jid ~= e.jid then t_insert(events, lib.join(e.room, body, e.at)); end
	end
	t_insert(events, lib.join(e.room, e.body, e.at));
	for _, new in ipairs(events) do new.again = true; end
	room.present = {};
	-- What waits behind was written for the old session, up to the end of this incarnation of the room.
	for i = room.first, room.last do
		local waiting = room.queue[i];
		if waiting.type == "create" then break; end
		if waiting.type == "end" then
			room.queue[i] = lib.ending(book, waiting.at, waiting.body.reason);
			room.queue[i].key = self.options.key();
			break;
		end
	end
	push_front(self, room, events);
	self.counts.recovered = self.counts.recovered + 1;
	self.options.on_verdict(e, "no-room", 0, true);
end

-- Gives up the meetings that have waited longest, each as a whole: half a meeting would look like a whole
-- one. Frees a tenth at once, because looking for the oldest costs a walk over all rooms. The request in
-- flight is left to finish.
function sender:make_room()
	local oldest_first = {};
	for _, room in pairs(self.rooms) do
		local at = room.queue[room.busy and room.first + 1 or room.first];
		if at then t_insert(oldest_first, { room = room, at = at.at }); end
	end
	table.sort(oldest_first, function (a, b) return a.at < b.at; end);
	for _, entry in ipairs(oldest_first) do
		if self.size <= self.options.max_events * 0.9 then break; end
		self:give_up(entry.room);
	end
	-- Those that have nothing left to say must not wait for their turn: nobody takes turns in an outage.
	local ready, first, last = self.ready, self.ready_first, self.ready_last;
	self.ready, self.ready_first, self.ready_last = {}, 1, 0;
	for i = first, last do
		local room = ready[i];
		if room then
			room.ready = false;
			self:make_ready(room);
		end
	end
end

function sender:give_up(room)
	local start = room.busy and room.first + 1 or room.first;
	-- The last one of all stays: its answer is how we learn that the server is back.
	if self.size == length(room) then start = room.first + 1; end
	-- Once the server knows the meeting, it has to learn that it ended: otherwise it would go on for ever.
	local known = room.open or start > room.first;
	local kept, dropped, ended = {}, 0, false;
	for i = start, room.last do
		local e = room.queue[i];
		room.queue[i] = nil;
		if ended then
			kept[#kept + 1] = e; -- a later meeting in the same room is another meeting
		elseif e.type == "end" then
			ended = true;
			if known then kept[#kept + 1] = e; else dropped = dropped + 1; end
		else
			dropped = dropped + 1;
		end
	end
	for i, e in ipairs(kept) do room.queue[start + i - 1] = e; end
	room.last = start + #kept - 1;
	if not room.busy then
		room.tries = 0;
		self:forget_if_over(room);
	end
	if dropped == 0 then return; end
	self.size = self.size - dropped;
	self.counts.dropped = self.counts.dropped + dropped;
	self.crowded = true;
	self.options.on_drop(room.jid, dropped, not ended);
end

-- What the server has been told about a room: the body of its creation while it is open, and who is in it.
function sender:told(room_jid)
	local room = self.rooms[room_jid];
	if not room then return nil, {}; end
	local next_up = room.queue[room.first];
	local opening = next_up and next_up.type == "create" and next_up.body; -- perhaps already carried out
	return room.open or opening or nil, room.present;
end

-- Calls back once nothing waits any more, at once when that is now.
function sender:when_drained(done)
	if self.size == 0 then return done(); end
	t_insert(self.drained, done);
end

-- Forgets all pauses: at a shutdown there is no later.
function sender:hurry()
	self.gate = 0;
	for _, room in pairs(self.rooms) do
		if room.wait then
			room.wait();
			room.wait = nil;
			self:make_ready(room);
		end
	end
	self:pump();
end

-- Stops for good and returns what another sender needs to go on: a request that is in flight is asked again
-- under the same key.
function sender:save()
	self.stopped = true;
	local rooms = {};
	for jid, room in pairs(self.rooms) do
		if room.wait then room.wait(); end
		local events = {};
		for i = room.first, room.last do t_insert(events, room.queue[i]); end
		rooms[jid] = { events = events, present = room.present, open = room.open };
	end
	return { rooms = rooms, counts = self.counts };
end

function sender:restore(saved)
	self.counts = saved.counts or self.counts;
	for jid, old in pairs(saved.rooms or {}) do
		local room = new_room(jid);
		room.present, room.open = old.present, old.open;
		for i, e in ipairs(old.events) do room.queue[i] = e; end
		room.last = #old.events;
		self.size = self.size + #old.events;
		self.rooms[jid] = room;
		self:make_ready(room);
	end
	self:pump();
end

function sender:status()
	local waiting = 0;
	for _, room in pairs(self.rooms) do
		if length(room) > 0 then waiting = waiting + 1; end
	end
	return {
		up = self.up; why = self.why; queued = self.size; rooms = waiting; inflight = self.inflight;
		counts = self.counts;
	};
end

return function (rollcall_lib)
	lib = rollcall_lib;
	return new_sender;
end
