-- Reports who enters and leaves which room of this MUC component to a Rollcall server.
--
--   Component "conference.example.com" "muc"
--       modules_enabled = { "rollcall" }
--       rollcall_url = "http://127.0.0.1:8484"
--       rollcall_token = "…"
--
-- Works on Prosody 0.12 and 13, with and without Jitsi's modules. See README.md beside this file.

local async = require "util.async";
local http = require "net.http";
local jid = require "util.jid";
local json = require "util.json";
local random = require "util.random";
local time_now = require "util.time".now;
local timer = require "util.timer";
local uuid = require "util.uuid".generate;
local xpcall = require "util.xpcall".xpcall;

local lib = module:require "rollcall";
local new_sender = module:require "rollcall_sender" (lib);

local VERSION = "0.1.0";
local NICK = "http://jabber.org/protocol/nick";
local prosody = prosody;

if module:get_host_type() ~= "component" then
	error("mod_rollcall belongs on a MUC component, not on "..module.host, 0);
end
local muc = module:depends "muc";

-- ---------------------------------------------------------------------------------------------------------
-- Options

-- get_option_number, because the typed getters with bounds exist on 13 only.
local function number(name, default, lowest, highest)
	local value = module:get_option_number(name, default);
	if value and value >= lowest and value <= highest then return value; end
	module:log("error", "%s must be a number from %s to %s; using %s", name, lowest, highest, default);
	return default;
end

local url = module:get_option_string("rollcall_url");
if not url or not url:find("^https?://[^/%s]+") then
	error("rollcall_url must be set to the address of the Rollcall server, such as http://127.0.0.1:8484", 0);
end
url = url:gsub("/+$", ""):gsub("/api/v1$", "");

local token = module:get_option_string("rollcall_token");
local parallel = number("rollcall_parallel", 16, 1, 1000);
local timeout = number("rollcall_timeout", 10, 0.1, 600);
local max_delay = number("rollcall_retry_max", 30, 0.1, 3600);
local max_events = number("rollcall_queue_size", 50000, 100, 10000000);
local stop_wait = number("rollcall_stop_wait", 5, 0, 60);
local ghost_check = number("rollcall_ghost_check", 30, 0.1, 3600);
local main_muc = module:get_option_string("rollcall_main_muc", module:get_option_string("main_muc"));
local kind = module:get_option_string("rollcall_kind", lib.kind_of_host(module.host));
if kind ~= "conference" and kind ~= "breakout" and kind ~= "lobby" then
	module:log("error", "rollcall_kind must be conference, breakout or lobby; using conference");
	kind = "conference";
end

-- One for the whole process: keys of all MUC components are in one order, and a shutdown waits only once.
local process = module:shared "/*/rollcall/process";
process.boot = process.boot or lib.boot_id(time_now(), (uuid():gsub("%-.*", "")));
process.key = process.key or lib.keys(process.boot);
process.status = process.status or {}; -- by host
process.where = process.where or {}; -- real JID → room JID → the room's book

-- ---------------------------------------------------------------------------------------------------------
-- Books: what has been reported about each room, by room JID. Not kept on room or occupant objects: an
-- occupant is copied at every save, and a room is another object once the cache has evicted it.
--
-- book: { jid, name, kind, parent, session, at, occupants = { [room nick JID] = who }, nicks = { [JID] = room
-- nick JID }, pending = events before the session is settled, lost = given up for want of memory }

local books = {};
local live = setmetatable({}, { __mode = "v" }); -- room JID → room object, while anyone else holds it
-- Destroyed room objects. Changing one's nick alone in a room destroys it, and mod_muc then goes on with the
-- dead object and may even fire "joined" for it; nobody could ever leave such a room.
local gone = setmetatable({}, { __mode = "k" });
local sender;

local function now()
	return lib.milliseconds(time_now());
end

local function report(book, event)
	if book.lost then return; end
	if book.pending then
		table.insert(book.pending, event);
	else
		sender:push(event);
	end
end

-- The conference that a breakout or lobby room belongs to. Jitsi keeps the list of breakout rooms in the data
-- of the main room; a lobby has the same node as its room.
local function parent_of(room_jid)
	if kind == "conference" then return nil; end
	local node, host = jid.split(room_jid);
	local suffix = host:gsub("^[^.]+", "");
	for name, other in pairs(prosody.hosts) do
		local service = other.modules and other.modules.muc;
		local sibling = name:gsub("^[^.]+", "") == suffix and lib.kind_of_host(name) == "conference";
		if service and service.live_rooms and (main_muc == name or not main_muc and sibling) then
			for room in service.live_rooms() do
				local breakouts = room._data.breakout_rooms;
				if kind == "lobby" and jid.node(room.jid) == node
				or kind == "breakout" and type(breakouts) == "table" and breakouts[room_jid] then
					return room.jid;
				end
			end
		end
	end
end

-- Decides under which session the room is reported, once for its whole life: Jitsi's meeting id where there
-- is one by now. It may be overwritten later, so the choice is kept in the room's data, where it survives
-- eviction and, for a persistent room, a restart.
local function settle(book)
	local pending = book.pending;
	if not pending then return; end
	local room = book.room;
	book.room, book.pending = nil, nil;
	local data = room._data;
	data.rollcall_session = data.rollcall_session
		or lib.clean(data.meetingId, lib.limits.session) or uuid();
	book.session = data.rollcall_session;
	book.parent = parent_of(book.jid);
	sender:push(lib.create(book, book.at));
	for _, event in ipairs(pending) do sender:push(event); end
end

-- The room's book, opened now if this is the first that is heard of the room. For the first occupant "joined"
-- comes before "created", and under Jitsi's lock created may never come: whichever is first opens the book,
-- and its events wait for created (Jitsi sets the meeting id there) or for the end of this turn of the loop.
local function open_book(room, at)
	local node, host = jid.split(room.jid);
	if gone[room] or room._data.destroyed or not lib.is_meeting(node, host) then return nil; end
	live[room.jid] = room;
	local book = books[room.jid];
	if not book then
		book = {
			jid = room.jid; name = lib.clean(node or host, lib.limits.name); kind = kind; at = at;
			occupants = {}; nicks = {}; pending = {}; room = room;
		};
		books[room.jid] = book;
		timer.add_task(0, function () settle(book); end);
	end
	return book;
end

-- ---------------------------------------------------------------------------------------------------------
-- Occupants

local function text(stanza, name, xmlns, limit)
	return lib.clean(stanza and stanza:get_child_text(name, xmlns), limit);
end

local function role_of(occupant)
	-- The ledger knows two roles; a visitor takes part.
	return occupant.role == "moderator" and "moderator" or "participant";
end

local function user_agent(origin)
	if origin.websocket_request then
		return origin.websocket_request.headers.user_agent;
	end
	return origin.rollcall_user_agent; -- BOSH, see the hook below; TCP clients do not say
end

-- Everything there is to know is taken when someone joins: a kick, a ban and a destroyed room report a leave
-- without origin and stanza.
local function describe(occupant, stanza, origin)
	origin = origin or prosody.full_sessions[occupant.jid] or {};
	local user = type(origin.jitsi_meet_context_user) == "table" and origin.jitsi_meet_context_user or {};
	local id = user.id;
	local limits = lib.limits;
	local who = {
		jid = occupant.jid;
		role = role_of(occupant);
		avatar = text(stanza, "avatar-url", nil, limits.avatar);
		userAgent = lib.clean(user_agent(origin), limits.userAgent);
		ip = lib.clean(origin.ip, limits.ip);
		userId = lib.clean(type(id) == "number" and ("%.0f"):format(id) or id, limits.userId);
		email = text(stanza, "email", nil, limits.email) or lib.clean(user.email, limits.email);
		-- Not part of the report:
		token_name = lib.clean(user.name, limits.nick);
		client = origin.full_jid == occupant.jid;
	};
	who.nick = text(stanza, "nick", NICK, limits.nick) or who.token_name
		or lib.clean(jid.resource(occupant.nick), limits.nick) or occupant.jid;
	return who;
end

local function enter(book, nick, who, at)
	who.at = at;
	book.occupants[nick] = who;
	book.nicks[who.jid] = nick;
	local rooms = process.where[who.jid] or {};
	rooms[book.jid] = book;
	process.where[who.jid] = rooms;
	report(book, lib.join(book.jid, who, at));
end

local function forget(book, nick)
	local who = book.occupants[nick];
	book.occupants[nick] = nil;
	if book.nicks[who.jid] == nick then book.nicks[who.jid] = nil; end
	local rooms = process.where[who.jid];
	if rooms then
		rooms[book.jid] = nil;
		if next(rooms) == nil then process.where[who.jid] = nil; end
	end
	return who;
end

local function leave(book, nick, reason, at)
	local who = forget(book, nick);
	report(book, lib.leave(book.jid, who.jid, lib.clean(reason, lib.limits.reason), at));
end

-- Reports what differs from what was reported last: a broadcast also comes for unchanged presence.
local function update(book, nick, occupant, stanza, at)
	local who, changes = book.occupants[nick], {};
	local limits = lib.limits;
	local values = {
		nick = text(stanza, "nick", NICK, limits.nick) or who.token_name
			or lib.clean(jid.resource(nick), limits.nick);
		email = text(stanza, "email", nil, limits.email);
		role = role_of(occupant);
	};
	for field, value in pairs(values) do
		if value ~= who[field] then
			changes[field] = value;
			who[field] = value;
		end
	end
	if next(changes) ~= nil then
		report(book, lib.update(book.jid, who.jid, changes, at));
	end
end

-- Two sessions of one bare JID share an occupant, reported under the JID of the first. If that session left
-- and comes back by itself, the JID is wanted for the newcomer: who stayed goes on under the JID they have.
local function free_jid(book, room, real_jid, at)
	local nick = book.nicks[real_jid];
	if not nick then return; end
	local other = room:get_occupant_by_nick(nick);
	leave(book, nick, "left", at);
	if other and other.jid and other.jid ~= real_jid then
		enter(book, nick, describe(other, other:get_presence()), at);
	end
end

local function joined(room, occupant, stanza, origin, at)
	local book = open_book(room, at);
	if not book then return; end
	local nick = occupant.nick;
	local known = book.occupants[nick];
	if known and occupant.sessions[known.jid] then
		return update(book, nick, occupant, stanza, at);
	elseif known then
		leave(book, nick, "left", at);
	end
	free_jid(book, room, occupant.jid, at);
	enter(book, nick, describe(occupant, stanza, origin), at);
end

-- Is this person, leaving a room, in another room of the same meeting that they entered later? Going to the
-- lobby is no switching: moderators sit there as well, to let others in.
local function is_switching(book, who)
	local function meeting(b) return b.parent or b.kind == "conference" and b.jid; end
	for _, other in pairs(process.where[who.jid] or {}) do
		if other ~= book and other.kind ~= "lobby" and meeting(book) and meeting(other) == meeting(book) then
			local there = other.occupants[other.nicks[who.jid]];
			if there and there.at >= who.at then return true; end
		end
	end
	return false;
end

local function leave_reason(book, who, event)
	if who.reason then return who.reason; end -- the room said why
	if event.room.destroying then return "room-ended"; end
	if event.stanza then
		-- The connection ended, and Prosody says goodbye in the name of the client.
		if event.origin and event.origin.destroyed then return "disconnected"; end
		if event.stanza:get_child_text("status") == "switch_room" then return "switched"; end -- Jitsi's word
	end
	return is_switching(book, who) and "switched" or "left";
end

-- Makes the book agree with the room: after a load in the middle of meetings, a reload (also of mod_muc), or
-- when the room comes back from storage. What happened meanwhile happened at an unknown time: now.
local function reconcile(room, at)
	local book = books[room.jid];
	if book then
		live[room.jid] = room;
		local left = {};
		for nick in pairs(book.occupants) do
			if not room:get_occupant_by_nick(nick) then table.insert(left, nick); end
		end
		for _, nick in ipairs(left) do leave(book, nick, "left", at); end
	end
	for nick, occupant in room:each_occupant() do
		if book and book.occupants[nick] then
			update(book, nick, occupant, occupant:get_presence(), at);
		else
			joined(room, occupant, occupant:get_presence(), nil, at);
		end
	end
end

local function close(book, reason, at)
	settle(book);
	for nick in pairs(book.occupants) do forget(book, nick); end -- the server lets them leave with the room
	books[book.jid] = nil;
	local ending = lib.ending(book, at, lib.clean(reason, lib.limits.reason));
	if book.lost and not sender:told(book.jid) then return; end -- the server never heard of this meeting
	sender:push(ending);
end

-- ---------------------------------------------------------------------------------------------------------
-- The way out

-- A new connection for every request. The client of 13 could keep them open (connection_pooling), but puts the
-- connection of a cancelled request back among the free ones: the late answer to that would be taken for the
-- answer to the next request.
local function request(event, callback)
	local headers = {
		-- Spelled like this, or the client adds a second one of its own.
		["Content-Type"] = "application/json";
		["Idempotency-Key"] = event.key;
	};
	if token then headers["Authorization"] = "Bearer "..token; end
	-- The client throws for https without LuaSec; that is a failure like any other.
	local ok, open = pcall(http.request, url..event.path, {
		method = event.method; headers = headers; body = json.encode(event.body);
	}, function (body, code, response)
		local answer = code ~= 0 and response and response.headers or {};
		if code == 422 then
			module:log("error", "Event %s is not valid: %s", event.key,
				answer["x-validation-error"] or answer.x_validation_error or "the server does not say why");
		end
		callback(code, body, tonumber(answer["retry-after"] or answer.retry_after));
	end);
	if not ok then callback(0, tostring(open)); end
	return function ()
		-- A request that is still connecting cannot be cancelled; its answer is ignored.
		if ok and open and open.cancel then open:cancel("timeout"); end
	end;
end

local function fresh_session(room_jid, old)
	local base = (old or uuid()):gsub("%.%x+$", ""):sub(1, 230);
	local session = ("%s.%012x"):format(base, now());
	local book, room = books[room_jid], live[room_jid];
	if book and book.session == old then
		book.session = session;
		if room then room._data.rollcall_session = session; end
	end
	return session;
end

local failed = { invalid = true, ["too-large"] = true, unsupported = true, refused = true };
local function on_verdict(event, verdict, tries, recovering)
	module:log("debug", "%s %s: %s after %d retries", event.type, event.room, verdict, tries);
	if recovering then
		module:log("warn", "The server had closed a meeting that goes on; reporting it under a new session (%s)", event.key);
	elseif failed[verdict] or event.type == "join" and verdict == "no-room" then
		module:log("error", "The server did not take event %s (%s): %s", event.key, event.type, verdict);
	end
end

local function on_state(up, why)
	if up then
		module:log("info", "The Rollcall server answers again; %d events wait", sender.size);
	else
		module:log("warn", "The Rollcall server does not answer as it should (%s); events wait in memory and are sent again", why);
	end
end

local function on_drop(room_jid, count, goes_on)
	module:log("error", "More than %d events wait: gave up %d events of the meeting that waited longest", max_events, count);
	local book = books[room_jid];
	if book and goes_on then book.lost = true; end
end

-- There is room again: meetings that were given up and still go on are told anew, as they are now.
local function on_room_again()
	for _, book in pairs(books) do
		if book.lost then
			book.lost = nil;
			local open, present = sender:told(book.jid);
			if not open then sender:push(lib.create(book, book.at)); end
			for real_jid in pairs(present) do
				if not book.nicks[real_jid] then
					sender:push(lib.leave(book.jid, real_jid, "left", now()));
				end
			end
			for _, who in pairs(book.occupants) do
				local told = present[who.jid];
				if not told then
					sender:push(lib.join(book.jid, who, who.at));
				else
					sender:push(lib.update(book.jid, who.jid, who, now()));
				end
			end
		end
	end
end

sender = new_sender {
	now = time_now;
	random = function () return random.bytes(1):byte() / 256; end;
	-- util.timer and not module:add_timer: what is still queued goes out even after the module was unloaded.
	timer = function (seconds, callback)
		local id = timer.add_task(seconds, function () callback(); end);
		return function () timer.stop(id); end;
	end;
	request = request; key = process.key; fresh = fresh_session;
	parallel = parallel; timeout = timeout; first_delay = 0.5; max_delay = max_delay; max_events = max_events;
	on_drop = on_drop; on_room_again = on_room_again; on_state = on_state; on_verdict = on_verdict;
};

-- ---------------------------------------------------------------------------------------------------------
-- Hooks

-- Whatever may be wrong here must not keep anyone from joining: an error would end the handling of the stanza.
local function hook(name, handler, priority)
	module:hook(name, function (event)
		local ok, err = xpcall(handler, debug.traceback, event);
		if not ok then module:log("error", "In %s: %s", name, err); end
	end, priority);
end

-- After Jitsi's handler at 0, which sets the meeting id.
hook("muc-room-created", function (event)
	local book = open_book(event.room, now());
	if book then settle(book); end
end, -100);

hook("muc-occupant-joined", function (event)
	joined(event.room, event.occupant, event.stanza, event.origin, now());
end, 100);

-- The only place that tells a change of role, nick or email, and why someone is put out.
hook("muc-broadcast-presence", function (event)
	local room, occupant = event.room, event.occupant;
	local book = not gone[room] and books[room.jid];
	local who = book and book.occupants[occupant.nick];
	if not who then return; end
	if event.x and event.x.childtags then
		for status in event.x:childtags("status") do
			local code = status.attr.code;
			if code == "303" and event.nick then
				who.renamed = room.jid.."/"..event.nick;
			elseif occupant.role == nil then
				who.reason = lib.reason_of_code(code) or who.reason;
			end
		end
	end
	if occupant.role ~= nil and event.stanza.attr.type == nil then
		update(book, occupant.nick, occupant, event.stanza, now());
	end
end, 100); -- first: a handler that returns something keeps the others from being called

-- Before mod_muc's handler at -1, which destroys the room when this was the last one.
hook("muc-occupant-left", function (event)
	local book, nick = books[event.room.jid], event.occupant.nick;
	local who = not gone[event.room] and book and book.occupants[nick];
	if not who then return; end
	if who.renamed then
		-- A change of nick: left is fired for the old one, and joined for the new one only sometimes.
		book.occupants[nick], book.occupants[who.renamed] = nil, who;
		book.nicks[who.jid] = who.renamed;
		who.renamed = nil;
		return;
	end
	leave(book, nick, leave_reason(book, who, event), now());
end, 100);

-- Before the handler at -10 that leaves a tombstone for a persistent room and stops the rest. A rejected
-- breakout room is destroyed without ever having been created: it has no book.
hook("muc-room-destroyed", function (event)
	local room = event.room;
	if gone[room] then return; end
	gone[room] = true;
	if room._data.destroyed then return; end -- a tombstone, not a meeting
	local book = books[room.jid];
	if book then close(book, event.reason, now()); end
end, 100);

-- From storage, after an eviction (with occupants) or a restart (without). An empty room is reported when
-- someone enters it.
hook("muc-room-restored", function (event)
	reconcile(event.room, now());
end, -100);

-- A BOSH session does not keep the request that opened it.
module:hook_global("bosh-session", function (event)
	event.session.rollcall_user_agent = event.request.headers.user_agent;
end);

-- On 13 a failed resume (XEP-0198) leaves an occupant whose session is gone, and no leave is fired before the
-- server stops. Looked at twice before it is believed.
local function find_ghosts()
	local at = now();
	for room_jid, book in pairs(books) do
		local room, ghosts = live[room_jid], {};
		for nick, who in pairs(room and book.occupants or {}) do
			local alive = not who.client or prosody.full_sessions[who.jid] ~= nil;
			local occupant = not alive and room:get_occupant_by_nick(nick); -- a copy, so only when needed
			alive = alive or not occupant;
			for real_jid in pairs(occupant and occupant.sessions or {}) do
				alive = alive or prosody.full_sessions[real_jid] ~= nil;
			end
			if alive then
				who.missing = nil;
			elseif who.missing then
				table.insert(ghosts, nick);
			else
				who.missing = at;
			end
		end
		for _, nick in ipairs(ghosts) do leave(book, nick, "disconnected", book.occupants[nick].missing); end
	end
	return ghost_check;
end
module:add_timer(ghost_check, find_ghosts);

-- After the sessions have been closed (-100), which makes people leave, and before mod_muc saves (-300).
module:hook_global("server-stopping", function ()
	for _, book in pairs(books) do settle(book); end
	if sender.size > 0 and async.ready() then
		process.stop_by = process.stop_by or time_now() + stop_wait;
		sender:hurry();
		local wait, done = async.waiter(1, true);
		sender:when_drained(done);
		timer.add_task(math.max(0, process.stop_by - time_now()), function () done(); end);
		wait();
	end
	if sender.size > 0 then
		module:log("error", "Stopping with %d events that could not be sent", sender.size);
	end
end, -200);

-- ---------------------------------------------------------------------------------------------------------
-- Load, reload, unload

local function snapshot()
	local at = now();
	-- Rooms that we know first: after a reload of mod_muc they are only in storage until someone asks.
	local known = {};
	for room_jid, book in pairs(books) do table.insert(known, { room_jid, book }); end
	for _, entry in ipairs(known) do
		if not muc.get_room_from_jid(entry[1]) and books[entry[1]] == entry[2] then
			close(entry[2], nil, at);
		end
	end
	for room in muc.live_rooms() do reconcile(room, at); end
end

function module.load()
	module:log("info", "Rollcall module %s reports to %s (%s rooms; %d requests at once, %d events at most in memory)",
		VERSION, url:gsub("//[^/@]*@", "//"), kind, parallel, max_events);
	if not module.reloading then snapshot(); end
end

function module.save()
	for _, book in pairs(books) do settle(book); end
	return { format = 1, books = books, sender = sender:save(), process = process };
end

function module.restore(saved)
	if saved.format == 1 then
		books = saved.books;
		sender:restore(saved.sender);
	end
	snapshot();
end

function module.unload()
	process.status[module.host] = nil;
	if module.reloading then return; end
	for _, book in pairs(books) do
		settle(book);
		for nick in pairs(book.occupants) do forget(book, nick); end
	end
	if sender.size > 0 then
		module:log("warn", "Unloaded with %d events waiting; they are still being sent", sender.size);
	end
end

-- ---------------------------------------------------------------------------------------------------------
-- Shell: prosodyctl shell "rollcall:status()"

process.status[module.host] = function ()
	local s = sender:status();
	local rooms, occupants = 0, 0;
	for _, book in pairs(books) do
		rooms = rooms + 1;
		for _ in pairs(book.occupants) do occupants = occupants + 1; end
	end
	local c = s.counts;
	return ("%s: %s; now %d rooms, %d occupants; waiting %d events of %d rooms, %d in flight; "
		.."answered %d, retried %d, refused %d, given up %d, reopened %d"):format(module.host,
		s.up and "reachable" or "NOT reachable ("..tostring(s.why)..")", rooms, occupants, s.queued, s.rooms,
		s.inflight, c.sent, c.retried, c.refused, c.dropped, c.recovered);
end;

local shell = module:shared "/*/admin_shell/env";
shell.rollcall = {
	status = function (self)
		local lines = 0;
		for _, line in pairs(process.status) do
			self.session.print(line());
			lines = lines + 1;
		end
		return true, lines.." MUC components report to Rollcall";
	end;
};
