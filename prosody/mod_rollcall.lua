-- Reports who enters and leaves which room of this MUC component to a Rollcall server.
--
--   Component "conference.example.com" "muc"
--       modules_enabled = { "rollcall" }
--       rollcall_url = "http://127.0.0.1:8484"
--       rollcall_token = "…"
--
-- Works on Prosody 0.12 and 13, with and without Jitsi's modules. See README.md beside this file.

local async = require "util.async";
local json = require "util.json";
local random = require "util.random";
local time_now = require "util.time".now;
local timer = require "util.timer";
local uuid = require "util.uuid".generate;
local xpcall = require "util.xpcall".xpcall;

local lib = module:require "rollcall";
local new_agreement = module:require "rollcall_agreement" (lib);
local new_alive = module:require "rollcall_alive";
local new_books = module:require "rollcall_books";
local new_files = module:require "rollcall_files";
local new_queue = module:require "rollcall_queue";
local new_request = module:require "rollcall_request";
local new_sender = module:require "rollcall_sender" (lib);
local new_spool = module:require "rollcall_spool";
local people = module:require "rollcall_people" (lib);

local VERSION = "0.1.0";

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
local folder = module:get_option_path("rollcall_spool", "rollcall", "data");
local spool_size = number("rollcall_spool_size", 64, 0.01, 4096);
local timeout = number("rollcall_timeout", 10, 0.1, 600);
local max_delay = number("rollcall_retry_max", 30, 0.1, 3600);
local heartbeat = number("rollcall_heartbeat", 30, 0.1, 3600);
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

local function now()
	return lib.milliseconds(time_now());
end

-- ---------------------------------------------------------------------------------------------------------
-- The way out: books → queue (and its file) → sender

local files = new_files(folder, lib.encode(module.host));
local alive = new_alive { path = files.base..".alive"; private = files.private };
local queue, sender, books, agreement;

local function log(...)
	module:log(...);
end

local function push(event, held)
	local entry = lib.entry(event, process.key(), json.encode);
	queue:push(entry, held);
	sender:pump();
	return entry;
end

local function on_state(up, why)
	if up then
		module:log("info", "The Rollcall server answers again; %d events wait", queue.count);
	else
		module:log("warn", "The Rollcall server does not answer as it should (%s); events wait and are sent again", why);
	end
end

local function on_divided(n, code)
	module:log("warn", "A batch of %d events was answered with status %d; it is sent in parts", n, code);
end

local function on_drop(meetings)
	local events = 0;
	for _, meeting in ipairs(meetings) do
		events = events + meeting.dropped;
		local book = meeting.live and books.by_jid(meeting.room);
		if book then book.lost = meeting.known and "known" or "unknown"; end
	end
	module:log("error", "More than %s MiB wait: gave up %d events of the %d meetings that waited longest",
		spool_size, events, #meetings);
end

-- Whatever may be wrong in our own code must not stop the sender or keep anyone from joining.
local function guarded(name, f)
	return function (...)
		local ok, result = xpcall(f, debug.traceback, ...);
		if ok then return result; end
		module:log("error", "In %s: %s", name, result);
	end;
end

local spool = new_spool { path = files.base..".spool"; now = time_now; private = files.private; log = log };
queue = new_queue { spool = spool; max_bytes = spool_size * 1024 * 1024; on_drop = guarded("on_drop", on_drop) };
sender = new_sender {
	queue = queue; now = time_now; timeout = timeout; first_delay = 0.5; max_delay = max_delay;
	random = function () return random.bytes(1):byte() / 256; end;
	timer = function (seconds, callback)
		local id = timer.add_task(seconds, function () callback(); end);
		return function () timer.stop(id); end;
	end;
	request = new_request(url, token); on_state = on_state; on_divided = on_divided;
	on_verdict = guarded("on_verdict", function (...) agreement:on_verdict(...); end);
	on_room_again = guarded("on_room_again", function () agreement:snapshot(); end);
};
books = new_books(lib, people, {
	kind = kind; main_muc = main_muc; where = process.where; now = now; push = push;
	replace = function (entry, event)
		queue:replace(entry, lib.entry(event, entry.key, json.encode));
		sender:pump();
	end;
	release = function (entry)
		queue:release(entry);
		sender:pump();
	end;
});
agreement = new_agreement {
	host = module.host; boot = process.boot; interval = heartbeat; now = time_now; log = log; queue = queue;
	books = books; push = push; encode = json.encode; reject = files.reject;
};

-- ---------------------------------------------------------------------------------------------------------
-- Hooks

local function hook(name, handler, priority)
	module:hook(name, guarded(name, handler), priority);
end

-- After Jitsi's handler at 0, which sets the meeting id.
hook("muc-room-created", function (event)
	local book = books.open(event.room, now(), true);
	if book then books.settle(book); end
end, -100);

hook("muc-occupant-joined", function (event)
	books.joined(event.room, event.occupant, event.stanza, event.origin, now());
end, 100);

-- The only place that tells a change of role, nick or email, and why someone is put out.
hook("muc-broadcast-presence", function (event)
	local room, occupant = event.room, event.occupant;
	local book = books.of(room);
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
		books.update(book, occupant.nick, occupant, event.stanza, now());
	end
end, 100); -- first: a handler that returns something keeps the others from being called

local function leave_reason(book, who, event)
	if who.reason then return who.reason; end -- the room said why
	if event.room.destroying then return "room-ended"; end
	if event.stanza then
		-- The connection ended, and Prosody says goodbye in the name of the client.
		if event.origin and event.origin.destroyed then return "disconnected"; end
		if event.stanza:get_child_text("status") == "switch_room" then return "switched"; end -- Jitsi's word
	end
	return books.is_switching(book, who) and "switched" or "left";
end

-- Before mod_muc's handler at -1, which destroys the room when this was the last one.
hook("muc-occupant-left", function (event)
	local book, nick = books.of(event.room), event.occupant.nick;
	local who = book and book.occupants[nick];
	if not who then return; end
	if who.renamed then
		-- A change of nick: left is fired for the old one, and joined for the new one only sometimes.
		local new = who.renamed;
		who.renamed = nil;
		return books.rename(book, nick, new);
	end
	books.leave(book, nick, leave_reason(book, who, event), now());
end, 100);

-- Before the handler at -10 that leaves a tombstone for a persistent room and stops the rest. A rejected
-- breakout room is destroyed without ever having been created: it has no book.
hook("muc-room-destroyed", function (event)
	books.destroyed(event.room, event.reason, now());
end, 100);

-- From storage, after an eviction (with occupants) or a restart (without). An empty room is reported when
-- someone enters it.
hook("muc-room-restored", function (event)
	books.reconcile(event.room, now());
end, -100);

-- A BOSH session does not keep the request that opened it.
module:hook_global("bosh-session", function (event)
	event.session.rollcall_user_agent = event.request.headers.user_agent;
end);

-- ---------------------------------------------------------------------------------------------------------
-- Timers; these end with the module

local told_alive = false;
local function write_alive()
	local rooms, occupants = books.count();
	local ok, err = alive:write(process.boot, now(), rooms, occupants);
	if ok then
		told_alive = false;
	elseif not told_alive then
		told_alive = true;
		module:log("error", "Cannot write %s: %s", alive.path, err);
	end
end

local function every(seconds, name, f)
	f = guarded(name, f);
	module:add_timer(seconds, function ()
		f();
		return seconds;
	end);
end

every(heartbeat, "heartbeat", function () agreement:heartbeat(); end);
every(1, "alive", function ()
	write_alive();
	spool:mend(queue);
end);
every(ghost_check, "ghosts", function ()
	for _, ghost in ipairs(books.ghosts(now())) do
		books.leave(ghost.book, ghost.nick, "disconnected", ghost.since);
	end
end);

-- After the sessions have been closed (-100), which makes people leave, and before mod_muc saves (-300).
module:hook_global("server-stopping", function ()
	books.settle_all();
	if queue.count > 0 and async.ready() then
		process.stop_by = process.stop_by or time_now() + stop_wait;
		sender:hurry();
		local wait, done = async.waiter(1, true);
		sender:when_drained(done);
		timer.add_task(math.max(0, process.stop_by - time_now()), function () done(); end);
		wait();
	end
	if queue.count > 0 then
		module:log("warn", "Stopping while %d events wait; they are kept in %s and sent after the next start",
			queue.count, spool.path);
	end
	write_alive();
end, -200);

-- ---------------------------------------------------------------------------------------------------------
-- Load, reload, unload

-- Everything that the server does not know comes first: what waits in the file, until when the former process
-- was alive, and what is true now. Only then can anything happen.
local function start(saved)
	local former = alive:read();
	local lines, facts = queue:load();
	if not lines then
		module:log("error", "Cannot read %s: %s", spool.path, facts);
		spool:failed(facts);
	elseif facts.broken > 0 then
		module:log("error", "%d lines of %s could not be understood and are left out", facts.broken, spool.path);
	end
	agreement:speak_for(former);
	books.load(muc, saved);
	agreement:snapshot(true);
	agreement:heartbeat();
	write_alive();
	module:log("info", "%s holds %d bytes; %d events wait, %d of them from before", spool.path, spool.size,
		queue.count, lines and #lines or 0);
end

function module.load()
	module:log("info", "Rollcall module %s reports to %s (%s rooms)", VERSION, url:gsub("//[^/@]*@", "//"), kind);
	if not module.reloading then start(nil); end
end

local FORMAT = 2;

function module.save()
	local saved = { format = FORMAT, books = books.save(), counts = sender:stop(), dropped = queue.dropped };
	queue:close(); -- the new instance reads the file, as after a crash
	alive:close();
	return saved;
end

function module.restore(saved)
	if saved.format ~= FORMAT then saved = {}; end
	sender.counts = saved.counts or sender.counts;
	queue.dropped = saved.dropped or queue.dropped;
	start(saved.books);
end

function module.unload()
	process.status[module.host] = nil;
	if module.reloading then return; end
	books.settle_all();
	books.forget_all();
	sender:stop();
	if queue.count > 0 then
		module:log("warn", "Unloaded while %d events wait; they are kept in %s", queue.count, spool.path);
	end
	queue:close();
	alive:close();
end

-- ---------------------------------------------------------------------------------------------------------
-- Shell: prosodyctl shell "rollcall:status()"

process.status[module.host] = function ()
	local rooms, occupants = books.count();
	local oldest = queue:oldest();
	local c = sender.counts;
	return ("%s: %s; now %d rooms, %d occupants; waiting %d events%s; in sync: %s; %s, %d bytes%s; answered %d, "
		.."retried %d, refused %d, given up %d, set aside %d, snapshots %d, write failures %d"):format(module.host,
		sender.up and "reachable" or "NOT reachable ("..tostring(sender.why)..")", rooms, occupants, queue.count,
		oldest and (", the oldest for %.0f s"):format(math.max(0, (now() - oldest.at) / 1000)) or "", agreement.state,
		spool.path, spool.size, spool.broken and " (NOT writable)" or "", c.answered, c.retried, c.refused,
		queue.dropped, c.aside, c.snapshots, spool.failures);
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
