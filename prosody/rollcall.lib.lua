-- What may be written into an event, what an answer means, how long to wait. Needs no Prosody: it runs under
-- plain Lua, where it is tested.
--
-- An event is a plain table: { type, method, path, body, at, room }.
--   type: "create" | "end" | "join" | "update" | "leave", and "sync" | "heartbeat" | "former", which are of the
--   whole host; at: epoch milliseconds; room: the room's JID, "" for the whole host.
-- An entry is an event as it waits: { type, at, room, key, json }, where json is what stands for it in a batch.

local floor, min = math.floor, math.min;
local t_concat = table.concat;

local lib = {};

-- ---------------------------------------------------------------------------------------------------------
-- Strings

-- Bytes of UTF-8 that the server accepts. It refuses what is longer, and a refused join is a lost attendance.
lib.limits = {
	name = 1023; nick = 1023; email = 320; avatar = 2048; userAgent = 2048; ip = 64;
	reason = 255; session = 255; userId = 1023;
};

-- Length of the well-formed UTF-8 sequence that starts at byte i, or nil (RFC 3629: no overlong forms, no
-- surrogates, nothing above U+10FFFF).
local function sequence_length(s, i)
	local a, b, c, d = s:byte(i, i + 3);
	local function tail(byte) return byte and byte >= 0x80 and byte <= 0xBF; end
	if a < 0x80 then
		return 1;
	elseif a >= 0xC2 and a <= 0xDF then
		return tail(b) and 2 or nil;
	elseif a >= 0xE0 and a <= 0xEF then
		if not (tail(b) and tail(c)) then return nil; end
		if a == 0xE0 and b < 0xA0 or a == 0xED and b > 0x9F then return nil; end
		return 3;
	elseif a >= 0xF0 and a <= 0xF4 then
		if not (tail(b) and tail(c) and tail(d)) then return nil; end
		if a == 0xF0 and b < 0x90 or a == 0xF4 and b > 0x8F then return nil; end
		return 4;
	end
	return nil;
end

-- Control characters (C0, DEL, C1) become spaces, broken UTF-8 becomes U+FFFD, spaces at the ends go, and the
-- rest is cut at a character boundary. Returns nil for what is not a string or empty afterwards.
function lib.clean(s, limit)
	if type(s) ~= "string" then return nil; end
	local out, size, i = {}, 0, 1;
	-- Nothing beyond this can be kept (a character is at most four bytes, leading spaces aside).
	local last = min(#s, limit * 4 + 64);
	while i <= last do
		local n = sequence_length(s, i);
		local char;
		if not n then
			char, n = "\239\191\189", 1;
		else
			char = s:sub(i, i + n - 1);
			local a, b = char:byte(1, 2);
			if a < 0x20 or a == 0x7F or (a == 0xC2 and b < 0xA0) then char = " "; end
		end
		i = i + n;
		if not (size == 0 and char == " ") then
			if size + #char > limit then break; end
			size = size + #char;
			out[#out + 1] = char;
		end
	end
	local cleaned = t_concat(out):gsub(" +$", "");
	if cleaned == "" then return nil; end
	return cleaned;
end

-- Every byte outside the unreserved ones: a JID may hold "/" and "%", and the server decodes exactly once.
function lib.encode(s)
	return (s:gsub("[^A-Za-z0-9%-%._~]", function (char) return ("%%%02X"):format(char:byte()); end));
end

-- ---------------------------------------------------------------------------------------------------------
-- What is a meeting

-- Jicofo tests itself in rooms of its own, and bridges and recorders gather in breweries on the internal MUC.
-- "…brewery" on an ordinary MUC is somebody's meeting.
function lib.is_meeting(node, host)
	if node and node:sub(1, 21) == "__jicofo-health-check" then return false; end
	if node and host:find("^internal[%.%-]") and node:find("brewery$") then return false; end
	return true;
end

-- Which kind of room a MUC host has, by the names that Jitsi's packages give their hosts.
function lib.kind_of_host(host)
	if host:find("^breakout[%.%-]") then return "breakout"; end
	if host:find("^lobby[%.%-]") then return "lobby"; end
	return "conference";
end

-- Why someone left, from the status codes of the room's last word about them.
local codes = {
	["301"] = "banned"; ["307"] = "kicked"; ["321"] = "affiliation changed"; ["322"] = "members only";
	["332"] = "shutdown"; ["333"] = "disconnected";
};
function lib.reason_of_code(code)
	return codes[code];
end

-- ---------------------------------------------------------------------------------------------------------
-- Events

local function event(kind, method, path, body, at, room)
	body.at = at;
	return { type = kind, method = method, path = path, body = body, at = at, room = room };
end

function lib.create(book, at)
	return event("create", "POST", "/api/v1/rooms", {
		name = book.name; session = book.session; jid = book.jid; kind = book.kind; parentJid = book.parent;
	}, at, book.jid);
end

function lib.ending(book, at, reason)
	return event("end", "DELETE", "/api/v1/rooms/"..lib.encode(book.session), {
		jid = book.jid; reason = reason;
	}, at, book.jid);
end

-- What is said of someone who is in a room, in a join and in a snapshot.
function lib.stay(who)
	return {
		jid = who.jid; nick = who.nick; role = who.role; email = who.email; avatar = who.avatar;
		userAgent = who.userAgent; ip = who.ip; userId = who.userId; at = who.at;
	};
end

function lib.join(room_jid, who, at)
	local body = lib.stay(who);
	body.roomJid = room_jid;
	return event("join", "POST", "/api/v1/occupants", body, at, room_jid);
end

function lib.update(room_jid, jid, changes, at)
	return event("update", "PUT", "/api/v1/occupants/"..lib.encode(jid), {
		roomJid = room_jid; nick = changes.nick; role = changes.role; email = changes.email;
	}, at, room_jid);
end

function lib.leave(room_jid, jid, reason, at)
	return event("leave", "DELETE", "/api/v1/occupants/"..lib.encode(jid), {
		roomJid = room_jid; reason = reason;
	}, at, room_jid);
end

-- That this process ("heartbeat"), or the one before it ("former"), was alive at that time.
function lib.heartbeat(kind, host, boot, rooms, occupants, at)
	return event(kind, "POST", "/api/v1/heartbeat", {
		host = host; bootId = boot; rooms = rooms; occupants = occupants;
	}, at, "");
end

-- All live rooms of the host. The lists are put together by hand: an empty table would be encoded as {}.
function lib.sync(host, boot, rooms, at, encode)
	local list = {};
	for _, room in ipairs(rooms) do
		local people = {};
		for _, who in ipairs(room.occupants) do people[#people + 1] = encode(lib.stay(who)); end
		local head = encode {
			session = room.session; jid = room.jid; name = room.name; kind = room.kind; parentJid = room.parent;
			at = room.at;
		};
		list[#list + 1] = head:sub(1, -2)..',"occupants":['..t_concat(people, ",").."]}";
	end
	local head = encode { host = host; bootId = boot; at = at };
	local text = head:sub(1, -2)..',"rooms":['..t_concat(list, ",").."]}";
	return { type = "sync", method = "POST", path = "/api/v1/sync", text = text, at = at, room = "" };
end

local CALL = '{"method":"%s","path":"%s","body":%s,"idempotencyKey":"%s"}';

function lib.entry(e, key, encode)
	return {
		type = e.type; at = e.at; room = e.room; key = key;
		json = CALL:format(e.method, e.path, e.text or encode(e.body), key);
	};
end

-- The other way round: method, path, body and key, for sending an entry by itself.
function lib.call(text)
	return text:match('^{"method":"(%u+)","path":"([^"]*)","body":(.*),"idempotencyKey":"([^"]*)"}$');
end

-- ---------------------------------------------------------------------------------------------------------
-- Answers

local verdicts = {
	success = true; invalid = true; duplicate = true; ["no-room"] = true; ["no-occupant"] = true;
	["too-large"] = true; unsupported = true;
};
-- What something in between says about this very request, and would say for ever.
local hopeless = { [400] = true, [413] = true, [414] = true, [422] = true, [431] = true };

-- Returns the verdict ("refused" when something before the server refused this request for good), or nil and
-- why it has to be asked again. A 200 that is not the server's own (a proxy's page, another service at that
-- address) is no verdict: taking it for one would lose attendance silently.
function lib.classify(code, body)
	code = tonumber(code) or 0;
	if code == 0 then
		return nil, type(body) == "string" and body or "no connection";
	end
	local status = type(body) == "string" and body:match('"status"%s*:%s*"([%w%-]+)"') or nil;
	if code == 401 or code == 429 or code >= 500 then
		return nil, "status "..code;
	elseif status == "success" and code == 200 then
		return "success";
	elseif status ~= "success" and verdicts[status] and code >= 400 then
		return status;
	elseif not status and hopeless[code] then
		return "refused";
	end
	return nil, "status "..code..", not an answer of Rollcall";
end

-- Verdicts after which what was said is not in the ledger, and never will be.
local refusals = { invalid = true, ["too-large"] = true, unsupported = true, refused = true };
function lib.is_refusal(verdict)
	return refusals[verdict] or false;
end

-- The server's own word for what it does not have: an older one than this module expects.
function lib.is_missing(code, body)
	return (code == 404 or code == 405) and type(body) == "string"
		and body:match('"status"%s*:%s*"([%w%-]+)"') == "not-found";
end

-- The server's own word for a defect that it met; nothing was applied.
function lib.is_defect(code, body)
	return code == 500 and type(body) == "string" and body:match('"status"%s*:%s*"([%w%-]+)"') == "error";
end

local RESPONSE = '{%s*"status"%s*:%s*(%d+)%s*,%s*"body"%s*:%s*(%b{})%s*}';

-- The verdicts on n calls of a batch, or nil and why it is no answer. By pattern: for 500 answers that takes
-- 0.6 ms, decoding the JSON 4 ms, during which Prosody would do nothing else.
function lib.verdicts(code, body, n)
	local whole, why = lib.classify(code, body);
	if whole ~= "success" then return nil, why or whole; end
	local list = {};
	for status, answer in body:gmatch(RESPONSE) do
		-- The batch was applied, so there is no asking again: an answer that is no verdict is a refusal.
		list[#list + 1] = lib.classify(status, answer) or "refused";
	end
	if #list ~= n then return nil, ("%d answers to %d calls"):format(#list, n); end
	return list;
end

-- Seconds to wait before try number n + 1: doubling, capped, the upper half of it left to chance so that
-- many rooms do not come back at the same instant.
function lib.backoff(n, first, cap, random)
	local full = min(cap, first * 2 ^ min(n - 1, 30));
	return full * (0.5 + random() * 0.5);
end

-- ---------------------------------------------------------------------------------------------------------
-- Times and keys

function lib.milliseconds(seconds)
	return floor(seconds * 1000);
end

-- Keys of one process, in order of time: hexadecimal milliseconds, something random, a counter.
function lib.keys(boot)
	local n = 0;
	return function ()
		n = n + 1;
		return ("%s-%010d"):format(boot, n);
	end;
end

function lib.boot_id(seconds, random_hex)
	return ("%012x-%s"):format(floor(seconds * 1000), random_hex);
end

return lib;
