-- Keeps the server in agreement with what is true here: heartbeats tell whether it is, snapshots see to it.
--
-- options
--   host, boot
--   interval             seconds between two heartbeats
--   now()                seconds
--   log(level, text, …)
--   queue, books         rollcall_queue.lib.lua, rollcall_books.lib.lua
--   push(event)          reports an event
--   encode               JSON
--   reject(entry)        keeps what the server did not take and never will

local lib; -- rollcall.lib.lua, handed in at the end of this file
local agreement = {};
agreement.__index = agreement;

-- Seconds until the next snapshot, where the server did not take the last one: it would not take this one either.
local AGAIN = 600;

local function new_agreement(options)
	return setmetatable({
		options = options; state = "not known"; last_repair = nil; no_snapshot_until = 0; told_missing = false;
	}, agreement);
end

local function milliseconds(self)
	return lib.milliseconds(self.options.now());
end

-- After it the server knows what is true here, whatever it knew before. One that waits already does as well,
-- unless meetings were given up since.
function agreement:snapshot(always)
	local o = self.options;
	if o.queue:waits("sync") and not (always or o.books.any_lost()) then return; end
	o.push(lib.sync(o.host, o.boot, o.books.snapshot(), milliseconds(self), o.encode));
end

-- Its numbers are those at its place in the queue, so they are exact when it is judged.
function agreement:heartbeat()
	local o = self.options;
	if o.queue:waits("heartbeat") then return; end
	o.books.settle_all();
	local rooms, occupants = o.books.count();
	o.push(lib.heartbeat("heartbeat", o.host, o.boot, rooms, occupants, milliseconds(self)));
end

-- Says until when the former process was alive, in its name: what it could not report any more ended then.
function agreement:speak_for(former)
	local o = self.options;
	if not former or former.boot == o.boot then return; end
	o.push(lib.heartbeat("former", o.host, former.boot, former.rooms, former.occupants, former.at));
end

-- An answer has shown that the server knows less than it was told.
local function repair(self)
	local now = self.options.now();
	if self.last_repair and now < self.last_repair + self.options.interval then return; end
	if now < self.no_snapshot_until then return; end
	self.last_repair = now;
	self.options.log("warn", "The server knows less than it was told; a snapshot follows");
	self:snapshot();
end

local function on_sync(self, verdict, body)
	if verdict ~= "success" then
		if verdict ~= "missing" then self.no_snapshot_until = self.options.now() + AGAIN; end
		return;
	end
	local function count(name) return tonumber(body:match('"'..name..'"%s*:%s*(%d+)')) or 0; end
	local created, ended = count "roomsCreated", count "roomsEnded";
	local joined, left = count "occupantsJoined", count "occupantsLeft";
	if created + ended + joined + left > 0 then
		self.options.log("info", "The snapshot mended the ledger: rooms created %d, ended %d, occupants joined %d, left %d",
			created, ended, joined, left);
	end
end

local function on_heartbeat(self, verdict, body)
	if verdict ~= "success" then
		self.state = "not known";
	elseif body:match('"inSync"%s*:%s*false') then
		self.state = "no";
		if self.options.now() >= self.no_snapshot_until then self:snapshot(); end
	else
		self.state = "yes";
	end
end

local forgotten = { join = "no-room", update = "no-occupant", leave = "no-occupant" };

function agreement:on_verdict(entry, verdict, body)
	local o, kind = self.options, entry.type;
	o.log("debug", "%s %s %s: %s", entry.key, kind, entry.room, verdict);
	if verdict == "missing" then
		if not self.told_missing then
			self.told_missing = true;
			o.log("warn", "The server does not know heartbeats or snapshots; it is older than this module");
		end
	elseif verdict == "aside" or lib.is_refusal(verdict) or kind == "join" and verdict == "no-room" then
		o.log("error", "The server did not take event %s (%s): %s", entry.key, kind, verdict);
		if entry.room ~= "" then o.reject(entry); end
	end
	if kind == "sync" then
		on_sync(self, verdict, body);
	elseif kind == "heartbeat" then
		on_heartbeat(self, verdict, body);
	elseif forgotten[kind] == verdict then
		local book = o.books.by_jid(entry.room);
		if book and not book.lost then repair(self); end
	end
end

return function (rollcall_lib)
	lib = rollcall_lib;
	return new_agreement;
end
