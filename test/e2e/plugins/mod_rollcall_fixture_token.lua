-- Fixture, not part of Rollcall: users named "token…" have come with a token, as Jitsi's token authentication
-- leaves it on their session. For a virtual host.

module:hook("resource-bind", function (event)
	local session = event.session;
	if session.username:find("^token") then
		session.jitsi_meet_context_user = { id = 4711, name = "Name in token", email = "token@example.com" };
	end
end);
