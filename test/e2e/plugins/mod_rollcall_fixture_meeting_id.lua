-- Fixture, not part of Rollcall: gives each room a meeting id when it is created, at priority 0, as Jitsi does.
-- For a room whose name begins with "locked" nobody hears of the creation, as under Jitsi's lock.

local uuid = require "util.uuid".generate;

module:hook("muc-room-created", function (event)
	local data = event.room._data;
	if not data.meetingId then data.meetingId = uuid(); end
end, 0);

module:hook("muc-room-created", function (event)
	if event.room.jid:find("^locked") then return true; end
end, 50);
