-- Who someone in a room is: what the client says, what the session knows, what a token says.

local jid = require "util.jid";

local NICK = "http://jabber.org/protocol/nick";
local prosody = prosody;

return function (lib)
	local people = {};
	local limits = lib.limits;

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
		return origin.rollcall_user_agent; -- BOSH, see the hook; TCP clients do not say
	end

	-- Everything there is to know is taken when someone joins: a kick, a ban and a destroyed room report a leave
	-- without origin and stanza.
	function people.describe(occupant, stanza, origin)
		origin = origin or prosody.full_sessions[occupant.jid] or {};
		local user = type(origin.jitsi_meet_context_user) == "table" and origin.jitsi_meet_context_user or {};
		local id = user.id;
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

	-- What differs from what was known of someone, who is changed accordingly; nil if nothing does.
	function people.changes(who, nick, occupant, stanza)
		local changes = {};
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
		return next(changes) ~= nil and changes or nil;
	end

	return people;
end
