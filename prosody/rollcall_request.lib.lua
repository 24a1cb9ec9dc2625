-- One request to the server, over Prosody's HTTP client.

local http = require "net.http";

-- Returns what rollcall_sender.lib.lua wants as its request().
return function (url, token)
	-- A new connection for every request. The client of 13 could keep them open (connection_pooling), but puts the
	-- connection of a cancelled request back among the free ones: the late answer to that would be taken for the
	-- answer to the next request.
	return function (call, callback)
		local headers = {
			-- Spelled like this, or the client adds a second one of its own.
			["Content-Type"] = "application/json";
			["Idempotency-Key"] = call.key;
		};
		if token then headers["Authorization"] = "Bearer "..token; end
		-- The client throws for https without LuaSec; that is a failure like any other.
		local ok, open = pcall(http.request, url..call.path, {
			method = call.method; headers = headers; body = call.body;
		}, function (body, code, response)
			local answer = code ~= 0 and response and response.headers or {};
			if code == 422 then
				module:log("error", "%s %s is not valid: %s", call.kind, call.key or "",
					answer["x-validation-error"] or answer.x_validation_error or "the server does not say why");
			end
			callback(code, body, tonumber(answer["retry-after"] or answer.retry_after));
		end);
		if not ok then callback(0, tostring(open)); end
		return function ()
			-- A request that is still connecting cannot be cancelled; its answer is ignored.
			if ok and open and open.cancel then open:cancel("timeout"); end
		end;
	end;
end
