-- Fixture, not part of Rollcall: gives each room a meeting id when it is created, at priority 0, as Jitsi does.
-- For a room whose name begins with "locked" nobody hears of the creation, as under Jitsi's lock.
-- With fixture_tell_meeting, whoever has joined is sent <meeting xmlns="urn:rollcall:fixture" id="…"/>.

local st = require "util.stanza";
local uuid = require "util.uuid".generate;

module:hook("muc-room-created", function (event)
	local data = event.room._data;
	if not data.meetingId then data.meetingId = uuid(); end
end, 0);

module:hook("muc-room-created", function (event)
	if event.room.jid:find("^locked") then return true; end
end, 50);

if module:get_option_boolean("fixture_tell_meeting", false) then
	local function tell(room, to)
		module:send(st.message({ from = room.jid, to = to })
			:tag("meeting", { xmlns = "urn:rollcall:fixture", id = room._data.meetingId }));
	end
	-- At once: later, the same JID may be somebody who has come back.
	module:hook("muc-occupant-joined", function (event)
		if event.room._data.meetingId then tell(event.room, event.occupant.jid); end
	end, -1000);
	module:hook("muc-room-created", function (event) -- when the first one joined, there was no id yet
		for _, occupant in event.room:each_occupant() do tell(event.room, occupant.jid); end
	end, -1000);
end
