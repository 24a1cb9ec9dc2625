-- As much of JSON as the tests write: objects of texts and numbers, keys in order.

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\t"] = "\\t" };

return function (object)
	local fields = {};
	for name, value in pairs(object) do
		local text = type(value) == "number" and ("%.0f"):format(value)
			or '"'..tostring(value):gsub('["\\\n\t]', escapes)..'"';
		fields[#fields + 1] = ('"%s":%s'):format(name, text);
	end
	table.sort(fields);
	return "{"..table.concat(fields, ",").."}";
end
