-- The breakout rooms of a meeting. A hash index, for a JID can be longer than an entry of a b-tree may be.
create index rooms_parent on rooms using hash (parent_jid) where parent_jid is not null;
