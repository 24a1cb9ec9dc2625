-- Fixture, not part of Rollcall: a lobby as Jitsi has it. For the main MUC component.
--
-- A message with <lobby xmlns="urn:rollcall:fixture"/> to a room makes the room members-only and creates a
-- persistent room of the same node on the lobby host, which goes when the room goes.

local jid = require "util.jid";

local NS = "urn:rollcall:fixture";
local host = module:get_option_string("fixture_lobby_muc");

local function lobby_of(room)
	return jid.node(room.jid).."@"..host;
end

local function service()
	return prosody.hosts[host].modules.muc;
end

module:hook("message/bare", function (event)
	if not event.stanza:get_child("lobby", NS) then return; end
	local room = module:depends "muc".get_room_from_jid(event.stanza.attr.to);
	room:set_members_only(true);
	local lobby = service().create_room(lobby_of(room));
	lobby:set_persistent(true);
	room._data.lobbyroom = lobby.jid;
	return true;
end, 10);

module:hook("muc-room-destroyed", function (event)
	local lobby_jid = event.room._data.lobbyroom;
	local lobby = lobby_jid and service().get_room_from_jid(lobby_jid);
	if lobby then lobby:destroy(nil, "The meeting is over"); end
end);
