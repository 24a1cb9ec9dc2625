-- Where the files of a MUC host are: <folder>/<host>.spool, .alive and .rejected. They say who met whom, so they are
-- for Prosody's user only.

local lfs = require "lfs";
local pposix = require "util.pposix";

-- Bytes of the file for what the server did not take; past that it is only logged.
local MAX_REJECTED = 16 * 1024 * 1024;

return function (folder, name)
	local files = { base = folder.."/"..name };

	-- Calls f so that a file or folder that it creates is nobody else's.
	function files.private(f, ...)
		local before = pposix.umask("077");
		local result, err, code = f(...);
		pposix.umask(before);
		return result, err, code;
	end

	if lfs.attributes(folder, "mode") ~= "directory" then
		local ok, err = files.private(lfs.mkdir, folder);
		if not ok then module:log("error", "Cannot create the folder %s: %s", folder, err); end
	end

	-- What the server did not take and never will is not lost: someone can look at it.
	function files.reject(entry)
		local path = files.base..".rejected";
		local file, err = files.private(io.open, path, "ab");
		if file and file:seek("end") < MAX_REJECTED then
			err = select(2, file:write(entry.json, "\n"));
		end
		if file then file:close(); end
		if err then module:log("error", "Cannot write %s: %s", path, err); end
	end

	return files;
end
