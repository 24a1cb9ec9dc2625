-- Fixture, not part of Rollcall: breakout rooms as Jitsi has them. For the main MUC component.
--
-- A message with <breakout xmlns="urn:rollcall:fixture" id="…"/> to a room announces a breakout room: it is
-- listed in the data of the main room, which becomes persistent. Others are not let into existence. When
-- nobody is left in the main room and its breakout rooms, all of them are destroyed a little later.

local jid = require "util.jid";

local NS = "urn:rollcall:fixture";
local host = module:get_option_string("fixture_breakout_muc");
local delay = module:get_option_number("fixture_close_delay", 0.3);

local main_of = {};

local function service()
	return prosody.hosts[host].modules.muc;
end

local function is_empty(room)
	for _, occupant in room:each_occupant() do
		if jid.node(occupant.jid) ~= "focus" then return false; end
	end
	return true;
end

local function breakouts_of(room)
	local rooms = {};
	for room_jid in pairs(room._data.breakout_rooms or {}) do
		table.insert(rooms, (service().get_room_from_jid(room_jid)));
	end
	return rooms;
end

local function close_when_empty(main)
	module:add_timer(delay, function ()
		-- Destroyed a second time, a dead room would take its successor out of mod_muc's books.
		if module:depends "muc".get_room_from_jid(main.jid) ~= main then return; end
		local rooms = breakouts_of(main);
		table.insert(rooms, main);
		for _, room in ipairs(rooms) do
			if not is_empty(room) then return; end
		end
		for _, room in ipairs(rooms) do room:destroy(nil, "All have left"); end
	end);
end

module:hook("message/bare", function (event)
	local breakout = event.stanza:get_child("breakout", NS);
	if not breakout then return; end
	local room = module:depends "muc".get_room_from_jid(event.stanza.attr.to);
	local room_jid = breakout.attr.id.."@"..host;
	room._data.breakout_rooms = room._data.breakout_rooms or {};
	room._data.breakout_rooms[room_jid] = "Breakout";
	room:set_persistent(true);
	main_of[room_jid] = room;
	return true;
end, 10);

local function left(event)
	local main = main_of[event.room.jid] or event.room;
	if main._data.breakout_rooms then close_when_empty(main); end
end
module:hook("muc-occupant-left", left);

local function watch(name)
	if name ~= host then return; end
	module:context(host):hook("muc-room-pre-create", function (event)
		if not main_of[event.room.jid] then
			event.room:destroy(nil, "Not a breakout room");
			return true;
		end
	end, 5);
	module:context(host):hook("muc-occupant-left", left);
end
if prosody.hosts[host] then watch(host); end
module:hook_global("host-activated", watch);
