-- Books: what has been reported about each room, by room JID. Not kept on room or occupant objects: an occupant
-- is copied at every save, and a room is another object once the cache has evicted it.
--
-- book: { jid, name, kind, parent, session, at, occupants = { [room nick JID] = who }, nicks = { [JID] = room
-- nick JID }, creation = the held entry, and room, until the session is settled, lost = "known" or "unknown" to
-- the server, after its events were given up for want of room }
--
-- options
--   kind, main_muc        as in the settings
--   where                 real JID → room JID → book, of all hosts of this process
--   now()                 epoch milliseconds
--   push(event, held)     reports an event; returns its entry
--   replace(entry, event), release(entry)   end the holding of it

local jid = require "util.jid";
local timer = require "util.timer";
local uuid = require "util.uuid".generate;

local prosody = prosody;

return function (lib, people, options)
	local kind, push, where = options.kind, options.push, options.where;
	local books = {};
	local live = setmetatable({}, { __mode = "v" }); -- room JID → room object, while anyone else holds it
	-- Destroyed room objects. Changing one's nick alone in a room destroys it, and mod_muc then goes on with the
	-- dead object and may even fire "joined" for it; nobody could ever leave such a room.
	local gone = setmetatable({}, { __mode = "k" });
	local silent = false; -- what is found now is told by a snapshot
	local self = {};

	local function report(book, event)
		if not (book.lost or silent) then push(event); end
	end

	-- The conference that a breakout or lobby room belongs to. Jitsi keeps the list of breakout rooms in the data
	-- of the main room; a lobby has the same node as its room.
	local function parent_of(room_jid)
		if kind == "conference" then return nil; end
		local node, host = jid.split(room_jid);
		local suffix = host:gsub("^[^.]+", "");
		local main = options.main_muc;
		for name, other in pairs(prosody.hosts) do
			local service = other.modules and other.modules.muc;
			local sibling = name:gsub("^[^.]+", "") == suffix and lib.kind_of_host(name) == "conference";
			if service and service.live_rooms and (main == name or not main and sibling) then
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

	-- -----------------------------------------------------------------------------------------------------
	-- Rooms

	-- Decides under which session the room is reported, once for its whole life: Jitsi's meeting id where there
	-- is one by now. It may be overwritten later, so the choice is kept in the room's data, where it survives
	-- eviction and, for a persistent room, a restart.
	local function decide(book, room)
		local data = room._data;
		data.rollcall_session = data.rollcall_session
			or lib.clean(data.meetingId, lib.limits.session) or book.session;
		book.session = data.rollcall_session;
		book.parent = parent_of(book.jid);
	end

	function self.settle(book)
		local entry, session = book.creation, book.session;
		if not entry then return; end
		decide(book, book.room);
		book.room, book.creation = nil, nil;
		if book.session == session and not book.parent then return options.release(entry); end
		options.replace(entry, lib.create(book, book.at));
	end

	function self.settle_all()
		for _, book in pairs(books) do self.settle(book); end
	end

	-- The room's book, opened now if this is the first that is heard of the room. For the first occupant "joined"
	-- comes before "created", and under Jitsi's lock created may never come: whichever is first opens the book,
	-- and its creation is written down under a session of our own, but held until created (Jitsi sets the meeting
	-- id there) or the end of this turn of the loop.
	function self.open(room, at, complete)
		local node, host = jid.split(room.jid);
		if gone[room] or room._data.destroyed or not lib.is_meeting(node, host) then return nil; end
		live[room.jid] = room;
		local book = books[room.jid];
		if book then return book; end
		book = {
			jid = room.jid; name = lib.clean(node or host, lib.limits.name); kind = kind; at = at; session = uuid();
			occupants = {}; nicks = {};
		};
		books[room.jid] = book;
		if complete or silent or room._data.rollcall_session then
			decide(book, room);
			report(book, lib.create(book, at));
		else
			book.room = room;
			book.creation = push(lib.create(book, at), true);
			timer.add_task(0, function () self.settle(book); end);
		end
		return book;
	end

	function self.by_jid(room_jid)
		return books[room_jid];
	end

	-- Of a room object, unless that was destroyed.
	function self.of(room)
		return not gone[room] and books[room.jid] or nil;
	end

	-- -----------------------------------------------------------------------------------------------------
	-- Occupants

	local function enter(book, nick, who, at)
		who.at = at;
		book.occupants[nick] = who;
		book.nicks[who.jid] = nick;
		local rooms = where[who.jid] or {};
		rooms[book.jid] = book;
		where[who.jid] = rooms;
		report(book, lib.join(book.jid, who, at));
	end

	local function forget(book, nick)
		local who = book.occupants[nick];
		book.occupants[nick] = nil;
		if book.nicks[who.jid] == nick then book.nicks[who.jid] = nil; end
		local rooms = where[who.jid];
		if rooms then
			rooms[book.jid] = nil;
			if next(rooms) == nil then where[who.jid] = nil; end
		end
		return who;
	end

	function self.leave(book, nick, reason, at)
		local who = forget(book, nick);
		report(book, lib.leave(book.jid, who.jid, lib.clean(reason, lib.limits.reason), at));
	end

	-- Reports what differs from what was reported last: a broadcast also comes for unchanged presence.
	function self.update(book, nick, occupant, stanza, at)
		local who = book.occupants[nick];
		local changes = people.changes(who, nick, occupant, stanza);
		if changes then report(book, lib.update(book.jid, who.jid, changes, at)); end
	end

	-- Another name in the room is the same stay.
	function self.rename(book, nick, new)
		local who = book.occupants[nick];
		book.occupants[nick], book.occupants[new] = nil, who;
		book.nicks[who.jid] = new;
	end

	-- Two sessions of one bare JID share an occupant, reported under the JID of the first. If that session left
	-- and comes back by itself, the JID is wanted for the newcomer: who stayed goes on under the JID they have.
	local function free_jid(book, room, real_jid, at)
		local nick = book.nicks[real_jid];
		if not nick then return; end
		local other = room:get_occupant_by_nick(nick);
		self.leave(book, nick, "left", at);
		if other and other.jid and other.jid ~= real_jid then
			enter(book, nick, people.describe(other, other:get_presence()), at);
		end
	end

	function self.joined(room, occupant, stanza, origin, at)
		local book = self.open(room, at);
		if not book then return; end
		local nick = occupant.nick;
		local known = book.occupants[nick];
		if known and occupant.sessions[known.jid] then
			return self.update(book, nick, occupant, stanza, at);
		elseif known then
			self.leave(book, nick, "left", at);
		end
		free_jid(book, room, occupant.jid, at);
		enter(book, nick, people.describe(occupant, stanza, origin), at);
	end

	-- Is this person, leaving a room, in another room of the same meeting that they entered later? Going to the
	-- lobby is no switching: moderators sit there as well, to let others in.
	function self.is_switching(book, who)
		local function meeting(b) return b.parent or b.kind == "conference" and b.jid; end
		for _, other in pairs(where[who.jid] or {}) do
			if other ~= book and other.kind ~= "lobby" and meeting(book) and meeting(other) == meeting(book) then
				local there = other.occupants[other.nicks[who.jid]];
				if there and there.at >= who.at then return true; end
			end
		end
		return false;
	end

	function self.close(book, reason, at)
		self.settle(book);
		for nick in pairs(book.occupants) do forget(book, nick); end -- the server lets them leave with the room
		books[book.jid] = nil;
		if book.lost == "unknown" then return; end -- the server never heard of this meeting
		push(lib.ending(book, at, lib.clean(reason, lib.limits.reason)));
	end

	function self.destroyed(room, reason, at)
		if gone[room] then return; end
		gone[room] = true;
		if room._data.destroyed then return; end -- a tombstone, not a meeting
		local book = books[room.jid];
		if book then self.close(book, reason, at); end
	end

	-- Closes nothing and reports nothing: the module goes.
	function self.forget_all()
		for _, book in pairs(books) do
			for nick in pairs(book.occupants) do forget(book, nick); end
		end
	end

	-- -----------------------------------------------------------------------------------------------------
	-- All rooms

	-- Makes the book agree with the room: after a load in the middle of meetings, a reload (also of mod_muc), or
	-- when the room comes back from storage. What happened meanwhile happened at an unknown time: now.
	function self.reconcile(room, at)
		local book = books[room.jid];
		if book then
			live[room.jid] = room;
			local left = {};
			for nick in pairs(book.occupants) do
				if not room:get_occupant_by_nick(nick) then table.insert(left, nick); end
			end
			for _, nick in ipairs(left) do self.leave(book, nick, "left", at); end
		end
		for nick, occupant in room:each_occupant() do
			if book and book.occupants[nick] then
				self.update(book, nick, occupant, occupant:get_presence(), at);
			else
				self.joined(room, occupant, occupant:get_presence(), nil, at);
			end
		end
	end

	-- The same for all rooms of the host. Without saved books they are found in the middle of whatever they are
	-- in, and only the snapshot that follows tells of them.
	function self.load(muc, saved)
		local at = options.now();
		books, silent = saved or {}, saved == nil;
		-- Rooms that we know first: after a reload of mod_muc they are only in storage until someone asks.
		local known = {};
		for room_jid, book in pairs(books) do table.insert(known, { room_jid, book }); end
		for _, entry in ipairs(known) do
			if not muc.get_room_from_jid(entry[1]) and books[entry[1]] == entry[2] then
				self.close(entry[2], nil, at);
			end
		end
		for room in muc.live_rooms() do self.reconcile(room, at); end
		silent = false;
	end

	function self.save()
		self.settle_all();
		return books;
	end

	-- What the server should find when it has judged everything reported so far.
	function self.count()
		local rooms, occupants = 0, 0;
		for _, book in pairs(books) do
			if not book.lost then
				rooms = rooms + 1;
				for _ in pairs(book.occupants) do occupants = occupants + 1; end
			end
		end
		return rooms, occupants;
	end

	-- Everything as it is now, for a snapshot; with it nothing is lost any more.
	function self.snapshot()
		self.settle_all();
		local rooms = {};
		for _, book in pairs(books) do
			book.lost = nil;
			local occupants = {};
			for _, who in pairs(book.occupants) do table.insert(occupants, who); end
			table.insert(rooms, {
				session = book.session; jid = book.jid; name = book.name; kind = book.kind; parent = book.parent;
				at = book.at; occupants = occupants;
			});
		end
		return rooms;
	end

	function self.any_lost()
		for _, book in pairs(books) do
			if book.lost then return true; end
		end
		return false;
	end

	-- Occupants that are gone without a leave, each as { book, nick, since }. On 13 a failed resume (XEP-0198)
	-- leaves such, until the server stops. Looked at twice before it is believed.
	function self.ghosts(at)
		local ghosts = {};
		for room_jid, book in pairs(books) do
			local room = live[room_jid];
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
					table.insert(ghosts, { book = book, nick = nick, since = who.missing });
				else
					who.missing = at;
				end
			end
		end
		return ghosts;
	end

	return self;
end
